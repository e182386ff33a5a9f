"""What happens around every request: limits, headers, language, the viewer, expected errors."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from zhike.config import errors
from zhike.core.changes import log_only
from zhike.core.errors import Forbidden, Invalid, NotFound, ZhikeError
from zhike.core.expected import as_expected
from zhike.staff.queries import any_user, viewer_for
from zhike.ui import parameters

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
PUBLIC = ("/account/", "/api/", "/calendar/", "/healthz", "/readyz", "/settings/setup/", "/static/", "/i18n/")
"""Addresses that answer without a log-in; the API and the calendar feed ask for their own secrets."""


PROBES = ("/healthz", "/readyz")
"""Addresses that answer whoever asks, a database or none: nobody looks who it is."""


class SecurityHeaders:
    """Headers on every answer, errors included; pages of staff are never cached."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class RequestLimits:
    """Refuse what no honest client sends: NUL bytes, compressed bodies, unknown charsets, endless queries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the request before anything reads it."""
        refused = self._refusal(request)
        return refused or self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        query = request.META.get("QUERY_STRING", "")
        if len(query) > 16_384 or query.count("&") > 500:
            return errors.page(request, 414, errors.TOO_LONG)
        if "%00" in query or "\x00" in request.path:
            return errors.page(request, 400, errors.NUL)
        if request.META.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
            return errors.page(request, 415, errors.COMPRESSED)
        charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
            return errors.page(request, 415, errors.CHARSET)
        return None


class Language:
    """The language: the user's cookie, else the browser's wish, else Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate it for this request."""
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class CurrentViewer:
    """Put ``request.viewer`` in place: made anew each time, so changed rights work at once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the viewer; nobody gets past the public addresses without one."""
        if request.path in PROBES:
            return self.get_response(request)
        user = request.user
        known = user.is_authenticated and user.is_active
        request.viewer = viewer_for(user, ip=client_ip(request)) if known else None  # type: ignore[attr-defined, arg-type]
        if request.viewer is None and not request.path.startswith(PUBLIC):  # type: ignore[attr-defined]
            return _to_login(request)
        return self.get_response(request)


def _to_login(request: HttpRequest) -> HttpResponse:
    """Send people to log in (or to set up an empty installation), and back to where they wanted to go."""
    if not any_user():
        return redirect("staff:setup")
    address = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("account_login")})
    return redirect(address)


def client_ip(request: HttpRequest) -> str:
    """Return the client's address; X-Forwarded-For counts only when a trusted proxy sent it."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if remote in settings.TRUSTED_PROXIES and forwarded:
        candidate = forwarded.split(",")[-1].strip()
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            return remote
    return remote


class KnownParameters:
    """Refuse parameters that the page does not read: a misspelt filter must not look like an answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; :meth:`process_view` knows which view answers."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Answer 400 instead of the view where its address carries what it does not read."""
        try:
            parameters.check(request, view)
        except Invalid as error:
            return errors.answer(request, error)
        return None


class ExpectedErrors:
    """Turn expected errors into their page or problem document; anything else stays a logged 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through, but for bare refusals of a method; exceptions come to :meth:`process_exception`."""
        response = self.get_response(request)
        return errors.method_not_allowed(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an exception of a view."""
        known = as_expected(exception)
        if known is None:
            return None
        note_refusal(request, known)
        return errors.answer(request, known)


def note_refusal(request: HttpRequest, error: ZhikeError) -> None:
    """Leave one entry in the changelog when somebody was refused a function or a record."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or not isinstance(error, Forbidden | NotFound):
        return
    try:
        log_only("access.refused", by=viewer, note=f"{error.status} {request.method} {request.path[:200]}")
    except DatabaseError:
        logger.warning("a refusal could not be logged")
