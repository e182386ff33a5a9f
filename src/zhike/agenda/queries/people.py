"""Whose list: one's own, a colleague's, nobody's yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q

from zhike.agenda.models import Task
from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.permissions import Scope, Viewer, scope_q
from zhike.staff.models import User

UNASSIGNED = "unassigned"
TEAM = "team"


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
        return self.login == UNASSIGNED

    @property
    def is_team(self) -> bool:
        """Whether this is what matters most among all whom the viewer sees."""
        return self.login == TEAM and self.user_id is None


POOL = Person(None, UNASSIGNED, "")
EVERYBODY = Person(None, TEAM, "")


def person(viewer: Viewer, login: str = "") -> Person:
    """Return oneself, a colleague in the viewer's sight, the pool (``unassigned``) or everybody (``team``).

    Others' lists need ``agenda.team``; who is outside the viewer's scope does not exist.
    """
    viewer.require("agenda.read")
    if len(login) > 60:
        raise Invalid("This is no login name.")
    if not login or login.lower() == viewer.login.lower():
        return _person(User.objects.get(pk=viewer.user_id or 0), is_self=True)
    if login in {UNASSIGNED, TEAM}:
        if viewer.scope == Scope.OWN:
            raise NotFound
        return POOL if login == UNASSIGNED else EVERYBODY
    if not viewer.can("agenda.team"):
        raise Forbidden("Your role does not include this. Ask an administrator.")
    return _person(colleague(viewer, login), is_self=False)


def own_or_wider(viewer: Viewer) -> Person:
    """Return oneself; who has a wider scope and no list gets the pool, else what matters most in the team."""
    own = person(viewer)
    if viewer.scope == Scope.OWN or Task.objects.filter(on_list_of(own)).exists():
        return own
    waiting = Task.objects.filter(scope_q(viewer), on_list_of(POOL), state=Task.State.OPEN)
    return replace(POOL if waiting.exists() else EVERYBODY, minutes_per_day=own.minutes_per_day)


def colleague(viewer: Viewer, login: str) -> User:
    """Return an active colleague within the viewer's scope; raises :class:`NotFound`."""
    rows = User.objects.filter(login__iexact=login)
    if viewer.scope == Scope.TEAM and not viewer.is_system:
        rows = rows.filter(team_id__in=viewer.team_ids)
    elif viewer.scope == Scope.OWN and not viewer.is_system:
        rows = rows.filter(pk=viewer.user_id or 0)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def _person(user: User, *, is_self: bool) -> Person:
    return Person(user.pk, user.login, user.name or user.login, user.role, user.minutes_per_day, is_self)


def on_list_of(who: Person) -> Q:
    """The filter for what stands on a person's list: their own, and what their role shares."""
    if who.is_team:
        return Q()
    if who.is_pool:
        return Q(owner__isnull=True, for_role="")
    own = Q(owner_id=who.user_id, for_role="")
    return own | Q(for_role=who.role) if who.role else own
