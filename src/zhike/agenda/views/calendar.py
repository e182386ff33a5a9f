"""The iCalendar feed behind its secret address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from zhike.agenda import queries
from zhike.core.errors import NotFound
from zhike.staff.queries import viewer_of_calendar

LONGEST_SECRET = 100


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the feed; a wrong, revoked or deactivated address does not exist."""
    if len(secret) > LONGEST_SECRET:
        raise NotFound
    viewer = viewer_of_calendar(secret)
    if not viewer.can("agenda.read"):
        raise NotFound
    with translation.override(viewer.language):
        body = as_ical(queries.feed(viewer))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="zhike.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def as_ical(found: queries.Feed) -> bytes:
    """Write the feed as iCalendar (RFC 5545): whole-day entries with stable ids."""
    calendar = Calendar()
    calendar.add("prodid", "-//Zhike//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Zhike: customers of %(name)s") % {"name": found.person.name})
    stamp = datetime(found.day.year, found.day.month, found.day.day, tzinfo=UTC)
    for special in found.dates:
        calendar.add_component(_date_event(special, stamp))
    for task in found.tasks:
        calendar.add_component(_task_event(task, stamp))
    return bytes(calendar.to_ical())


def _date_event(special: queries.DateView, stamp: datetime) -> Event:
    summary = " ".join(part for part in (special.customer_name, special.relative, special.occasion) if part)
    event = _whole_day(f"date-{special.special_date_id}-{special.on:%Y%m%d}", summary, special.on, stamp)
    kinds = {"family": _("Family"), "firm": _("Anniversary")}
    event.add("categories", [kinds.get(special.whose, _("Customer"))])
    event.add("url", f"{settings.BASE_URL}/customers/{special.customer_id}/")
    return event


def _task_event(task: queries.TaskEvent, stamp: datetime) -> Event:
    event = _whole_day(f"task-{task.task_id}", f"{task.label}: {task.customer_name}", task.due, stamp)
    event.add("description", task.why)
    event.add("categories", [task.label])
    event.add("url", f"{settings.BASE_URL}/customers/{task.customer_id}/")
    return event


def _whole_day(uid: str, summary: str, on: date, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@zhike")
    event.add("dtstamp", stamp)
    event.add("summary", summary)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event
