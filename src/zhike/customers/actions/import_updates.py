"""What an import changes at customers that are already kept: mapped fields that differ, and additions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from zhike.core.changes import Change, snapshot
from zhike.core.clock import now
from zhike.customers.actions.batch import contact_row, date_row, key_of, link_tags, refresh_search
from zhike.customers.actions.inputs import CleanCustomer
from zhike.customers.actions.score_rows import repeat_on_scores
from zhike.customers.models import ContactPoint, Customer, CustomerTag, SpecialDate

_COLUMNS = {
    "name": "name",
    "kind": "kind",
    "form_of_address": "form_of_address",
    "gender": "gender",
    "title": "title",
    "industry": "industry",
    "credit_code": "credit_code",
    "region": "region",
    "hobbies": "hobbies",
    "preferred_channel": "preferred_channel",
    "source": "source_code",
    "note": "note",
    "customer_since": "customer_since",
}
_PART = 900

Known = Mapping[int, tuple[int, CleanCustomer]]


def update_existing(known: Known, mapped: Collection[str], c: Change, source: str) -> list[int]:
    """Bring known customers up to date; returns the rows (indexes of the batch) that changed anything."""
    changed: set[int] = set()
    indexes = sorted(known)
    for start in range(0, len(indexes), _PART):
        part = {i: known[i] for i in indexes[start : start + _PART]}
        changed |= _update_part(part, mapped, c, source)
    return sorted(changed)


def _update_part(known: Known, mapped: Collection[str], c: Change, source: str) -> set[int]:
    customers = Customer.objects.in_bulk({pk for pk, _ in known.values()})
    befores: dict[int, dict[str, Any]] = {}
    columns = [(field, column) for field, column in _COLUMNS.items() if field in mapped]
    changed = set()
    for i, (pk, row) in known.items():
        if _set_columns(customers[pk], row, columns, befores):
            changed.add(i)
    altered = {known[i][0] for i in changed}
    additions = _add_contacts(known, source, c) | _add_dates(known, c) | _add_tags(known, c)
    _save([customers[pk] for pk in sorted(altered)], befores, [column for _, column in columns], c)
    refresh_search(sorted(altered | {known[i][0] for i in additions}))
    return changed | additions


def _set_columns(
    customer: Customer,
    row: CleanCustomer,
    columns: Sequence[tuple[str, str]],
    befores: dict[int, dict[str, Any]],
) -> bool:
    """Set what differs; the version from before the first difference is kept in ``befores``."""
    differs = False
    for _, column in columns:
        value: Any = row.values[column]
        if value in {"", None} or column in row.assumed:
            continue
        if getattr(customer, column) != value:
            if customer.pk not in befores:
                befores[customer.pk] = snapshot(customer)
            setattr(customer, column, value)
            differs = True
    return differs


def _save(
    customers: Sequence[Customer], befores: Mapping[int, dict[str, Any]], columns: Sequence[str], c: Change
) -> None:
    from zhike.values.enums import CustomerKind
    from zhike.values.names import index_name

    at = now()
    for customer in customers:
        customer.name_key = key_of(index_name(customer.name, CustomerKind(customer.kind)))
        customer.version += 1
        customer.updated_at = at
        if customer.name_key != befores[customer.pk]["name_key"]:
            repeat_on_scores([customer.pk], name_key=customer.name_key)
    c.update_many(
        customers, [befores[cu.pk] for cu in customers], [*columns, "name_key", "version", "updated_at"]
    )


def _add_contacts(known: Known, source: str, c: Change) -> set[int]:
    stored: dict[int, set[tuple[str, str]]] = {}
    primary: dict[int, set[str]] = {}
    rows = ContactPoint.objects.filter(customer__in={pk for pk, _ in known.values()})
    for pk, kind, value, normal, first in rows.values_list(
        "customer_id", "kind", "value", "normal", "is_primary"
    ):
        stored.setdefault(pk, set()).add((kind, normal or value))
        if first:
            primary.setdefault(pk, set()).add(kind)
    new, changed = [], set()
    for i, (pk, row) in known.items():
        for point in row.contacts:
            key = (point.kind, point.normal or point.value)
            if key in stored.setdefault(pk, set()):
                continue
            stored[pk].add(key)
            record = contact_row(pk, point, source)
            record.is_primary = not point.invalid_reason and point.kind not in primary.setdefault(pk, set())
            if record.is_primary:
                primary[pk].add(point.kind)
            new.append(record)
            changed.add(i)
    ContactPoint.objects.bulk_create(new, batch_size=1000)
    if new:
        c.touched("customers.contactpoint", [record.pk for record in new])
    return changed


def _add_dates(known: Known, c: Change) -> set[int]:
    wanted = {i: entry for i, entry in known.items() if entry[1].dates}
    if not wanted:
        return set()
    rows = SpecialDate.objects.filter(customer__in={pk for pk, _ in wanted.values()}, whose="self")
    stored = set(rows.values_list("customer_id", "occasion", "calendar", "month", "day"))
    new, changed = [], set()
    for i, (pk, row) in wanted.items():
        for given in row.dates:
            key = (pk, given.occasion, given.calendar, given.month, given.day)
            if key not in stored:
                stored.add(key)
                new.append(date_row(pk, given))
                changed.add(i)
    SpecialDate.objects.bulk_create(new, batch_size=1000)
    if new:
        c.touched("customers.specialdate", [record.pk for record in new])
    return changed


def _add_tags(known: Known, c: Change) -> set[int]:
    wanted = {i: entry for i, entry in known.items() if entry[1].tags}
    if not wanted:
        return set()
    rows = CustomerTag.objects.filter(customer__in={pk for pk, _ in wanted.values()})
    stored = set(rows.values_list("customer_id", "tag__name"))
    missing: dict[int, list[str]] = {}
    changed = set()
    for i, (pk, row) in wanted.items():
        new = [tag for tag in row.tags if (pk, tag) not in stored]
        if new:
            missing.setdefault(pk, []).extend(new)
            stored |= {(pk, tag) for tag in new}
            changed.add(i)
    link_tags(missing)
    if missing:
        c.touched("customers.customer", list(missing), ["tags"])
    return changed
