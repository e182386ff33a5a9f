"""Inserting many customers at once; a form is a batch of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhike.core import sequences
from zhike.core.changes import Change
from zhike.customers.actions.inputs import CleanCustomer
from zhike.customers.actions.score_rows import add_default_scores
from zhike.customers.models import ContactPoint, Customer, CustomerRef, CustomerTag, SpecialDate, Tag
from zhike.customers.rules import search
from zhike.customers.rules.contacts import CleanContact
from zhike.customers.rules.dates import DateInput
from zhike.values.names import NameIndex

SEQUENCE = "customer"
_BATCH = 1000


def insert_customers(clean: Sequence[CleanCustomer], c: Change, *, source: str = "") -> list[Customer]:
    """Insert checked customers with everything that belongs to them, and note them in the change.

    One statement per table and thousand rows; numbers are drawn in one block. ``source`` is kept with the
    contact points ("where do we know this from").
    """
    if not clean:
        return []
    numbers = sequences.take(SEQUENCE, len(clean))
    customers = [_customer(one, number) for one, number in zip(clean, numbers, strict=True)]
    Customer.objects.bulk_create(customers, batch_size=_BATCH)
    pairs = list(zip(customers, clean, strict=True))
    ContactPoint.objects.bulk_create(
        [contact_row(cu.pk, point, source) for cu, one in pairs for point in one.contacts], batch_size=_BATCH
    )
    CustomerRef.objects.bulk_create(
        [
            CustomerRef(source=one.ref[0], external_id=one.ref[1], customer_id=cu.pk)
            for cu, one in pairs
            if one.ref
        ],
        batch_size=_BATCH,
    )
    SpecialDate.objects.bulk_create(
        [date_row(cu.pk, d) for cu, one in pairs for d in one.dates], batch_size=_BATCH
    )
    link_tags({cu.pk: one.tags for cu, one in pairs if one.tags})
    ids = [customer.pk for customer in customers]
    add_default_scores(min(ids), max(ids))
    c.touched("customers.customer", ids)
    return customers


def _customer(one: CleanCustomer, number: int) -> Customer:
    values = one.values
    return Customer(
        **values,
        number=number,
        name_key=key_of(one.index),
        search_open=search.open_tokens(
            values["name"],
            values["kind"],
            number,
            refs=(one.ref[1],) if one.ref else (),
            tags=one.tags,
            index=one.index,
        ),
        search_contact=search.contact_tokens((p.kind, p.value, p.normal) for p in one.contacts),
    )


def key_of(index: NameIndex) -> str:
    """The sort key of a name; names without letters sort last."""
    return index.key or "~"


def contact_row(customer_id: int, point: CleanContact, source: str) -> ContactPoint:
    """Return the unsaved row of a checked contact point."""
    return ContactPoint(
        customer_id=customer_id,
        kind=point.kind,
        value=point.value,
        normal=point.normal,
        label=point.label,
        is_primary=point.is_primary,
        consent=point.consent,
        invalid_reason=point.invalid_reason,
        source=source,
    )


def date_row(customer_id: int, given: DateInput) -> SpecialDate:
    """Return the unsaved row of a checked special date."""
    return SpecialDate(customer_id=customer_id, **date_values(given))


def date_values(given: DateInput) -> dict[str, object]:
    """The columns of a special date."""
    return {
        "whose": given.whose,
        "person": given.person,
        "relation": given.relation,
        "occasion": given.occasion,
        "calendar": given.calendar,
        "month": given.month,
        "day": given.day,
        "leap": given.leap,
        "year": given.year,
        "days_ahead": given.days_ahead,
        "note": given.note,
    }


def tag_ids(names: Iterable[str]) -> dict[str, int]:
    """Return tags by name; those that do not exist yet are made."""
    wanted = sorted(set(names))
    Tag.objects.bulk_create([Tag(name=name) for name in wanted], ignore_conflicts=True)
    return dict(Tag.objects.filter(name__in=wanted).values_list("name", "id"))


def link_tags(tags: dict[int, list[str]]) -> None:
    """Put tags on customers (customer id → names); links that exist stay."""
    if not tags:
        return
    ids = tag_ids(name for names in tags.values() for name in names)
    links = [CustomerTag(customer_id=pk, tag_id=ids[name]) for pk, names in tags.items() for name in names]
    CustomerTag.objects.bulk_create(links, batch_size=_BATCH, ignore_conflicts=True)


def refresh_search(ids: Sequence[int]) -> None:
    """Rebuild the search columns of customers from their rows (after contacts, tags or references changed)."""
    for start in range(0, len(ids), 900):
        _refresh_part(ids[start : start + 900])


def _refresh_part(ids: Sequence[int]) -> None:
    customers = list(Customer.objects.filter(pk__in=ids))
    refs = _grouped(
        CustomerRef.objects.filter(customer__in=ids).order_by("id").values_list("customer_id", "external_id")
    )
    tags = _grouped(
        CustomerTag.objects.filter(customer__in=ids).order_by("id").values_list("customer_id", "tag__name")
    )
    points: dict[int, list[tuple[str, str, str]]] = {}
    rows = ContactPoint.objects.filter(customer__in=ids).order_by("id")
    for pk, kind, value, normal in rows.values_list("customer_id", "kind", "value", "normal"):
        points.setdefault(pk, []).append((kind, value, normal))
    changed = []
    for cu in customers:
        found = search.open_tokens(
            cu.name, cu.kind, cu.number, refs=refs.get(cu.pk, ()), tags=tags.get(cu.pk, ())
        )
        contact = search.contact_tokens(points.get(cu.pk, ()))
        if (found, contact) != (cu.search_open, cu.search_contact):
            cu.search_open, cu.search_contact = found, contact
            changed.append(cu)
    Customer.objects.bulk_update(changed, ["search_open", "search_contact"], batch_size=200)


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for pk, text in rows:
        groups.setdefault(pk, []).append(text)
    return groups
