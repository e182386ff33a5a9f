"""Whose customer somebody becomes."""

from __future__ import annotations

from zhike.core.errors import Invalid
from zhike.core.permissions import Scope, Viewer
from zhike.customers.actions.inputs import CHECK_FIELDS
from zhike.customers.queries.people import team_exists, team_of_user


def resolve_owner(owner_id: int | None, team_id: int | None, *, by: Viewer) -> tuple[int | None, int | None]:
    """Return (owner, team) for a new customer.

    Nobody named: the one who enters it, unless they look after the whole firm. Naming somebody else needs the
    function ``customers.assign`` and must stay within what ``by`` sees.
    """
    if owner_id is None and team_id is None:
        return _default(by)
    if owner_id is not None and owner_id != by.user_id:
        by.require("customers.assign")
    return checked_owner(owner_id, team_id, by=by)


def _default(by: Viewer) -> tuple[int | None, int | None]:
    if by.is_system or by.scope == Scope.ALL:
        return None, None
    return by.user_id, by.team_id


def checked_owner(owner_id: int | None, team_id: int | None, *, by: Viewer) -> tuple[int | None, int | None]:
    """Return (owner, team); the team is the owner's where none is given. Out of sight is not accepted."""
    if owner_id is not None:
        exists, own_team = team_of_user(owner_id)
        team_id = own_team if team_id is None else team_id
        if not exists:
            _refuse()
    if team_id is not None and not team_exists(team_id):
        _refuse()
    if not by.sees(owner_id=owner_id, team_id=team_id):
        _refuse()
    return owner_id, team_id


def _refuse() -> None:
    from django.utils.translation import gettext

    raise Invalid(CHECK_FIELDS, fields={"owner_id": [gettext("This is not one of your staff.")]})
