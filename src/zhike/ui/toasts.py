"""Short messages after a write, with Undo: for HTMX answers in a header, for redirects through messages."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

TONES = ("ok", "info", "warn", "error")
_LEVELS = {"ok": messages.SUCCESS, "info": messages.INFO, "warn": messages.WARNING, "error": messages.ERROR}
UNDO = "undo:"


def trigger(response: HttpResponse, event: str, detail: Any = "") -> HttpResponse:
    """Add one event to the answer's ``HX-Trigger`` header (ASCII JSON), keeping those already there."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def toast(
    request: HttpRequest, response: HttpResponse, text: str, *, tone: str = "ok", undo_url: str = ""
) -> HttpResponse:
    """Show ``text`` after this answer; ``undo_url`` (POST) puts an Undo button beside it.

    HTMX answers carry it in a header; for a redirect it waits for the next page.
    """
    if getattr(request, "htmx", False):
        return trigger(response, "toast", {"text": str(text), "tone": tone, "undo": undo_url})
    messages.add_message(
        request, _LEVELS[tone], str(text), extra_tags=f"{UNDO}{undo_url}" if undo_url else ""
    )
    return response


def close_dialog(response: HttpResponse) -> HttpResponse:
    """Close the dialog this answer came into."""
    return trigger(response, "dialog:close")
