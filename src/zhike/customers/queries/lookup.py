"""Finding customers by what other systems, cards and calls know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from zhike.core.permissions import Viewer
from zhike.customers.models import ContactPoint, Customer, CustomerRef
from zhike.customers.queries.rows import CustomerRow, rows_for
from zhike.customers.queries.scope import visible_ids
from zhike.customers.rules.contacts import ContactInput, clean_contact
from zhike.values.enums import ContactKind
from zhike.values.problems import InvalidValue

T = TypeVar("T")

_CHUNK = 900
_IDENTIFYING = (ContactKind.MOBILE, ContactKind.EMAIL, ContactKind.WECHAT, ContactKind.PHONE)


def in_chunks(values: Sequence[T], size: int = _CHUNK) -> Iterable[Sequence[T]]:
    """Split a list of parameters so that every database takes each part."""
    return (values[start : start + size] for start in range(0, len(values), size))


def customer_ids_by_ref(source: str, external_ids: Collection[str]) -> dict[str, int]:
    """Return customer ids by the ids of a source (unfiltered: for actions and imports)."""
    found: dict[str, int] = {}
    for part in in_chunks(list(external_ids)):
        refs = CustomerRef.objects.filter(source=source, external_id__in=part)
        found.update(refs.values_list("external_id", "customer_id"))
    return found


def customer_ids_by_number(numbers: Collection[int]) -> dict[int, int]:
    """Return customer ids by customer number (unfiltered: for actions and imports)."""
    found: dict[int, int] = {}
    for part in in_chunks(list(numbers)):
        found.update(Customer.objects.filter(number__in=part).values_list("number", "id"))
    return found


def customers_with_contacts(normals: Collection[str]) -> dict[str, list[int]]:
    """Return ids of customers by canonical contact (unfiltered: for actions and imports)."""
    found: dict[str, list[int]] = {}
    for part in in_chunks([n for n in normals if n]):
        points = ContactPoint.objects.filter(normal__in=part, kind__in=_IDENTIFYING).order_by("customer_id")
        for normal, customer_id in points.values_list("normal", "customer_id"):
            found.setdefault(normal, []).append(customer_id)
    return found


def scope_columns(ids: Collection[int]) -> dict[int, tuple[int | None, int | None]]:
    """Return (owner, team) of customers (unfiltered: for actions and imports that check ``viewer.sees``)."""
    found: dict[int, tuple[int | None, int | None]] = {}
    for part in in_chunks(list(ids)):
        for pk, owner, team in Customer.objects.filter(pk__in=part).values_list("id", "owner_id", "team_id"):
            found[pk] = (owner, team)
    return found


def ids_with_contacts(contacts: Sequence[ContactInput]) -> set[int]:
    """Return customers, in sight or not, who have one of these contacts; what is none is passed over."""
    normals = set()
    for contact in contacts:
        try:
            normals.add(clean_contact(contact).normal)
        except InvalidValue:
            continue
    return {pk for found in customers_with_contacts(normals - {""}).values() for pk in found[:20]}


def find_duplicates(contacts: Sequence[ContactInput], viewer: Viewer) -> list[CustomerRow]:
    """Return those customers in the viewer's sight who already have one of these contacts (at most ten)."""
    ids = ids_with_contacts(contacts)
    return rows_for(sorted(visible_ids(ids, viewer))[:10], viewer)
