"""Entering a customer and changing the archive's head."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.core.errors import Conflict, Forbidden, Invalid
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers import actions, queries
from zhike.customers.forms import labels
from zhike.customers.forms.customer import EDITED, CreateForm, EditForm, TagsOfCustomerForm, initial_of
from zhike.customers.forms.lists import OwnerForm
from zhike.customers.queries.pages import duplicates_of
from zhike.customers.views.bulk import undo_url
from zhike.customers.views.common import (
    done,
    is_htmx,
    put_value,
    record_id,
    show,
    take_errors,
    viewer_of,
)
from zhike.ui import formats
from zhike.ui.components.parts import Tab
from zhike.ui.parameters import takes
from zhike.ui.toasts import toast

CONFLICT = 409
CHANGED = "customer:changed"


# ---------------------------------------------------------------- a new customer


@require_http_methods(["GET", "HEAD", "POST"])
@takes("kind")
def create(request: HttpRequest) -> HttpResponse:
    """Enter a customer; a contact that is already kept is told before a second record is made."""
    viewer = viewer_of(request)
    viewer.require("customers.create")
    kind = _kind(request)
    form = CreateForm(
        request.POST if request.method == "POST" else None,
        viewer=viewer,
        kind=kind,
        owners=queries.owner_choices(viewer) if viewer.can("customers.assign") else [],
        initial={"kind": kind, "client_uuid": uuid4()},
    )
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "kinds": _kinds(),
        "viewer_reads_contacts": viewer.reads(FieldClass.CONTACT),
    }
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.create_customer(
                _input(form, kind), by=viewer, allow_duplicate=form.cleaned_data["allow_duplicate"]
            )
        except Conflict as error:
            context["duplicate"] = error
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            target = (
                reverse("customers:create")
                if form.cleaned_data["again"]
                else reverse("customers:detail", args=[saved.id])
            )
            return toast(
                request, redirect(target), _("%(name)s is entered.") % {"name": form.cleaned_data["name"]}
            )
    refused = request.method == "POST"
    context |= {"picked": picked(form["referred_by_id"].value(), viewer)}
    return show(
        request,
        "customers/create.html",
        context,
        refused=refused,
        status=CONFLICT if "duplicate" in context else 0,
    )


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "") if request.method == "POST" else request.GET.get("kind", "person")
    if kind not in labels.KINDS:
        raise Invalid(gettext_noop("A customer is a person or an organisation."))
    return kind


def _kinds() -> list[Tab]:
    return [
        Tab(key, label, f"{reverse('customers:create')}?kind={key}") for key, label in labels.KINDS.items()
    ]


def _input(form: CreateForm, kind: str) -> actions.CustomerInput:
    given = form.cleaned_data
    plain = {name: given[name] for name in EDITED if name in given}
    found = actions.CustomerInput(
        **{**plain, "kind": kind, "tags": given["tags"], "client_uuid": given["client_uuid"]}
    )
    contacts = [actions.ContactInput(kind, value) for kind, value in form.contacts()]
    owner = given.get("owner_id")
    return replace(found, contacts=contacts, owner_id=int(owner) if owner else None)


def picked(value: Any, viewer: Viewer) -> queries.CustomerRow | None:
    """The customer a picker already holds, if the viewer sees them."""
    text = str(value or "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        return None
    seen = queries.visible_ids([int(text)], viewer)
    return queries.rows_for(list(seen), viewer)[0] if seen else None


@require_POST
def duplicates(request: HttpRequest) -> HttpResponse:
    """While one types: who already has this number or address; out of sight only that there is somebody."""
    viewer = viewer_of(request)
    viewer.require("customers.create")
    if not viewer.reads(FieldClass.CONTACT):
        return HttpResponse("")
    kinds = ("mobile", "phone", "wechat", "email")
    given = [
        actions.ContactInput(kind, request.POST.get(kind, "")[:300])
        for kind in kinds
        if request.POST.get(kind)
    ]
    rows, hidden = duplicates_of(given, viewer) if given else ([], False)
    return show(request, "customers/duplicates.html", {"rows": rows, "hidden": hidden})


@require_safe
@takes("q", "name", "chosen", "ref_q", "other_q", "customer_q")
def pick(request: HttpRequest) -> HttpResponse:
    """Answer the customers a picker offers for what is typed."""
    viewer = viewer_of(request)
    given = request.GET
    query = next((given[k] for k in ("q", "customer_q", "other_q", "ref_q") if given.get(k)), "")[:80]
    name = given.get("name", "customer")
    if name not in {"customer", "other", "referred_by_id"}:
        raise Invalid(gettext_noop("There is no parameter %(name)s."), name="name")
    rows = queries.search_customers(query, viewer, 8) if query.strip() else []
    return show(request, "customers/picks.html", {"rows": rows, "name": name, "query": query})


# ---------------------------------------------------------------- the archive's head


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the archive; where somebody else was quicker both values are shown."""
    viewer = viewer_of(request)
    viewer.require("customers.edit")
    customer = queries.get_customer(pk, viewer=viewer)
    kind = _kind_of_edit(request, customer.kind)
    before = initial_of(customer)
    form = EditForm(
        request.POST if request.method == "POST" else None, viewer=viewer, kind=kind, initial=before
    )
    context: dict[str, Any] = {
        "form": form,
        "customer": customer,
        "form_action": reverse("customers:edit", args=[pk]),
    }
    if request.method == "POST" and form.is_valid():
        changes = _wanted(request, form, before)
        try:
            saved = actions.update_customer(
                pk, version=form.cleaned_data["version"], changes=changes, by=viewer
            )
        except Conflict as error:
            return _conflict(request, error, form, context)
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            back = (
                undo_url(viewer, "fields", [pk, _plain({n: before[n] for n in changes})]) if changes else ""
            )
            detail = reverse("customers:detail", args=[pk])
            text = _("Saved.") if saved.version != customer.version else _("Nothing was different.")
            return done(request, text, event=CHANGED, back=detail, undo_url=back)
    context["picked"] = picked(form["referred_by_id"].value(), viewer)
    return show(request, "customers/edit.html", context, refused=bool(form.errors))


