"""New customers."""

from __future__ import annotations

from collections.abc import Sequence

from zhike.core.changes import change
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.customers.actions.batch import insert_customers
from zhike.customers.actions.duplicates import refuse_duplicates
from zhike.customers.actions.inputs import CleanCustomer, CustomerInput, Saved, clean_customer
from zhike.customers.actions.owners import resolve_owner
from zhike.customers.models import Customer
from zhike.customers.queries.scope import require_visible
from zhike.customers.rules.fields import unreadable
from zhike.events.customers import CustomersChanged

MAX_BATCH = 10_000


def create_customer(data: CustomerInput, *, by: Viewer, allow_duplicate: bool = False) -> Saved:
    """Create one customer.

    Raises :class:`~zhike.core.errors.Conflict` (code ``duplicate_contact``) where another customer has the
    same contact, unless ``allow_duplicate``. The same ``client_uuid`` again returns the record it made first.
    """
    return create_customers([data], by=by, allow_duplicates=allow_duplicate)[0]


def create_customers(
    inputs: Sequence[CustomerInput], *, by: Viewer, allow_duplicates: bool = True, source: str = ""
) -> list[Saved]:
    """Create customers: all of them or, when one is not acceptable, none. One changelog entry, one event."""
    by.require("customers.create")
    if len(inputs) > MAX_BATCH:
        raise Invalid("At most %(max)s customers at once.", max=MAX_BATCH)
    clean = [_checked(given, by) for given in inputs]
    with change("customers.create", by=by) as c:
        known = _already_there(clean)
        if known and len(known) == len(inputs) == 1:
            return [known[0]]
        if not allow_duplicates:
            for one in clean:
                refuse_duplicates(one.contacts, one.values["credit_code"], by=by)
        saved = insert_customers(clean, c, source=source)
        c.emit(CustomersChanged([one.id for one in saved]))
    return saved


def _checked(given: CustomerInput, by: Viewer) -> CleanCustomer:
    check_fields_writable(submitted(given), by)
    clean = clean_customer(given)
    owner, team = resolve_owner(given.owner_id, given.team_id, by=by)
    clean.values["owner_id"], clean.values["team_id"] = owner, team
    if given.referred_by_id is not None:
        require_visible([given.referred_by_id], by)
    return clean


def submitted(given: CustomerInput) -> list[str]:
    """Return the names of the fields that are filled."""
    return [name for name in CustomerInput.__dataclass_fields__ if _filled(getattr(given, name))]


def _filled(value: object) -> bool:
    return value is not None and value not in ("", (), [])


def check_fields_writable(names: Sequence[str], by: Viewer) -> None:
    """Refuse fields that the viewer may not even read, as if they did not exist."""
    hidden = [] if by.is_system else unreadable(names, by.fields)
    if hidden:
        raise Invalid("These fields can't be set: %(names)s.", code="unknown_field", names=", ".join(hidden))


def _already_there(clean: Sequence[CleanCustomer]) -> list[Saved]:
    """A phone that repeats a request it got no answer to gets the record it made."""
    uuids = [one.values["client_uuid"] for one in clean if one.values["client_uuid"]]
    if not uuids:
        return []
    rows = Customer.objects.filter(client_uuid__in=uuids).values_list("pk", "number", "version")
    return [Saved(*row) for row in rows]
