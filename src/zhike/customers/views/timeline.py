"""The two-way timeline of a customer: entries of every slice, those of this one in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
from zhike.customers.views.common import only, show, viewer_of, with_query

LENGTH = 10
LOOK_BACK = 200
"""Entries read at most for one page when only those in both directions are wanted."""
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


def timeline_page(
    customer_id: int, viewer: Viewer, *, before: datetime | None = None, wanted: str = ""
) -> TimelinePage:
    """Return a page of the timeline; ``wanted`` is "" for all or "two_way"."""
    found, following = _entries(customer_id, viewer, before, wanted)
    ids = [int(e.key.removeprefix(_OWN)) for e in found if e.key.startswith(_OWN)]
    contacts = interactions_by_id(ids, viewer=viewer)
    items = [_item(entry, contacts, viewer) for entry in found]
    query = {"before": following.isoformat() if following else "", "show": wanted}
    url = with_query(reverse("customers:timeline", args=[customer_id]), query) if following else ""
    return TimelinePage(items, url, wanted)


def _entries(
    customer_id: int, viewer: Viewer, before: datetime | None, wanted: str
) -> tuple[list[TimelineEntry], datetime | None]:
    """Entries of one page, and the instant behind which the next page begins (None at the end)."""
    limit = LOOK_BACK if wanted == TWO_WAY else LENGTH
    found = queries.timeline(customer_id, before, limit + 1, viewer)
    whole, following = _cut(found, limit)
    if wanted != TWO_WAY:
        return whole, following
    kept = [entry for entry in whole if entry.two_way]
    shown, inner = _cut(kept, LENGTH)
    return shown, inner or following


def _cut(found: list[TimelineEntry], limit: int) -> tuple[list[TimelineEntry], datetime | None]:
    """The first ``limit``, never parting entries of the same instant: the next page begins before it."""
    if len(found) <= limit:
        return found, None
    edge = found[limit].at
    kept = [entry for entry in found[:limit] if entry.at > edge]
    if not kept:  # more of one instant than a page holds: show them all, go on behind them
        return found[:limit], edge
    return kept, kept[-1].at


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
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a part of the timeline: the first page of a filter, or older entries."""
    viewer = viewer_of(request)
    given = only(request, "before", "show")
    queries.require_visible([pk], viewer)
    before, wanted = instant(given.get("before", "")), shown_of(given.get("show", ""))
    page = timeline_page(pk, viewer, before=before, wanted=wanted)
    template = "customers/timeline_items.html" if before else "customers/timeline.html"
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


def instant(raw: str) -> datetime | None:
    """Read where a page begins."""
    if not raw:
        return None
    try:
        found = datetime.fromisoformat(raw[:40].replace(" ", "+"))
        if found.tzinfo is None:
            raise ValueError  # noqa: TRY301 - one answer for every damaged address
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(gettext_noop("This page address is damaged. Begin again at the first page.")) from None
