"""Contacts with customers: one, a list, the timeline of one customer."""

from __future__ import annotations

import base64
import binascii
import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice

from django.db.models import F, Q, QuerySet

from zhike.core import plugs
from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import Viewer, scope_q
from zhike.customers.models import Interaction
from zhike.customers.queries.lists import MAX_LIMIT, Page
from zhike.customers.queries.scope import LARGEST_ID, reads_contacts, require_visible

MAX_TIMELINE = 500


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """A contact. ``summary`` and ``promise`` are None for viewers without the contact class."""

    id: int
    customer_id: int
    customer_name: str
    at: datetime
    channel: str
    direction: str
    content_kind: str
    outcome: str
    minutes: int
    cost_minor: int
    summary: str | None
    promise: str | None
    promise_due: date | None
    promise_kept_at: datetime | None
    user_id: int | None
    user_name: str
    task_id: int | None
    task_source: str
    version: int
    created_at: datetime


_NAMES = {"customer_name": F("customer__name"), "user_id": F("by_id"), "user_name": F("by__name")}
_PLAIN = tuple(name for name in InteractionRow.__dataclass_fields__ if name not in _NAMES)


def _rows(rows: QuerySet[Interaction], viewer: Viewer) -> list[InteractionRow]:
    readable = reads_contacts(viewer)
    found = []
    for row in rows.values(*_PLAIN, **_NAMES):
        row["user_name"] = row["user_name"] or ""
        if not readable:
            row["summary"] = row["promise"] = None
        found.append(InteractionRow(**row))
    return found


def visible_interactions(viewer: Viewer) -> QuerySet[Interaction]:
    """Return the contacts with customers in the viewer's sight."""
    viewer.require("customers.read")
    return Interaction.objects.filter(scope_q(viewer, owner="customer__owner_id", team="customer__team_id"))


def get_interaction(pk: int, *, viewer: Viewer) -> InteractionRow:
    """Return one contact; :class:`NotFound` where it is not in the viewer's sight."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    rows = _rows(visible_interactions(viewer).filter(pk=pk), viewer)
    if not rows:
        raise NotFound
    return rows[0]


def list_interactions(
    *,
    viewer: Viewer,
    customer_id: int | None = None,
    cursor: str = "",
    limit: int = 50,
    since: datetime | None = None,
) -> Page[InteractionRow]:
    """Return contacts, newest first; of one customer or of all in the viewer's sight."""
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid("A page has between 1 and %(max)s rows.", max=MAX_LIMIT)
    rows = visible_interactions(viewer)
    if customer_id is not None:
        require_visible([customer_id], viewer)
        rows = rows.filter(customer=customer_id)
    if since is not None:
        rows = rows.filter(at__gte=since)
    at = _cursor(cursor)
    if at is not None:
        rows = rows.filter(Q(at__lte=at[0]) & (Q(at__lt=at[0]) | Q(at=at[0], id__lt=at[1])))
    found = _rows(rows.order_by("-at", "-id")[: limit + 1], viewer)
    following = _encoded(found[limit - 1]) if len(found) > limit else ""
    return Page(found[:limit], following, "")


def _encoded(row: InteractionRow) -> str:
    return base64.urlsafe_b64encode(json.dumps([row.at.isoformat(), row.id]).encode()).decode().rstrip("=")


def _cursor(raw: str) -> tuple[datetime, int] | None:
    if not raw:
        return None
    try:
        if len(raw) > 200:
            raise ValueError  # noqa: TRY301
        text = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True).decode()
        at, pk = json.loads(text)
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or type(pk) is not int or abs(pk) > LARGEST_ID:
            raise ValueError  # noqa: TRY301
        return instant.astimezone(UTC), pk
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        raise Invalid(
            "This page address is damaged. Begin again at the first page.", code="bad_cursor"
        ) from None


_ICONS = {
    "visit": "walk",
    "call": "phone",
    "wechat": "brand-wechat",
    "message": "message",
    "email": "mail",
    "letter": "mail-opened",
    "gift": "gift",
    "meeting": "users",
    "other": "notes",
}


def interaction_entries(
    customer_id: int, before: datetime, limit: int, viewer: Viewer
) -> list[plugs.TimelineEntry]:
    """Entries of the timeline; ``title`` and ``badge`` are codes that the page puts into words."""
    rows = (
        visible_interactions(viewer)
        .filter(customer=customer_id, at__lt=before)
        .order_by("-at", "-id")[:limit]
    )
    return [
        plugs.TimelineEntry(
            at=row.at,
            key=f"interaction:{row.id:020d}",
            icon=_ICONS.get(row.channel, "notes"),
            title=row.channel,
            text=row.summary or "",
            badge=row.outcome,
            by=row.user_name,
            two_way=row.direction == "in",
        )
        for row in _rows(rows, viewer)
    ]


def timeline(
    customer_id: int, before: datetime | None, limit: int, viewer: Viewer
) -> list[plugs.TimelineEntry]:
    """Return what happened with a customer before an instant, newest first, merged from every slice."""
    require_visible([customer_id], viewer)
    limit = max(1, min(limit, MAX_TIMELINE))
    until = before or datetime(9999, 1, 1, tzinfo=UTC)
    streams: list[Iterable[plugs.TimelineEntry]] = [
        source.entries(customer_id, until, limit, viewer) for source in plugs.timeline
    ]
    return list(islice(heapq.merge(*streams, reverse=True), limit))
