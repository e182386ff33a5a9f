"""The page of /settings/ that says how customers are scored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.refresh import actions, queries
from zhike.refresh.forms import ScoringForm
from zhike.ui.settings_frame import settings_page
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
    context = {"form": form, "groups": form.groups()}
    return settings_page(request, "refresh/scoring.html", "scoring", context, 422 if form.errors else 200)
