"""The frame of /settings/: which pages hang there for a viewer, grouped, beside the one that is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhike.core import plugs
from zhike.core.permissions import Viewer


def pages_for(viewer: Viewer) -> list[tuple[str, list[plugs.SettingsPage]]]:
    """Return (heading, pages) for what this viewer may open."""
    labels = {"me": _("Mine"), "firm": _("Firm"), "data": _("Data"), "house": _("House")}
    allowed = [page for page in plugs.settings_pages if not page.permission or viewer.can(page.permission)]
    groups = [(label, [page for page in allowed if page.group == key]) for key, label in labels.items()]
    return [(label, pages) for label, pages in groups if pages]


def settings_page(
    request: HttpRequest, template: str, active: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of /settings/ with the list of pages beside it; ``active`` is the key of this one."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    frame = {"settings_groups": pages_for(viewer), "settings_active": active}
    return render(request, template, {**frame, **context}, status=status)
