"""The page of /settings/ that says how customers are scored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.refresh import actions, queries
from zhike.refresh.forms import ScoringForm
from zhike.ui.toasts import toast


@require_http_methods(["GET", "HEAD", "POST"])
def scoring(request: HttpRequest) -> HttpResponse:
    """Change the tiers' shares and what the predictions look at."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.require("settings.firm")
    posted = request.POST if request.method == "POST" else None
    form = ScoringForm(posted, initial=queries.scoring().as_dict())
    if posted is not None and form.is_valid():
        try:
            actions.set_scoring(form.cleaned_data, by=viewer)
        except Invalid as error:
            for name, texts in error.fields.items():
                form.add_error(name, texts)
        else:
            return toast(request, redirect("refresh:scoring"), _("Saved; it works from the next refresh on."))
    context = {"form": form, "groups": form.groups(), **_frame(viewer)}
    return render(request, "refresh/scoring.html", context, status=422 if form.errors else 200)


def _frame(viewer: Viewer) -> dict[str, Any]:
    labels = {"me": _("Mine"), "firm": _("Firm"), "data": _("Data"), "house": _("House")}
    allowed = [page for page in plugs.settings_pages if not page.permission or viewer.can(page.permission)]
    groups = [(label, [page for page in allowed if page.group == key]) for key, label in labels.items()]
    return {
        "settings_groups": [(label, pages) for label, pages in groups if pages],
        "settings_active": "scoring",
    }
