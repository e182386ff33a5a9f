"""Who may do what: roles are sets of functions, a scope of rows and classes of fields.

A :class:`Viewer` is made once per request (or command, or job) and handed to every query as ``viewer``
and to every action as ``by``. Row scopes are never OR-ed: a viewer has exactly one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q

from zhike.core.errors import Forbidden


class Scope(StrEnum):
    """Which rows a viewer sees."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class FieldClass(StrEnum):
    """How delicate a field is; a class that is not granted can't be read, filtered, sorted or exported."""

    OPEN = "open"
    CONTACT = "contact"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The one who looks or acts.

    ``team_ids`` are the teams a viewer of scope TEAM sees (their own and those below it).
    """

    user_id: int | None
    login: str
    name: str = ""
    role: str = ""
    scope: Scope = Scope.OWN
    team_id: int | None = None
    team_ids: tuple[int, ...] = ()
    fields: frozenset[FieldClass] = frozenset({FieldClass.OPEN})
    permissions: frozenset[str] = frozenset()
    language: str = "zh-hans"
    ip: str = ""
    is_system: bool = field(default=False)

    def can(self, permission: str) -> bool:
        """Tell whether the viewer has this function."""
        return self.is_system or permission in self.permissions

    def reads(self, field_class: FieldClass) -> bool:
        """Tell whether the viewer may read fields of this class."""
        return self.is_system or field_class in self.fields

    def require(self, permission: str) -> None:
        """Raise :class:`Forbidden` unless the viewer has this function."""
        if not self.can(permission):
            raise Forbidden("Your role does not include this. Ask an administrator.", permission=permission)

    def sees(self, *, owner_id: int | None, team_id: int | None) -> bool:
        """Tell whether one row with this owner and team is within the viewer's scope."""
        if self.is_system or self.scope == Scope.ALL:
            return True
        if self.scope == Scope.TEAM:
            return team_id is not None and team_id in self.team_ids
        return owner_id is not None and owner_id == self.user_id


SYSTEM = Viewer(
    user_id=None,
    login="system",
    scope=Scope.ALL,
    fields=frozenset(FieldClass),
    is_system=True,
)
"""The house itself: jobs, handlers and the command line without ``--as``."""


def scope_q(viewer: Viewer, *, owner: str = "owner_id", team: str = "team_id") -> Q:
    """Return the filter that keeps only rows within the viewer's scope (lookup names of owner and team)."""
    if viewer.is_system or viewer.scope == Scope.ALL:
        return Q()
    if viewer.scope == Scope.TEAM:
        return Q(**{f"{team}__in": viewer.team_ids})
    return Q(**{owner: viewer.user_id})
