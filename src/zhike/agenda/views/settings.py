"""Pages of /settings/: the care policy and the agenda's numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.agenda import actions, queries
from zhike.agenda.forms import NumbersForm, PolicyForm
from zhike.agenda.queries.settings import shipped_line
from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.ui.parameters import takes
from zhike.ui.settings_frame import settings_page
from zhike.ui.toasts import close_dialog, toast

_FORM = ["GET", "HEAD", "POST"]


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.require("agenda.policy")
    return viewer


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The care policy: what, how often, by whom, for each tier."""
    _viewer(request)
    return settings_page(request, "agenda/policy.html", "care_policy", {"tiers": queries.policy_by_tier()})


@require_http_methods(_FORM)
@takes("kind", "tier")
def policy_new(request: HttpRequest) -> HttpResponse:
    """Add a line to the care policy."""
    first = {
        "kind": request.GET.get("kind", "contact"),
        "tier": request.GET.get("tier", "B"),
        "is_active": True,
    }
    return _line_dialog(request, first, reverse("agenda:policy_new"))


@require_http_methods(_FORM)
def policy_shipped(request: HttpRequest, position: int) -> HttpResponse:
    """Change a line of the shipped policy, before the firm has a policy of its own."""
    _viewer(request)
    url = reverse("agenda:policy_shipped", args=[position])
    return _line_dialog(request, shipped_line(position), url, shipped=position)


@require_http_methods(_FORM)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a line of the care policy."""
    _viewer(request)
    return _line_dialog(request, queries.policy_line(pk), reverse("agenda:policy_edit", args=[pk]), pk=pk)


def _line_dialog(
    request: HttpRequest,
    initial: dict[str, Any],
    url: str,
    *,
    pk: int | None = None,
    shipped: int | None = None,
) -> HttpResponse:
    viewer = _viewer(request)
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            active = form.cleaned_data["is_active"]
            actions.save_policy_line(form.line(), pk=pk, shipped=shipped, is_active=active, by=viewer)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            return _saved(request, _("Saved; it works from the next refresh on."), "agenda:policy")
    context = {"form": form, "form_action": url, "pk": pk, "is_new": pk is None and shipped is None}
    return render(request, "agenda/policy_line.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, text: str, to: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204, headers={"HX-Redirect": reverse(to)})
        return close_dialog(response)
    return toast(request, redirect(to), text)


@require_POST
def policy_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line out of the care policy."""
    actions.remove_policy_line(pk, by=_viewer(request))
    return _saved(request, _("The line is gone; it works from the next refresh on."), "agenda:policy")


@require_http_methods(_FORM)
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers the agenda works with, and what the sources have learnt."""
    viewer = _viewer(request)
    current = queries.agenda_settings().as_dict()
    form = NumbersForm(request.POST if request.method == "POST" else None, initial=current)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_settings(form.cleaned_data, by=viewer)
        except Invalid as error:
            for name, texts in error.fields.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            return toast(request, redirect("agenda:settings"), _("Saved; it works from the next refresh on."))
    labels = {source.key: source.label for source in plugs.task_sources}
    weights = [(labels.get(w.source, w.source), w) for w in queries.firm_weights()]
    context = {"form": form, "weights": weights, "groups": form.groups()}
    return settings_page(request, "agenda/numbers.html", "agenda", context, 422 if form.errors else 200)
