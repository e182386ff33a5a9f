"""The firm, the work calendar, jobs and dead letters, the changelog."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.core import settings_store
from zhike.core.clock import today
from zhike.core.errors import Invalid
from zhike.staff import actions, queries
from zhike.staff.forms import FirmForm, HolidayForm
from zhike.staff.views.frame import address, submit, viewer_of
from zhike.ui.parameters import takes
from zhike.ui.settings_frame import settings_page
from zhike.ui.toasts import toast
from zhike.values import day_info

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_FORM_METHODS)
def firm(request: HttpRequest) -> HttpResponse:
    """Change the firm's particulars."""
    viewer = viewer_of(request)
    viewer.require("settings.firm")
    form = FirmForm(request.POST or None, initial=settings_store.firm_as_dict())

    def page(status: int = 200) -> HttpResponse:
        return settings_page(request, "staff/form.html", "firm", {"form": form, "title": _("Firm")}, status)

    if request.method != "POST":
        return page()
    act = lambda v: actions.set_firm(by=viewer, **v)  # noqa: E731
    return submit(request, form, act, done=_("Saved."), to=address("firm"), refuse=lambda: page(422))


@require_http_methods(_FORM_METHODS)
@takes("year")
def holidays(request: HttpRequest) -> HttpResponse:
    """Show a year's rest days and the firm's exceptions; add one."""
    viewer = viewer_of(request)
    viewer.require("settings.holidays")
    year = _year(request)
    form = HolidayForm(request.POST or None)

    def page(status: int = 200) -> HttpResponse:
        context = {"form": form, "year": year, "own": queries.holidays(year), "built_in": _built_in(year)}
        return settings_page(request, "staff/holidays.html", "holidays", context, status)

    if request.method != "POST":
        return page()
    act = lambda v: actions.set_holiday(by=viewer, **v)  # noqa: E731
    return submit(
        request,
        form,
        act,
        done=_("Saved."),
        to=f"{address('holidays')}?year={year}",
        refuse=lambda: page(422),
    )


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "") or str(today().year)
    if not (text.isascii() and text.isdigit() and 2000 <= int(text[:5]) <= 2100):
        raise Invalid("%(value)s is not a year.", value=text[:20])
    return int(text)


def _built_in(year: int) -> list[dict[str, Any]]:
    """Return the announced holidays and working weekends of a year."""
    from datetime import date, timedelta

    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    found = [(day, day_info(day)) for day in days]
    return [
        {"day": day, "is_workday": info.is_workday, "festival": info.festival}
        for day, info in found
        if info.festival or info.is_workday != (day.weekday() < 5)
    ]


@require_POST
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the built-in calendar decide again."""
    actions.remove_holiday(pk, by=viewer_of(request))
    return toast(request, redirect(address("holidays")), _("Removed."))


@require_safe
@takes("state")
def jobs(request: HttpRequest) -> HttpResponse:
    """Show jobs, the schedule and dead letters."""
    viewer = viewer_of(request)
    context = {
        "jobs": queries.jobs(viewer=viewer, state=request.GET.get("state", "")),
        "schedules": queries.schedules(viewer=viewer),
        "letters": queries.dead_letters(viewer=viewer),
    }
    return settings_page(request, "staff/jobs.html", "jobs", context)


@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a dead job again."""
    actions.retry_job(pk, by=viewer_of(request))
    return toast(request, redirect(address("jobs")), _("It will be tried again."))


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    actions.cancel_job(pk, by=viewer_of(request))
    return toast(request, redirect(address("jobs")), _("It is being stopped."))


@require_POST
def letter_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a dead letter again."""
    actions.retry_delivery(pk, by=viewer_of(request))
    return toast(request, redirect(address("jobs")), _("It will be tried again."))


@require_safe
@takes("before", "by", "action")
def changelog(request: HttpRequest) -> HttpResponse:
    """Show who did what when."""
    viewer = viewer_of(request)
    before, by_id = _number(request, "before"), _number(request, "by")
    action = request.GET.get("action", "")
    page = queries.changelog(viewer=viewer, before=before, by_id=by_id or None, action=action)
    context = {"page": page, "names": queries.user_names(), "by_id": by_id, "action": action}
    return settings_page(request, "staff/changelog.html", "changelog", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid("%(value)s is not a number of a record.", value=text[:40])
    return int(text)
