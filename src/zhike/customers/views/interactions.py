"""Recording a contact with a customer, in under a minute, from anywhere."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from zhike.core.clock import now
from zhike.core.errors import Conflict, Forbidden, Invalid
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers import actions, queries
from zhike.customers.forms import labels
from zhike.customers.forms.interactions import InteractionForm, interaction_initial
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
from zhike.customers.views.edit import CONFLICT
from zhike.ui.parameters import takes

CHANGED = "interaction:changed"


@require_http_methods(["GET", "HEAD", "POST"])
@takes("customer", "channel")
def interaction_new(request: HttpRequest) -> HttpResponse:
    """Record a contact; ``?customer=`` says with whom, else one is picked in the dialog."""
    viewer = viewer_of(request)
    viewer.require("interactions.write")
    if request.method == "POST":
        return _record(request, viewer)
    given = request.GET
    customer = _customer(given.get("customer", ""), viewer)
    form = InteractionForm(initial=_first(given.get("channel", ""), customer, viewer))
    return _dialog(request, form, customer)


def _customer(raw: str, viewer: Viewer) -> queries.CustomerRow | None:
    if not raw:
        return None
    return queries.rows_for(queries.require_visible([record_id(raw)], viewer), viewer)[0]


def _first(channel: str, customer: queries.CustomerRow | None, viewer: Viewer) -> dict[str, Any]:
    """What the form holds at first: the channel the customer likes, now, we began."""
    if channel and channel not in labels.CHANNELS:
        raise Invalid(gettext_noop("There is no channel %(name)s."), name=channel[:40])
    if not channel and customer is not None:
        channel = queries.get_customer(customer.id, viewer=viewer).preferred_channel
    return {"channel": channel or "call", "at": now(), "client_uuid": uuid4()}


def _record(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = InteractionForm(request.POST, initial={"at": now()})
    customer, refusal = _chosen(request, viewer)
    if refusal:
        form.add_error(None, refusal)
    if form.is_valid() and customer is not None:
        values = form.values()
        data = actions.InteractionInput(
            customer_id=customer.id, client_uuid=form.cleaned_data["client_uuid"], **values
        )
        try:
            pk = actions.record_interaction(data, by=viewer)
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            text = _("Contact with %(name)s is logged.") % {"name": customer.name}
            back = reverse("customers:detail", args=[customer.id])
            return done(request, text, event=CHANGED, back=back, undo_url=undo_url(viewer, "interaction", pk))
    return _dialog(request, form, customer)


def _chosen(request: HttpRequest, viewer: Viewer) -> tuple[queries.CustomerRow | None, str]:
    """The customer that was picked; typed text that finds exactly one will do as well."""
    raw = request.POST.get("customer", "")
    if raw:
        return _customer(raw, viewer), ""
    typed = request.POST.get("customer_q", "").strip()[:80]
    rows = queries.search_customers(typed, viewer, 2) if typed else []
    if len(rows) == 1:
        return rows[0], ""
    return None, _("With whom? Choose the customer.")


def _dialog(
    request: HttpRequest, form: InteractionForm, customer: queries.CustomerRow | None, **more: Any
) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.reads(FieldClass.CONTACT):
        for name in ("summary", "promise", "promise_due"):
            form.fields.pop(name, None)
    context = {
        "form": form,
        "customer": customer,
        "icons": labels.CHANNEL_ICONS,
        "form_action": reverse("customers:interaction_new"),
        "typed": request.POST.get("customer_q", "")[:80],
        **more,
    }
    return show(request, "customers/interaction.html", context, refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
def interaction_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a contact that was recorded."""
    viewer = viewer_of(request)
    viewer.require("interactions.write")
    row = queries.get_interaction(pk, viewer=viewer)
    customer = _customer(str(row.customer_id), viewer)
    action = reverse("customers:interaction_edit", args=[pk])
    form = InteractionForm(
        request.POST if request.method == "POST" else None, initial=interaction_initial(row)
    )
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if not viewer.reads(FieldClass.CONTACT):
            values = {k: v for k, v in values.items() if k not in {"summary", "promise", "promise_due"}}
        values["at"] = values["at"] or row.at
        try:
            actions.update_interaction(
                pk, version=form.cleaned_data["version"] or 0, changes=values, by=viewer
            )
        except Conflict as error:
            form.add_error(None, str(error))
            put_value(form, "version", str(row.version))
            response = _dialog(request, form, customer, form_action=action, row=row)
            response.status_code = 422 if is_htmx(request) else CONFLICT
            return response
        except (Invalid, Forbidden) as error:
            take_errors(form, error)
        else:
            back = reverse("customers:detail", args=[row.customer_id])
            return done(request, _("Saved."), event=CHANGED, back=back)
    return _dialog(request, form, customer, form_action=action, row=row)


@require_POST
def interaction_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a contact back that was recorded by mistake."""
    viewer = viewer_of(request)
    row = queries.get_interaction(pk, viewer=viewer)
    actions.withdraw_interaction(pk, by=viewer)
    back = reverse("customers:detail", args=[row.customer_id])
    return done(request, _("The entry is removed."), event=CHANGED, back=back, tone="info")


@require_POST
def promise_kept(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that what was promised has been done; can be undone."""
    viewer = viewer_of(request)
    row = queries.get_interaction(pk, viewer=viewer)
    actions.keep_promise(pk, by=viewer)
    back = reverse("customers:detail", args=[row.customer_id])
    text = _("Promise kept. Well done.")
    return done(request, text, event=CHANGED, back=back, undo_url=undo_url(viewer, "promise", pk))
