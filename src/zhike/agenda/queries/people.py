"""Whose list: one's own, a colleague's, nobody's yet."""

from __future__ import annotations

from dataclasses import dataclass

from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.permissions import Scope, Viewer
from zhike.staff.models import User

UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose list is shown. ``user_id`` None: customers without an owner."""

    user_id: int | None
    login: str
    name: str
    role: str = ""
    minutes_per_day: int = 0
    is_self: bool = False

    @property
    def is_pool(self) -> bool:
        """Whether this is the list of customers that belong to nobody yet."""
        return self.user_id is None


POOL = Person(None, UNASSIGNED, "")


def person(viewer: Viewer, login: str = "") -> Person:
    """Return oneself, a colleague in the viewer's sight, or the pool (``unassigned``).

    Others' lists need ``agenda.team``; who is outside the viewer's scope does not exist.
    """
    viewer.require("agenda.read")
    if len(login) > 60:  # noqa: PLR2004 - the longest login
        raise Invalid("This is no login name.")
    if not login or login.lower() == viewer.login.lower():
        return _person(User.objects.get(pk=viewer.user_id), is_self=True)
    if login == UNASSIGNED:
        if viewer.scope == Scope.OWN:
            raise NotFound
        return POOL
    if not viewer.can("agenda.team"):
        raise Forbidden("Your role does not include this. Ask an administrator.")
    return _person(colleague(viewer, login), is_self=False)


def colleague(viewer: Viewer, login: str) -> User:
    """Return an active colleague within the viewer's scope; raises :class:`NotFound`."""
    rows = User.objects.filter(login__iexact=login)
    if viewer.scope == Scope.TEAM and not viewer.is_system:
        rows = rows.filter(team_id__in=viewer.team_ids)
    elif viewer.scope == Scope.OWN and not viewer.is_system:
        rows = rows.filter(pk=viewer.user_id)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def _person(user: User, *, is_self: bool) -> Person:
    return Person(user.pk, user.login, user.name or user.login, user.role, user.minutes_per_day, is_self)