def _kind_of_edit(request: HttpRequest, current: str) -> str:
    given = request.POST.get("kind", current) if request.method == "POST" else current
    return given if given in labels.KINDS else current


def _wanted(request: HttpRequest, form: EditForm, before: dict[str, Any]) -> dict[str, Any]:
    """What differs, of the fields that were sent: a field that is not in the request stays as it is."""
    return {name: value for name, value in form.changes(before).items() if name in request.POST}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON takes them (days and times in ISO form)."""
    return {n: v if v is None or isinstance(v, str | int) else v.isoformat() for n, v in values.items()}


def _conflict(request: HttpRequest, error: Conflict, form: EditForm, context: dict[str, Any]) -> HttpResponse:
    """Show what stands there now beside what was entered; saving again then overwrites on purpose."""
    customer: queries.CustomerDetail = context["customer"]
    changed = [n for n in error.params.get("changed", []) if n in form.fields]
    lines = [
        (
            labels.FIELDS[name],
            _shown(name, getattr(customer, name)),
            _shown(name, form.cleaned_data.get(name)),
        )
        for name in changed
        if _text(getattr(customer, name)) != _text(form.cleaned_data.get(name))
    ]
    put_value(form, "version", str(customer.version))
    context |= {
        "conflict": str(error),
        "lines": lines,
        "picked": picked(form["referred_by_id"].value(), viewer_of(request)),
    }
    return show(request, "customers/edit.html", context, status=422 if is_htmx(request) else CONFLICT)


def _shown(name: str, value: Any) -> str:
    coded = {
        "kind": labels.KINDS,
        "gender": labels.GENDERS,
        "preferred_channel": labels.CHANNELS,
        "source_code": labels.SOURCES,
    }
    if name in coded:
        return labels.label(coded[name], value) or _("empty")
    if name == "customer_since":
        return formats.day(value, "year") or _("empty")
    return _text(value)[:300] or _("empty")


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the archive is still right."""
    actions.verify_customer(pk, by=viewer_of(request))
    return done(
        request, _("Noted: still right today."), event=CHANGED, back=reverse("customers:detail", args=[pk])
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tags(request: HttpRequest, pk: int) -> HttpResponse:
    """Change all tags of one customer."""
    viewer = viewer_of(request)
    if not viewer.can("customers.tags"):
        viewer.require("customers.edit")
    row = queries.rows_for(queries.require_visible([pk], viewer), viewer)[0]
    form = TagsOfCustomerForm(
        request.POST if request.method == "POST" else None, initial={"tags": ", ".join(row.tags)}
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["tags"]
        new, gone = [t for t in wanted if t not in row.tags], [t for t in row.tags if t not in wanted]
        try:
            actions.set_tags([pk], add=new, remove=gone, by=viewer)
        except Invalid as error:
            take_errors(form, error)
        else:
            return done(request, _("Saved."), event=CHANGED, back=reverse("customers:detail", args=[pk]))
    context = {
        "form": form,
        "customer": row,
        "known_tags": queries.tags_in_use(viewer),
        "form_action": reverse("customers:tags", args=[pk]),
    }
    return show(request, "customers/tags.html", context, refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand one customer over."""
    viewer = viewer_of(request)
    viewer.require("customers.assign")
    row = queries.rows_for(queries.require_visible([pk], viewer), viewer)[0]
    form = OwnerForm(
        request.POST if request.method == "POST" else None,
        owners=queries.owner_choices(viewer),
        initial={"owner": str(row.owner_id or "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign([pk], owner_id=record_id(form.cleaned_data["owner"]), by=viewer)
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            back = undo_url(viewer, "assign", [(row.owner_id, row.team_id, [pk])])
            return done(
                request, _("Handed over."), event=CHANGED, back=reverse("customers:list"), undo_url=back
            )
    context = {"form": form, "customer": row, "form_action": reverse("customers:assign", args=[pk])}
    return show(request, "customers/assign.html", context, refused=bool(form.errors))
