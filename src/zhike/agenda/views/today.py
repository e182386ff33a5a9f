"""The Today page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from zhike.agenda import queries
from zhike.agenda.queries.failures import failed_sources
from zhike.agenda.rules.plan import Slot, Wish, plan
from zhike.agenda.views.start import start_page
from zhike.core import plugs
from zhike.core.clock import today as business_day
from zhike.ui.components.parts import Chip
from zhike.ui.parameters import takes

GROUPS = {
    "now": (gettext_lazy("Do it now"), gettext_lazy("tomorrow would be too late"), "red"),
    "today": (pgettext_lazy("group", "Today"), gettext_lazy("by what can be won or kept"), ""),
    "when_free": (gettext_lazy("When there is time"), "", ""),
}
WEEK_DAYS = 7
SLOTS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """One line of the day's plan, ready to draw."""

    start: str
    card: queries.CardView


@require_safe
@takes("user", "source")
def today(request: HttpRequest) -> HttpResponse:
    """Whom to look after today."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.can("agenda.read"):
        return start_page(request)
    queries.forget_waiting(viewer)  # the number in the menu is that of the list below it
    user, source = request.GET.get("user", ""), request.GET.get("source", "")
    shown = queries.today_list(viewer=viewer, user=user, source=source)
    without_own = shown.person.is_pool or shown.person.is_team
    if (
        not user
        and not source
        and without_own
        and viewer.can("agenda.team")
        and queries.others_have_lists(viewer)
    ):
        return redirect("agenda:team")
    return render(request, "agenda/today.html", context_of(request, shown))


def context_of(request: HttpRequest, shown: queries.TodayList) -> dict[str, Any]:
    """Everything the whole page draws."""
    viewer = request.viewer  # type: ignore[attr-defined]
    return {
        **head_of(shown),
        "groups": [(key, *GROUPS[key], cards) for key, cards in shown.groups()],
        "results": queries.results_of(shown.person),
        "failed_sources": failed_sources(viewer),
        "week": week_of(queries.upcoming(viewer, shown.person, shown.day, WEEK_DAYS)),
        "can_answer": viewer.can("agenda.answer"),
        "stale": shown.day != business_day(),
        "is_team_reader": viewer.can("agenda.team"),
    }


def head_of(shown: queries.TodayList) -> dict[str, Any]:
    """What changes with every answer: heading, chips, the day's time."""
    every = [*shown.cards, *shown.beyond]
    slots = plan_of(shown.cards)
    return {
        "list": shown,
        "query": "" if shown.person.is_self else "?" + urlencode({"user": shown.person.login}),
        "chips": chips(shown),
        "slots": slots[:SLOTS_SHOWN],
        "more_slots": max(0, len(shown.cards) - SLOTS_SHOWN),
        "day_parts": day_parts(shown),
        "has_any": bool(every) or bool(shown.total),
    }


def chips(shown: queries.TodayList) -> list[Chip]:
    """One filter per source that has cards today."""
    who = {} if shown.person.is_self else {"user": shown.person.login}

    def url(**more: str) -> str:
        pairs = who | more
        return reverse("agenda:today") + (f"?{urlencode(pairs)}" if pairs else "")

    rest = [
        Chip(str(s.label), url(source=s.key), active=shown.source == s.key, count=shown.counts[s.key])
        for s in plugs.task_sources
        if s.key in shown.counts
    ]
    return [Chip(_("All"), url(), active=not shown.source, count=shown.total), *rest]


def plan_of(cards: Sequence[queries.CardView]) -> list[PlannedSlot]:
    """A suggestion for the day, by the customers' hours."""
    by_id = {card.id: card for card in cards}
    return [PlannedSlot(_clock(slot), by_id[slot.key]) for slot in plan([_wish(card) for card in cards])]


def _wish(card: queries.CardView) -> Wish:
    if card.hours is None:
        return Wish(card.id, card.minutes, channel=card.channel)
    begin, end = (t.hour * 60 + t.minute for t in card.hours)
    return Wish(card.id, card.minutes, begin, max(end, begin), card.channel)


def _clock(slot: Slot) -> str:
    return f"{slot.start // 60:02d}:{slot.start % 60:02d}"


def day_parts(shown: queries.TodayList) -> list[tuple[float, str, str]]:
    """The day's time as parts of a bar: what is urgent, the rest, what is left of the hours set aside."""
    urgent = sum(c.minutes for c in shown.cards if c.group == "now")
    rest = sum(c.minutes for c in shown.cards) - urgent
    free = max(shown.person.minutes_per_day - urgent - rest, 0)
    parts = (
        (urgent, "jade", _("Do it now")),
        (rest, "mint", pgettext("group", "Today")),
        (free, "grey", _("free")),
    )
    return [(float(size), tone, f"{name} {size}") for size, tone, name in parts if size]


WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def week_of(
    dates: Sequence[queries.DateView],
) -> list[tuple[Any, date, list[tuple[str, list[queries.DateView]]]]]:
    """The dates by day, then by whose they are."""
    return [
        (
            WEEKDAYS[day.weekday()],
            day,
            [(whose, list(group)) for whose, group in groupby(found, key=lambda d: d.whose)],
        )
        for day, found in ((day, list(rows)) for day, rows in groupby(dates, key=lambda d: d.on))
    ]
