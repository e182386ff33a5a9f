"""What every page of the slice needs: who looks, strict parameters, ids from forms, refused forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop

from zhike.core.errors import Invalid, NotFound, ZhikeError
from zhike.core.permissions import Viewer
from zhike.ui.toasts import close_dialog, toast, trigger

LARGEST_ID = 2**63 - 1
REFUSED = 422
"""Status of a form that comes back with errors, for HTMX and for people alike."""


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who looks (set by the middleware)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether only a part of a page is wanted."""
    return bool(getattr(request, "htmx", False))


def record_id(raw: str) -> int:
    """Read a record's id; what is none leads nowhere (:class:`NotFound`)."""
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 19):
        raise NotFound
    number = int(raw)
    if not 0 < number <= LARGEST_ID:
        raise NotFound
    return number


def record_ids(request: HttpRequest, name: str = "id") -> list[int]:
    """Read the ids of selected rows; nothing selected raises :class:`Invalid`."""
    ids = [record_id(raw) for raw in request.POST.getlist(name)]
    if not ids:
        raise Invalid(gettext_noop("Select at least one customer first."))
    return ids


def with_query(path: str, values: Mapping[str, Any]) -> str:
    """Return a path with the parameters that are not empty."""
    query = urlencode({k: v for k, v in values.items() if v not in (None, "")})
    return f"{path}?{query}" if query else path


def take_errors(form: Form, error: ZhikeError) -> None:
    """Put what an action refused beside the fields of the form it came from."""
    fields = getattr(error, "fields", {}) or {}
    for name, messages in fields.items():
        target = name if name in form.fields else None
        form.add_error(target, list(messages))
    if not fields:
        form.add_error(None, str(error))


def put_value(form: Form, name: str, value: str) -> None:
    """Change what a bound form was sent, before it is shown again."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data[name] = value
    form.data = data


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, refused: bool = False, status: int = 0
) -> HttpResponse:
    """Render a page or dialog; ``refused`` answers 422 so that HTMX keeps the dialog open."""
    return render(request, template, dict(context), status=status or (REFUSED if refused else 200))


def done(
    request: HttpRequest, text: str, *, event: str, back: str, undo_url: str = "", tone: str = "ok"
) -> HttpResponse:
    """Answer a successful write: HTMX closes its dialog and hears ``event``; others go back to a page."""
    if is_htmx(request):
        response = trigger(HttpResponse(status=204), event)
        return close_dialog(toast(request, response, text, tone=tone, undo_url=undo_url))
    return toast(request, redirect(back), text, tone=tone, undo_url=undo_url)
