"""Inserting many customers at once; a form is a batch of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhike.core import sequences
from zhike.core.bulk import Column, Same, insert_rows, reserve_ids
from zhike.core.changes import Change
from zhike.customers.actions.inputs import CleanCustomer, Saved
from zhike.customers.actions.score_rows import add_default_scores
from zhike.customers.models import ContactPoint, Customer, CustomerRef, CustomerTag, SpecialDate, Tag
from zhike.customers.rules import search
from zhike.customers.rules.contacts import CleanContact
from zhike.customers.rules.dates import DateInput
from zhike.values.names import NameIndex

SEQUENCE = "customer"
_BATCH = 1000


def insert_customers(clean: Sequence[CleanCustomer], c: Change, *, source: str = "") -> list[Saved]:
    """Insert checked customers with everything that belongs to them, and note them in the change.

    One statement per table; keys and numbers are drawn in one block. ``source`` is kept with the contact
    points ("where do we know this from").
    """
    if not clean:
        return []
    ids = reserve_ids(Customer, len(clean))
    numbers = sequences.take(SEQUENCE, len(clean))
    insert_rows(Customer, _head_columns(clean, ids, numbers))
    pairs = list(zip(ids, clean, strict=True))
    _insert_contacts([(pk, point) for pk, one in pairs for point in one.contacts], source)
    refs = [(pk, *one.ref) for pk, one in pairs if one.ref]
    if refs:
        owners, sources, keys = zip(*refs, strict=True)
        insert_rows(CustomerRef, {"customer_id": owners, "source": sources, "external_id": keys})
    _insert_dates([(pk, given) for pk, one in pairs for given in one.dates])
    link_tags({pk: one.tags for pk, one in pairs if one.tags})
    add_default_scores(ids[0], ids[-1])
    c.touched("customers.customer", ids)
    return [Saved(pk, number, 1) for pk, number in zip(ids, numbers, strict=True)]


def _head_columns(
    clean: Sequence[CleanCustomer], ids: Sequence[int], numbers: Sequence[int]
) -> dict[str, Column]:
    columns: dict[str, Column] = {name: [one.values[name] for one in clean] for name in clean[0].values}
    columns |= {
        "id": ids,
        "number": numbers,
        "name_key": [key_of(one.index) for one in clean],
        "search_open": [_open_tokens(one, number) for one, number in zip(clean, numbers, strict=True)],
        "search_contact": [
            search.contact_tokens((p.kind, p.value, p.normal) for p in one.contacts) for one in clean
        ],
    }
    return columns


def _open_tokens(one: CleanCustomer, number: int) -> str:
    refs = (one.ref[1],) if one.ref else ()
    values = one.values
    return search.open_tokens(
        values["name"], values["kind"], number, refs=refs, tags=one.tags, index=one.index
    )


def _insert_contacts(points: Sequence[tuple[int, CleanContact]], source: str) -> None:
    if not points:
        return
    columns: dict[str, Column] = {
        name: [getattr(point, name) for _, point in points]
        for name in ("kind", "value", "normal", "label", "is_primary", "consent", "invalid_reason")
    }
    columns |= {"customer_id": [pk for pk, _ in points], "source": Same(source, len(points))}
    insert_rows(ContactPoint, columns)


def _insert_dates(dates: Sequence[tuple[int, DateInput]]) -> None:
    if not dates:
        return
    values = [date_values(given) for _, given in dates]
    columns: dict[str, Column] = {name: [value[name] for value in values] for name in values[0]}
    insert_rows(SpecialDate, columns | {"customer_id": [pk for pk, _ in dates]})


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
    """Rebuild the search columns of customers from their rows (after contacts, tags or refs changed)."""
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
