"""The roles: which functions, which rows, which classes of fields.

Functions are named ``room.function``. Keep this table and docs/reference/roles.md alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles a firm gives its staff."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    SALESPERSON = "salesperson"
    SERVICE_AGENT = "service_agent"
    MARKETER = "marketer"
    ANALYST = "analyst"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class RoleRights:
    """What a role carries: scope is own, team or all; fields are open, contact, sensitive."""

    scope: str
    fields: frozenset[str]
    permissions: frozenset[str]


_CUSTOMER_WORK = {
    "agenda.read",
    "agenda.answer",
    "customers.read",
    "customers.create",
    "customers.edit",
    "interactions.write",
    "catalog.read",
    "sales.read",
}
_OPEN = frozenset({"open"})
_CONTACT = frozenset({"open", "contact"})
_ALL_FIELDS = frozenset({"open", "contact", "sensitive"})

ALL_PERMISSIONS = frozenset(
    _CUSTOMER_WORK
    | {
        "agenda.team",
        "agenda.policy",
        "customers.assign",
        "customers.export",
        "customers.tags",
        "catalog.edit",
        "catalog.cost",
        "sales.edit",
        "insight.read",
        "import.run",
        "refresh.run",
        "settings.read",
        "settings.people",
        "settings.firm",
        "settings.holidays",
        "settings.jobs",
        "settings.changelog",
        "settings.tokens",
    }
)

ROLES: dict[Role, RoleRights] = {
    Role.ADMINISTRATOR: RoleRights("all", _ALL_FIELDS, ALL_PERMISSIONS),
    Role.MANAGER: RoleRights(
        "team",
        _ALL_FIELDS,
        frozenset(
            _CUSTOMER_WORK
            | {
                "agenda.team",
                "agenda.policy",
                "customers.assign",
                "customers.export",
                "customers.tags",
                "catalog.cost",
                "sales.edit",
                "insight.read",
                "import.run",
                "settings.read",
                "settings.holidays",
                "settings.tokens",
            }
        ),
    ),
    Role.SALESPERSON: RoleRights(
        "own", _CONTACT, frozenset(_CUSTOMER_WORK | {"sales.edit", "settings.read", "settings.tokens"})
    ),
    Role.SERVICE_AGENT: RoleRights("all", _CONTACT, frozenset(_CUSTOMER_WORK | {"settings.read"})),
    Role.MARKETER: RoleRights(
        "all",
        _OPEN,
        frozenset(
            {
                "customers.read",
                "customers.tags",
                "catalog.read",
                "sales.read",
                "insight.read",
                "settings.read",
            }
        ),
    ),
    Role.ANALYST: RoleRights(
        "all",
        _OPEN,
        frozenset(
            {
                "customers.read",
                "catalog.read",
                "catalog.cost",
                "sales.read",
                "insight.read",
                "refresh.run",
                "settings.read",
            }
        ),
    ),
    Role.READ_ONLY: RoleRights(
        "team", _OPEN, frozenset({"customers.read", "catalog.read", "sales.read", "agenda.read"})
    ),
}
