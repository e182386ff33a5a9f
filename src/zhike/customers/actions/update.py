"""Changing one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhike.core.changes import Change, change
from zhike.core.clock import today
from zhike.core.errors import Conflict, Invalid, NotFound
from zhike.core.models import HistoryVersion
from zhike.core.permissions import Viewer
from zhike.customers.actions.batch import contact_row, date_row, date_values, key_of, link_tags, tag_ids
from zhike.customers.actions.create import check_fields_writable
from zhike.customers.actions.inputs import (
    FieldErrors,
    Saved,
    check_hours,
    clean_contacts,
    clean_dates,
    clean_tags,
    clean_value,
)
from zhike.customers.actions.score_rows import repeat_on_scores
from zhike.customers.models import ContactPoint, Customer, CustomerRef, CustomerTag, SpecialDate
from zhike.customers.queries.scope import LARGEST_ID, require_visible, visible
from zhike.customers.rules import search
from zhike.customers.rules.contacts import (
    CleanContact,
    ContactInput,
    is_write_back_of_mask,
    one_primary,
)
from zhike.customers.rules.dates import DateInput
from zhike.customers.rules.fields import PLAIN_FIELDS
from zhike.events.customers import CustomersChanged
from zhike.values.enums import CustomerKind
from zhike.values.names import index_name

_LISTS = ("contacts", "dates", "tags")


def update_customer(pk: int, *, version: int, changes: Mapping[str, Any], by: Viewer) -> Saved:
    """Change fields of a customer; ``changes`` maps field names of ``CustomerInput`` to new values.

    ``contacts``, ``dates`` and ``tags`` are whole new lists: entries with an ``id`` are changed, others are
    added, those left out are removed. A contact sent back masked leaves the stored one as it is. A version
    that is no longer current raises :class:`Conflict`, which names the fields somebody else changed.
    """
    by.require("customers.edit")
    check_names(changes, by)
    with change("customers.update", by=by) as c:
        customer = locked(pk, by)
        check_version(customer, version)
        fields = apply_changes(customer, changes, c, by)
        if fields:
            c.emit(CustomersChanged([pk], fields))
    return Saved(customer.pk, customer.number, customer.version)


def check_names(changes: Mapping[str, Any], by: Viewer) -> None:
    """Only fields of the list, and only those the viewer reads."""
    unknown = sorted(set(changes) - {*PLAIN_FIELDS, *_LISTS})
    if unknown:
        raise Invalid(
            "These fields can't be set: %(names)s.", code="unknown_field", names=", ".join(unknown)[:200]
        )
    check_fields_writable(list(changes), by)


def locked(pk: int, by: Viewer) -> Customer:
    """Return a customer in the viewer's sight, locked until commit."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    customer = visible(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if customer is None:
        raise NotFound
    return customer


def check_version(customer: Customer, version: int) -> None:
    """Raise :class:`Conflict` where somebody else was quicker."""
    if customer.version == version:
        return
    raise Conflict(
        "Somebody else has changed this customer meanwhile. Look at the current state and try again.",
        version=customer.version,
        changed=changed_since(customer, version),
    )


def changed_since(customer: Customer, version: int) -> list[str]:
    """Return the names of the fields that differ between a version and the current row."""
    rows = HistoryVersion.objects.filter(model="customers.customer", object_id=customer.pk).order_by(
        "-replaced_at", "-id"
    )
    old = next((row.data for row in rows[:50] if row.data.get("version") == version), None)
    if old is None:
        return []
    return [name for name in PLAIN_FIELDS if name in old and old[name] != _plain(getattr(customer, name))]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def apply_changes(customer: Customer, changes: Mapping[str, Any], c: Change, by: Viewer) -> list[str]:
    """Check and write; returns the names of what differed."""
    errors = FieldErrors()
    plain = {n: errors.check(n, lambda n=n: clean_value(n, changes[n])) for n in PLAIN_FIELDS if n in changes}  # type: ignore[misc]
    _check_plain(customer, plain, errors, by)
    dates = clean_dates(changes["dates"], errors) if "dates" in changes else None
    tags = clean_tags(changes["tags"], errors) if "tags" in changes else None
    contacts = _clean_contacts(customer, changes["contacts"], errors) if "contacts" in changes else None
    errors.raise_any()
    done = [name for name, value in plain.items() if getattr(customer, name) != value]
    done += ["contacts"] if contacts is not None and replace_contacts(customer, contacts, c) else []
    done += ["dates"] if dates is not None and replace_dates(customer, dates, c) else []
    done += ["tags"] if tags is not None and replace_tags(customer, tags, c) else []
    if done:
        write_head(customer, plain, c)
    return done


def _check_plain(customer: Customer, plain: Mapping[str, Any], errors: FieldErrors, by: Viewer) -> None:
    start = plain.get("contact_from", customer.contact_from)
    check_hours(start, plain.get("contact_until", customer.contact_until), errors)
    referrer = plain.get("referred_by_id")
    if referrer is not None and referrer != customer.referred_by_id:
        require_visible([referrer], by)
        if referrer == customer.pk:
            raise Invalid("A customer can't have come through themselves.")


