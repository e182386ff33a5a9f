"""One's own account: preferences, calendar address, tokens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.staff import actions, queries
from zhike.staff.forms import PreferencesForm, TokenForm
from zhike.staff.views.frame import address, submit, viewer_of
from zhike.ui.settings_frame import settings_page
from zhike.ui.toasts import toast

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_FORM_METHODS)
def me(request: HttpRequest) -> HttpResponse:
    """Show and change one's own preferences."""
    viewer = viewer_of(request)
    user = queries.get_user(viewer.user_id or 0, viewer=viewer)
    form = PreferencesForm(
        request.POST or None, initial={"language": user.language, "minutes_per_day": user.minutes_per_day}
    )

    def page(status: int = 200) -> HttpResponse:
        return settings_page(request, "staff/me.html", "me", {"form": form, "person": user}, status)

    if request.method != "POST":
        return page()

    def act(values: dict[str, Any]) -> None:
        actions.set_own_preferences(by=viewer, **values)

    response = submit(request, form, act, done=_("Saved."), to=address("me"), refuse=lambda: page(422))
    if response.status_code == 302:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            form.cleaned_data["language"],
            max_age=31_536_000,
            samesite="Lax",
            httponly=True,
        )
    return response


@require_http_methods(_FORM_METHODS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the calendar feed; make a new secret address, or take it back."""
    viewer = viewer_of(request)
    user = queries.get_user(viewer.user_id or 0, viewer=viewer)
    if request.method != "POST":
        return settings_page(
            request, "staff/calendar.html", "calendar", {"has_address": bool(user.calendar_token_hash)}
        )
    if request.POST.get("revoke"):
        actions.rotate_calendar_address(by=viewer, revoke=True)
        return toast(request, redirect(address("calendar")), _("The old address no longer works."))
    secret = actions.rotate_calendar_address(by=viewer)
    url = f"{settings.BASE_URL}/calendar/{secret}.ics"
    return settings_page(request, "staff/calendar.html", "calendar", {"has_address": True, "new_url": url})


@require_http_methods(_FORM_METHODS)
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens, make one."""
    viewer = viewer_of(request)
    viewer.require("settings.tokens")
    form = TokenForm(request.POST or None)
    made: list[str] = []

    def page(status: int = 200) -> HttpResponse:
        context = {"form": form, "tokens": queries.tokens_of(viewer), "secret": made[0] if made else ""}
        return settings_page(request, "staff/tokens.html", "tokens", context, status)

    if request.method != "POST":
        return page()
    response = submit(
        request,
        form,
        lambda v: made.append(actions.create_token(**v, by=viewer)[1]),
        done=_("The token is made."),
        to=address("tokens"),
        refuse=lambda: page(422),
    )
    # The secret is shown once, in the answer itself: a redirect would have to keep it somewhere.
    return page() if made else response


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    actions.revoke_token(pk, by=viewer_of(request))
    return toast(request, redirect(address("tokens")), _("The token no longer works."))
