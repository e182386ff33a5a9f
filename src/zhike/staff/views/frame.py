"""The frame of /settings/: its index, and how forms are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhike.core.errors import Invalid, ZhikeError
from zhike.core.permissions import Viewer
from zhike.ui.settings_frame import settings_page
from zhike.ui.toasts import toast


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is looking."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what there is to set."""
    return settings_page(request, "staff/index.html", "", {})


def submit(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: str,
    to: str,
    refuse: Callable[[], HttpResponse],
) -> HttpResponse:
    """Run an action with the form's values.

    What it refuses is shown at its field, with everything still typed in.
    """
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Invalid as error:
            _show(form, error)
        except ZhikeError as error:
            if error.status not in {409, 412}:
                raise
            form.add_error(None, str(error))
        else:
            response = redirect(to)
            return toast(request, response, done)
    return refuse()


def _show(form: forms.Form, error: Invalid) -> None:
    placed = {name: texts for name, texts in error.fields.items() if name in form.fields}
    for name, texts in placed.items():
        form.add_error(name, texts)
    if not placed:
        form.add_error(None, str(error))


def address(name: str, *args: Any) -> str:
    """Return the address of a page of this slice."""
    return reverse(f"staff:{name}", args=args)
