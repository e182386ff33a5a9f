"""Single entries of the archive: contact points, special dates, relations."""

from __future__ import annotations

from typing import Any

from zhike.core.changes import change
from zhike.core.clock import today
from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.permissions import FieldClass, Viewer, scope_q
from zhike.customers.actions.batch import contact_row, date_row, date_values
from zhike.customers.actions.inputs import CHECK_FIELDS, FieldErrors, clean_contacts, clean_dates
from zhike.customers.actions.update import locked, write_head
from zhike.customers.models import ContactPoint, Customer, CustomerRelation, SpecialDate
from zhike.customers.queries.scope import LARGEST_ID, require_visible
from zhike.customers.rules import codes
from zhike.customers.rules.contacts import CleanContact, ContactInput, is_write_back_of_mask
from zhike.customers.rules.dates import DateInput
from zhike.events.customers import CustomersChanged
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text


def _may_edit(by: Viewer) -> None:
    by.require("customers.edit")
    if not by.reads(FieldClass.CONTACT):
        raise Forbidden("Your role does not include contact data. Ask an administrator.")


def _owned(model: Any, pk: int, by: Viewer) -> Any:
    """Return a row of a customer in the viewer's sight."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    scope = scope_q(by, owner="customer__owner_id", team="customer__team_id")
    row = model.objects.filter(scope, pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _one_contact(given: ContactInput) -> CleanContact:
    errors = FieldErrors()
    found = clean_contacts([given], errors)
    errors.raise_any()
    if not found:
        raise Invalid("This number is masked. Enter the whole number, or leave it as it is.")
    return found[0]


def add_contact(pk: int, contact: ContactInput, *, by: Viewer) -> int:
    """Add a contact point; the first of its kind becomes the primary one. Returns its id."""
    _may_edit(by)
    clean = _one_contact(contact)
    with change("customers.add_contact", by=by) as c:
        customer = locked(pk, by)
        same_kind = ContactPoint.objects.filter(customer=customer, kind=clean.kind)
        if any((p.normal or p.value) == (clean.normal or clean.value) for p in same_kind):
            raise Invalid("The customer already has this contact.")
        primary = contact.is_primary or not same_kind.filter(is_primary=True).exists()
        if primary:
            _demote(customer, clean.kind)
        row = contact_row(customer.pk, clean, "")
        row.is_primary = primary
        row.save(force_insert=True)
        c.created(row)
        write_head(customer, {}, c)
        c.emit(CustomersChanged([pk], ["contacts"]))
    return int(row.pk)


def update_contact(contact_id: int, contact: ContactInput, *, by: Viewer) -> None:
    """Change a contact point; a value sent back masked leaves the stored one as it is."""
    _may_edit(by)
    with change("customers.update_contact", by=by) as c:
        row = _owned(ContactPoint, contact_id, by)
        customer = locked(row.customer_id, by)
        if is_write_back_of_mask(contact.kind, contact.value):
            contact = ContactInput(
                row.kind, row.value, contact.label, contact.is_primary, row.pk, contact.consent
            )
        clean = _one_contact(contact)
        if contact.is_primary and not (row.is_primary and row.kind == clean.kind):
            _demote(customer, clean.kind, but=row.pk)
        clash = (
            ContactPoint.objects.filter(customer=customer, kind=clean.kind, is_primary=True)
            .exclude(pk=row.pk)
            .exists()
        )
        changed = c.update(
            row,
            kind=clean.kind,
            value=clean.value,
            normal=clean.normal,
            label=clean.label,
            is_primary=contact.is_primary or not clash,
            consent=contact.consent,
            invalid_reason="",
            verified_at=today(),
        )
        if changed:
            write_head(customer, {}, c)
            c.emit(CustomersChanged([customer.pk], ["contacts"]))


def make_primary(contact_id: int, *, by: Viewer) -> None:
    """Make a contact point the one that is used first among its kind."""
    _may_edit(by)
    with change("customers.make_primary", by=by) as c:
        row = _owned(ContactPoint, contact_id, by)
        customer = locked(row.customer_id, by)
        _demote(customer, row.kind, but=row.pk)
        if c.update(row, is_primary=True):
            c.emit(CustomersChanged([customer.pk], ["contacts"]))


def _demote(customer: Customer, kind: str, but: int = 0) -> None:
    ContactPoint.objects.filter(customer=customer, kind=kind, is_primary=True).exclude(pk=but).update(
        is_primary=False
    )


def mark_contact_invalid(contact_id: int, reason: str, *, by: Viewer) -> None:
    """Note that a number or address does not work (any more); it stays, but is no longer used."""
    _may_edit(by)
    with change("customers.mark_contact_invalid", by=by) as c:
        row = _owned(ContactPoint, contact_id, by)
        locked(row.customer_id, by)
        if c.update(row, invalid_reason=clean_text(reason, 60) or "wrong", is_primary=False):
            _promote(row.customer_id, row.kind)
            c.emit(CustomersChanged([row.customer_id], ["contacts"]))


def remove_contact(contact_id: int, *, by: Viewer) -> None:
    """Remove a contact point; where it was the primary one the next valid one of its kind takes its place."""
    _may_edit(by)
    with change("customers.remove_contact", by=by) as c:
        row = _owned(ContactPoint, contact_id, by)
        customer = locked(row.customer_id, by)
        kind, was_primary = row.kind, row.is_primary
        c.delete(row)
        if was_primary:
            _promote(customer.pk, kind)
        write_head(customer, {}, c)
        c.emit(CustomersChanged([customer.pk], ["contacts"]))


def _promote(customer_id: int, kind: str) -> None:
    rows = ContactPoint.objects.filter(customer=customer_id, kind=kind)
    if rows.filter(is_primary=True).exists():
        return
    following = rows.filter(invalid_reason="").order_by("id").values_list("pk", flat=True).first()
    if following:
        rows.filter(pk=following).update(is_primary=True)


def _one_date(given: DateInput) -> DateInput:
    errors = FieldErrors()
    found = clean_dates([given], errors)
    errors.raise_any()
    return found[0]


def add_special_date(pk: int, given: DateInput, *, by: Viewer) -> int:
    """Add a day to remember; returns its id."""
    _may_edit(by)
    clean = _one_date(given)
    with change("customers.add_special_date", by=by) as c:
        customer = locked(pk, by)
        c.touched("customers.customer", [customer.pk], ["dates"])
        row = date_row(customer.pk, clean)
        row.save(force_insert=True)
        c.created(row)
        c.emit(CustomersChanged([pk], ["dates"]))
    return int(row.pk)


def update_special_date(date_id: int, given: DateInput, *, by: Viewer) -> None:
    """Change a day to remember."""
    _may_edit(by)
    clean = _one_date(given)
    with change("customers.update_special_date", by=by) as c:
        row = _owned(SpecialDate, date_id, by)
        if any(getattr(row, name) != value for name, value in date_values(clean).items()):
            c.touched("customers.customer", [row.customer_id], ["dates"])
            c.update(row, **date_values(clean))
            c.emit(CustomersChanged([row.customer_id], ["dates"]))


def remove_special_date(date_id: int, *, by: Viewer) -> None:
    """Remove a day to remember."""
    _may_edit(by)
    with change("customers.remove_special_date", by=by) as c:
        row = _owned(SpecialDate, date_id, by)
        c.touched("customers.customer", [row.customer_id], ["dates"])
        c.delete(row)
        c.emit(CustomersChanged([row.customer_id], ["dates"]))


def add_relation(
    pk: int,
    *,
    kind: str,
    other_id: int | None = None,
    name: str = "",
    post: str = "",
    note: str = "",
    by: Viewer,
) -> int:
    """Add a relation to another customer, or to a person who is only named; returns its id.

    ``kind`` says what the other one is to the customer: see ``rules.codes.RELATION_KINDS``.
    """
    _may_edit(by)
    values = _relation_values(pk, kind, other_id, {"name": name, "post": post, "note": note})
    with change("customers.add_relation", by=by) as c:
        customer = locked(pk, by)
        if other_id is not None:
            require_visible([other_id], by)
        c.touched("customers.customer", [customer.pk], ["relations"])
        row = c.create(CustomerRelation, customer=customer, other_id=other_id, kind=kind, **values)
        c.emit(CustomersChanged([pk], ["relations"]))
    return int(row.pk)


def _relation_values(pk: int, kind: str, other_id: int | None, texts: dict[str, str]) -> dict[str, str]:
    errors = FieldErrors()
    if kind not in codes.RELATION_KINDS:
        errors.add("kind", InvalidValue("choice_unknown", value=kind[:40]))
    limits = {"name": 80, "post": 80, "note": 200}
    values = {n: errors.check(n, lambda n=n: clean_text(texts[n], limits[n])) or "" for n in limits}  # type: ignore[misc]
    if other_id is None and not values["name"]:
        errors.add("name", InvalidValue("text_empty"))
    errors.raise_any()
    if other_id == pk:
        raise Invalid(CHECK_FIELDS, fields={"other_id": [_themselves()]})
    return values


def _themselves() -> str:
    from django.utils.translation import gettext

    return gettext("That is the same customer.")


def remove_relation(relation_id: int, *, by: Viewer) -> None:
    """Remove a relation."""
    _may_edit(by)
    with change("customers.remove_relation", by=by) as c:
        row = _owned(CustomerRelation, relation_id, by)
        c.touched("customers.customer", [row.customer_id], ["relations"])
        c.delete(row)
        c.emit(CustomersChanged([row.customer_id], ["relations"]))