def write_head(customer: Customer, plain: Mapping[str, Any], c: Change) -> None:
    """Write the head row with what is derived from it; its version moves even when only a list changed."""
    values = dict(plain)
    name, kind = values.get("name", customer.name), values.get("kind", customer.kind)
    index = index_name(name, CustomerKind(kind))
    values["name_key"] = key_of(index)
    refs = CustomerRef.objects.filter(customer=customer).order_by("id").values_list("external_id", flat=True)
    tags = CustomerTag.objects.filter(customer=customer).order_by("id").values_list("tag__name", flat=True)
    points = (
        ContactPoint.objects.filter(customer=customer).order_by("id").values_list("kind", "value", "normal")
    )
    values["search_open"] = search.open_tokens(name, kind, customer.number, refs=refs, tags=tags, index=index)
    values["search_contact"] = search.contact_tokens(points)
    renamed = values["name_key"] != customer.name_key
    c.update(customer, **values, version=customer.version + 1)
    if renamed:
        repeat_on_scores([customer.pk], name_key=customer.name_key)


def _clean_contacts(
    customer: Customer, given: Sequence[ContactInput], errors: FieldErrors
) -> list[tuple[CleanContact, ContactPoint | None]]:
    """Pair what was submitted with the rows it means; a masked value keeps the stored one."""
    stored = {point.pk: point for point in ContactPoint.objects.filter(customer=customer)}
    if any(entry.id is not None and entry.id not in stored for entry in given):
        raise NotFound
    given = [_unmasked(entry, stored) for entry in given]
    clean = clean_contacts(given, errors)
    taken: set[int] = set()
    pairs = []
    for point in clean:
        row = stored.get(point.id) if point.id else _same(point, stored, taken)
        if row is not None:
            taken.add(row.pk)
        pairs.append((point, row))
    return pairs


def _unmasked(entry: ContactInput, stored: Mapping[int, ContactPoint]) -> ContactInput:
    row = stored.get(entry.id or 0)
    if row is None or not is_write_back_of_mask(entry.kind, entry.value):
        return entry
    return ContactInput(row.kind, row.value, entry.label, entry.is_primary, row.pk, entry.consent)


def _same(point: CleanContact, stored: Mapping[int, ContactPoint], taken: set[int]) -> ContactPoint | None:
    key = (point.kind, point.normal or point.value)
    return next(
        (r for r in stored.values() if r.pk not in taken and (r.kind, r.normal or r.value) == key), None
    )


def replace_contacts(
    customer: Customer, pairs: Sequence[tuple[CleanContact, ContactPoint | None]], c: Change
) -> bool:
    """Make the customer's contact points be these; returns whether anything differed."""
    kept = {row.pk for _, row in pairs if row is not None}
    gone = list(ContactPoint.objects.filter(customer=customer).exclude(pk__in=kept))
    for row in gone:
        c.delete(row)
    primaries = {clean.kind for clean in one_primary([clean for clean, _ in pairs]) if clean.is_primary}
    ContactPoint.objects.filter(customer=customer, kind__in=primaries, is_primary=True).exclude(
        pk__in=[row.pk for clean, row in pairs if row is not None and clean.is_primary]
    ).update(is_primary=False)
    changed = bool(gone)
    for clean, stored in pairs:
        changed |= _write_contact(customer, clean, stored, c)
    return changed


def _write_contact(customer: Customer, clean: CleanContact, row: ContactPoint | None, c: Change) -> bool:
    if row is None:
        new = contact_row(customer.pk, clean, "")
        new.save(force_insert=True)
        c.created(new)
        return True
    return c.update(
        row,
        kind=clean.kind,
        value=clean.value,
        normal=clean.normal,
        label=clean.label,
        is_primary=clean.is_primary,
        consent=clean.consent,
        invalid_reason=clean.invalid_reason,
    )


def replace_dates(customer: Customer, dates: Sequence[DateInput], c: Change) -> bool:
    """Make the customer's special dates be these; returns whether anything differed."""
    stored = {row.pk: row for row in SpecialDate.objects.filter(customer=customer)}
    if any(given.id is not None and given.id not in stored for given in dates):
        raise NotFound
    kept = {given.id for given in dates}
    gone = [row for pk, row in stored.items() if pk not in kept]
    for row in gone:
        c.delete(row)
    changed = bool(gone)
    for given in dates:
        if given.id is not None:
            changed |= c.update(stored[given.id], **date_values(given))
        else:
            new = date_row(customer.pk, given)
            new.save(force_insert=True)
            c.created(new)
            changed = True
    return changed


def replace_tags(customer: Customer, tags: Sequence[str], c: Change) -> bool:
    """Make the customer's tags be these; returns whether anything differed."""
    links = {
        link.tag.name: link for link in CustomerTag.objects.filter(customer=customer).select_related("tag")
    }
    for name, link in links.items():
        if name not in tags:
            c.delete(link)
    new = [name for name in tags if name not in links]
    if new:
        tag_ids(new)
        link_tags({customer.pk: new})
        c.touched("customers.customer", [customer.pk], ["tags"])
    return set(links) != set(tags)


def verify_customer(pk: int, *, by: Viewer) -> Saved:
    """Note that somebody made sure today that the archive is still right."""
    by.require("customers.edit")
    with change("customers.verify", by=by) as c:
        customer = locked(pk, by)
        c.update(customer, verified_at=today())
        c.emit(CustomersChanged([pk], ["verified_at"]))
    return Saved(customer.pk, customer.number, customer.version)
