"""What hangs on a customer: contact points, special dates, relations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.core.clock import today
from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers import actions, queries
from zhike.customers.forms.archive import (
    ContactForm,
    DateForm,
    PreviewForm,
    RelationForm,
    contact_initial,
    date_initial,
)
from zhike.customers.rules.dates import clean_date, next_occurrence
from zhike.customers.views.common import done, show, take_errors, viewer_of
from zhike.customers.views.edit import CHANGED, picked
from zhike.ui import formats
from zhike.ui.parameters import takes
from zhike.values.problems import InvalidValue


def _page(request: HttpRequest, pk: int) -> tuple[Viewer, queries.CustomerPage]:
    """The viewer and the customer; needs the right to edit and to read contacts."""
    viewer = viewer_of(request)
    viewer.require("customers.edit")
    page = queries.customer_page(pk, viewer)
    if not viewer.reads(FieldClass.CONTACT):
        viewer.require("customers.contacts")  # nobody has it: what can't be read can't be written
    return viewer, page


def _detail(pk: int) -> str:
    return reverse("customers:detail", args=[pk])


def _saved(request: HttpRequest, pk: int, text: str = "") -> HttpResponse:
    return done(request, text or _("Saved."), event=CHANGED, back=_detail(pk))


# ---------------------------------------------------------------- contact points


def _contact(page: queries.CustomerPage, contact_id: int) -> queries.ContactView:
    found = next((c for c in page.contacts if c.id == contact_id), None)
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a contact point."""
    viewer, page = _page(request, pk)
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial={"kind": "mobile", "consent": "unknown"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_contact(pk, form.entry(), by=viewer)
        except (Invalid, Forbidden) as error:
            _take_contact(form, error)
        else:
            return _saved(request, pk)
    context = {"form": form, "page": page, "form_action": reverse("customers:contact_new", args=[pk])}
    return show(request, "customers/contact.html", context, refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: HttpRequest, pk: int, contact_id: int) -> HttpResponse:
    """Change a contact point; saving it also notes that it was checked today."""
    viewer, page = _page(request, pk)
    contact = _contact(page, contact_id)
    form = ContactForm(request.POST if request.method == "POST" else None, initial=contact_initial(contact))
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_contact(contact_id, form.entry(contact_id), by=viewer)
        except (Invalid, Forbidden) as error:
            _take_contact(form, error)
        else:
            return _saved(request, pk)
    context = {
        "form": form,
        "page": page,
        "contact": contact,
        "form_action": reverse("customers:contact_edit", args=[pk, contact_id]),
    }
    return show(request, "customers/contact.html", context, refused=bool(form.errors))


def _take_contact(form: ContactForm, error: Invalid | Forbidden) -> None:
    """What the action says of its list of contacts belongs to the value here."""
    messages = (getattr(error, "fields", {}) or {}).get("contacts")
    if messages:
        form.add_error("value", list(messages))
    else:
        take_errors(form, error)


@require_POST
def contact_do(request: HttpRequest, pk: int, contact_id: int, what: str) -> HttpResponse:
    """One-click commands on a contact point: primary, verified, invalid, remove."""
    viewer, page = _page(request, pk)
    contact = _contact(page, contact_id)
    entry = actions.ContactInput(
        contact.kind, contact.value, contact.label, contact.is_primary, contact.id, contact.consent
    )
    if what == "primary":
        actions.make_primary(contact_id, by=viewer)
    elif what == "verified":
        actions.update_contact(contact_id, entry, by=viewer)
    elif what == "invalid":
        actions.mark_contact_invalid(contact_id, "", by=viewer)
    elif what == "remove":
        actions.remove_contact(contact_id, by=viewer)
    else:
        raise NotFound
    return _saved(request, pk)


# ---------------------------------------------------------------- special dates


def _date(page: queries.CustomerPage, date_id: int) -> queries.DateView:
    found = next((d for d in page.dates if d.id == date_id), None)
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def date_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a day to remember."""
    viewer, page = _page(request, pk)
    first = "founding" if page.customer.kind == "organisation" else "birthday"
    form = DateForm(
        request.POST if request.method == "POST" else None, initial={"occasion": first, "whose": "self"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_special_date(pk, form.entry(), by=viewer)
        except (Invalid, Forbidden) as error:
            _take_date(form, error)
        else:
            return _saved(request, pk)
    context = {"form": form, "page": page, "form_action": reverse("customers:date_new", args=[pk])}
    return show(request, "customers/date.html", context, refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
def date_edit(request: HttpRequest, pk: int, date_id: int) -> HttpResponse:
    """Change a day to remember."""
    viewer, page = _page(request, pk)
    entry = _date(page, date_id)
    form = DateForm(request.POST if request.method == "POST" else None, initial=date_initial(entry))
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_special_date(date_id, form.entry(), by=viewer)
        except (Invalid, Forbidden) as error:
            _take_date(form, error)
        else:
            return _saved(request, pk)
    context = {
        "form": form,
        "page": page,
        "entry": entry,
        "next": entry.next,
        "form_action": reverse("customers:date_edit", args=[pk, date_id]),
    }
    return show(request, "customers/date.html", context, refused=bool(form.errors))


def _take_date(form: DateForm, error: Invalid | Forbidden) -> None:
    messages = (getattr(error, "fields", {}) or {}).get("dates")
    if messages:
        form.add_error("day", list(messages))
    else:
        take_errors(form, error)


@require_POST
def date_remove(request: HttpRequest, pk: int, date_id: int) -> HttpResponse:
    """Remove a day to remember."""
    viewer, page = _page(request, pk)
    _date(page, date_id)
    actions.remove_special_date(date_id, by=viewer)
    return _saved(request, pk, _("The date is removed."))


@require_safe
@takes("calendar", "month", "day", "leap", "year", "days_ahead")
def date_preview(request: HttpRequest) -> HttpResponse:
    """Say when a date is kept next, while it is typed."""
    form = PreviewForm(request.GET)
    context: dict[str, Any] = {}
    if form.is_valid():
        given = form.cleaned_data
        try:
            clean_date(
                actions.DateInput(
                    "other", given["month"], given["day"], given["calendar"], given["leap"], given["year"]
                )
            )
            found = next_occurrence(
                given["calendar"], given["month"], given["day"],
                leap=given["leap"] and given["calendar"] == "lunar", year=given["year"], on_or_after=today(),
            )  # fmt: skip
        except InvalidValue:
            context["wrong"] = True
        else:
            context = {"on": found.on, "years": found.years, "ago": formats.ago(found.on)}
    return show(request, "customers/date_preview.html", context)


# ---------------------------------------------------------------- relations


@require_http_methods(["GET", "HEAD", "POST"])
def relation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Relate a customer to another one, or to somebody who is only named."""
    viewer, page = _page(request, pk)
    first = "contact_person" if page.customer.kind == "organisation" else "spouse"
    form = RelationForm(request.POST if request.method == "POST" else None, initial={"kind": first})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_relation(
                pk, kind=given["kind"], other_id=given["other"], name="" if given["other"] else given["name"],
                post=given["post"], note=given["note"], by=viewer,
            )  # fmt: skip
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            return _saved(request, pk)
    context = {
        "form": form,
        "page": page,
        "picked": picked(form["other"].value(), viewer),
        "form_action": reverse("customers:relation_new", args=[pk]),
    }
    return show(request, "customers/relation.html", context, refused=bool(form.errors))


@require_POST
def relation_remove(request: HttpRequest, pk: int, relation_id: int) -> HttpResponse:
    """Remove a relation, from whichever side it is kept."""
    viewer, page = _page(request, pk)
    if all(relation.id != relation_id for relation in page.relations):
        raise NotFound
    actions.remove_relation(relation_id, by=viewer)
    return _saved(request, pk, _("The relation is removed."))
