"""One line of a list, fetched for the ids of a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zhike.core.permissions import Viewer
from zhike.core.prepared import ForIds
from zhike.customers.models import ContactPoint, CustomerTag, Score
from zhike.customers.queries.scope import reads_contacts
from zhike.customers.rules.contacts import mask

NEVER = date(1900, 1, 1)
FAR = date(9999, 12, 31)

_COLUMNS = (
    "customer_id",
    "customer__number",
    "customer__name",
    "customer__kind",
    "customer__form_of_address",
    "customer__region",
    "tier",
    "rfm_cell",
    "state",
    "value_12m",
    "risk",
    "last_purchase",
    "next_purchase",
    "next_low",
    "next_high",
    "orders",
    "amount_12m",
    "customer__owner_id",
    "customer__owner__name",
    "customer__team_id",
    "customer__team__name",
    "last_contact",
    "customer__version",
    "customer__created_at",
)


@dataclass(slots=True)
class CustomerRow:
    """A customer in a list; amounts in minor units of the firm's currency, None for "none" or "never".

    ``form_of_address`` and ``phone`` (masked) are None for viewers without the contact class.
    """

    id: int
    number: int
    name: str
    kind: str
    form_of_address: str | None
    region: str
    tier: str
    rfm_cell: str
    state: str
    value_12m: int
    risk: float
    last_purchase: date | None
    next_purchase: date | None
    next_low: date | None
    next_high: date | None
    orders: int
    amount_12m: int
    owner_id: int | None
    owner_name: str
    team_id: int | None
    team_name: str
    last_contact: date | None
    version: int
    created_at: datetime
    phone: str | None = None
    tags: list[str] = field(default_factory=list)


_SCORED = ForIds(lambda ids: Score.objects.filter(pk__in=ids).values_list(*_COLUMNS))
_TAGGED = ForIds(
    lambda ids: (
        CustomerTag.objects.filter(customer__in=ids)
        .order_by("tag__name")
        .values_list("customer_id", "tag__name")
    )
)
_PHONES = ForIds(
    lambda ids: (
        ContactPoint.objects.filter(customer__in=ids, is_primary=True, kind__in=("mobile", "phone"))
        .order_by("-kind")
        .values_list("customer_id", "kind", "value", "normal")
    )
)


def rows_for(ids: Sequence[int], viewer: Viewer) -> list[CustomerRow]:
    """Return the rows of these customers in this order (three queries); the caller has checked the scope."""
    if not ids:
        return []
    contacts = reads_contacts(viewer)
    found = {row[0]: _row(row, contacts=contacts) for row in _SCORED(ids)}
    if contacts:
        _add_phones(found)
    for customer_id, name in _TAGGED(ids):
        if customer_id in found:
            found[customer_id].tags.append(name)
    return [found[pk] for pk in ids if pk in found]


def _row(values: tuple[Any, ...], *, contacts: bool) -> CustomerRow:
    row = CustomerRow(*values)  # in the order of _COLUMNS
    row.last_purchase = None if row.last_purchase == NEVER else row.last_purchase
    row.last_contact = None if row.last_contact == NEVER else row.last_contact
    if row.next_purchase == FAR:
        row.next_purchase = row.next_low = row.next_high = None
    row.owner_name = row.owner_name or ""
    row.team_name = row.team_name or ""
    if not contacts:
        row.form_of_address = None
    return row


def _add_phones(rows: dict[int, CustomerRow]) -> None:
    """The primary mobile, else the primary phone, masked."""
    for customer_id, kind, value, normal in _PHONES(list(rows)):
        rows[customer_id].phone = mask(kind, value, normal)
