"""Error pages and problem documents."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhike.core.errors import ZhikeError
from zhike.core.expected import as_expected

TOO_LONG = gettext_noop("The address is too long.")
NUL = gettext_noop("The address holds a character that is not allowed.")
NO_METHOD = gettext_noop("This address does not take %(method)s requests.")
COMPRESSED = gettext_noop("Compressed requests are not accepted.")
CHARSET = gettext_noop("Only UTF-8 is accepted.")
_RETRY_SECONDS = "5"
_PIECE = 1 << 20
_MOST_PIECES = 512


def wants_problem(request: HttpRequest) -> bool:
    """Tell whether the caller is a program."""
    return request.path.startswith("/api/")


def answer(request: HttpRequest, error: ZhikeError) -> HttpResponse:
    """Answer an expected error in the caller's form."""
    _end_upload(request)
    fields = getattr(error, "fields", None)
    extra = {"errors": fields} if fields else {}
    return page(request, error.status, str(error), code=error.code, **extra)


def _end_upload(request: HttpRequest) -> None:
    """Read what is still being sent, for a browser reads no answer before its end; keep no half a file.

    As much as an honest upload may hold: whoever sends on is cut off.
    """
    if request.method != "POST":
        return
    with suppress(OSError):  # it went away
        for _piece in range(_MOST_PIECES):
            if not request.read(_PIECE):
                break
    for handler in request.upload_handlers:
        with suppress(OSError):
            handler.upload_interrupted()


def page(request: HttpRequest, status: int, message: str, *, code: str = "", **extra: Any) -> HttpResponse:
    """Return an error as a problem document for programs, a toast for htmx, a page for people."""
    text = _(message) if message else ""
    if wants_problem(request):
        body = {
            "type": "about:blank",
            "title": code or str(status),
            "status": status,
            "detail": text,
            **extra,
        }
        response: HttpResponse = JsonResponse(body, status=status, content_type="application/problem+json")
    else:
        template = "ui/errors/fragment.html" if request.headers.get("HX-Request") else "ui/errors/page.html"
        response = render(request, template, {"status": status, "message": text}, status=status)
    if status in {429, 503}:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def method_not_allowed(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """Say 405 in the caller's form; ``Allow`` stays as the view gave it."""
    text = _(NO_METHOD) % {"method": (request.method or "")[:20]}
    response = page(request, 405, text, code="method_not_allowed")
    response.headers["Allow"] = refusal.headers.get("Allow", "")
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return page(request, 400, gettext_noop("This request can't be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return page(request, 403, gettext_noop("Your role does not include this. Ask an administrator."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return page(request, 404, gettext_noop("This record does not exist or is not yours to see."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what broke outside the views: a missing database or a full disk as such, the rest as 500."""
    broken = sys.exception()
    known = as_expected(broken) if broken else None
    return answer(request, known) if known else _internal(request)


def _internal(request: HttpRequest) -> HttpResponse:
    """Answer 500, without anything that could fail again."""
    if wants_problem(request):
        body = {"type": "about:blank", "title": "internal", "status": 500}
        return JsonResponse(body, status=500, content_type="application/problem+json")
    text = _("Something went wrong on our side. It has been logged; please try again.")
    return render(request, "ui/errors/page.html", {"status": 500, "message": text}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a failed CSRF check."""
    return page(request, 403, gettext_noop("This page was open for too long. Reload it and try again."))
