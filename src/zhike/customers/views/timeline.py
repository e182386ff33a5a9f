"""The two-way timeline of a customer: entries of every slice, those of this one in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.core.plugs import TimelineEntry
from zhike.customers import queries
from zhike.customers.forms import labels
from zhike.customers.queries.pages import interactions_by_id
from zhike.customers.views.common import show, viewer_of, with_query
from zhike.ui.parameters import takes

LENGTH = 10
LOOK_BACK = 200
"""Entries read at most for one page when only those in both directions are wanted."""
MOST_SKIPPED = 200
"""Entries of one instant that are passed over at most; more than that nobody logs in a moment."""
TWO_WAY = "two_way"
_OWN = "interaction:"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry with what the page adds to it: words for codes, the contact behind it."""

    entry: TimelineEntry
    title: str
    badge: str
    badge_tone: str
    contact: queries.InteractionRow | None = None
    direction: str = ""
    content: str = ""
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some entries, newest first, and where the next ones are to be had ("" at the end)."""

    items: Sequence[Item]
    more_url: str
    show: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: at this instant, behind so many entries of the very same instant."""

    at: datetime
    skip: int = 0


def timeline_page(
    customer_id: int, viewer: Viewer, *, place: Place | None = None, wanted: str = ""
) -> TimelinePage:
    """Return a page of the timeline; ``wanted`` is "" for all or "two_way"."""
    found, following = _entries(customer_id, viewer, place, wanted)
    ids = [int(e.key.removeprefix(_OWN)) for e in found if e.key.startswith(_OWN)]
    contacts = interactions_by_id(ids, viewer=viewer)
    items = [_item(entry, contacts, viewer) for entry in found]
    if following is None:
        return TimelinePage(items, "", wanted)
    query = {"before": following.at.isoformat(), "skip": following.skip, "show": wanted}
    return TimelinePage(items, with_query(reverse("customers:timeline", args=[customer_id]), query), wanted)


def _entries(
    customer_id: int, viewer: Viewer, place: Place | None, wanted: str
) -> tuple[list[TimelineEntry], Place | None]:
    """Entries of one page, and where the next page begins (None at the end)."""
    limit = LOOK_BACK if wanted == TWO_WAY else LENGTH
    skip = place.skip if place else 0
    before = place.at + timedelta(microseconds=1) if place else None
    read = queries.timeline(customer_id, before, limit + 1 + skip, viewer)[skip:]
    kept: list[TimelineEntry] = []
    for position, entry in enumerate(read):
        if len(kept) == LENGTH or position == limit:
            return kept, _behind(read[:position], place)
        if wanted != TWO_WAY or entry.two_way:
            kept.append(entry)
    return kept, None


def _behind(passed: list[TimelineEntry], place: Place | None) -> Place:
    """The place behind the entries that were passed."""
    edge = passed[-1].at
    same = sum(1 for entry in passed if entry.at == edge)
    return Place(edge, same + (place.skip if place and place.at == edge else 0))


def _item(entry: TimelineEntry, contacts: dict[int, queries.InteractionRow], viewer: Viewer) -> Item:
    if not entry.key.startswith(_OWN):
        return Item(entry, entry.title, entry.badge, entry.tone or "grey")
    contact = contacts.get(int(entry.key.removeprefix(_OWN)))
    title = labels.label(labels.CHANNELS, entry.title)
    content = labels.label(labels.CONTENT_KINDS, contact.content_kind) if contact else ""
    return Item(
        entry,
        " · ".join(part for part in (title, content) if part),
        labels.label(labels.OUTCOMES, entry.badge),
        labels.OUTCOME_TONES.get(entry.badge, "grey"),
        contact,
        labels.label(labels.DIRECTIONS, contact.direction) if contact and contact.direction == "in" else "",
        content,
        viewer.can("interactions.write") and contact is not None and _is_theirs(contact, viewer),
    )


def _is_theirs(contact: queries.InteractionRow, viewer: Viewer) -> bool:
    return viewer.is_system or viewer.scope != "own" or contact.user_id == viewer.user_id


@require_safe
@takes("before", "skip", "show")
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a part of the timeline: the first page of a filter, or older entries."""
    viewer = viewer_of(request)
    given = request.GET.dict()
    queries.require_visible([pk], viewer)
    place, wanted = _place(given), shown_of(given.get("show", ""))
    page = timeline_page(pk, viewer, place=place, wanted=wanted)
    template = "customers/timeline_items.html" if place else "customers/timeline.html"
    context: dict[str, Any] = {
        "timeline": page,
        "customer_id": pk,
        "may_write": viewer.can("interactions.write"),
    }
    return show(request, template, context)


def shown_of(raw: str) -> str:
    """Read which entries are wanted."""
    if raw not in {"", TWO_WAY}:
        raise Invalid(gettext_noop("There is no parameter %(name)s."), name="show")
    return raw


def _place(given: Mapping[str, str]) -> Place | None:
    """Read where a page begins."""
    raw, skip = given.get("before", ""), given.get("skip", "0")
    if not raw and "skip" not in given:
        return None
    try:
        found = datetime.fromisoformat(raw[:40].replace(" ", "+"))
        if (
            found.tzinfo is None
            or not 1900 <= found.year <= 9000
            or not (skip.isascii() and skip.isdigit() and int(skip) <= MOST_SKIPPED)
        ):
            raise ValueError  # noqa: TRY301 - one answer for every damaged address
        return Place(found.astimezone(UTC), int(skip))
    except (ValueError, OverflowError):
        raise Invalid(gettext_noop("This page address is damaged. Begin again at the first page.")) from None
