"""Who changed what in an archive, and what stood there before: changelog and replaced versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from zhike.core.changes import snapshot
from zhike.core.errors import Invalid, NotFound
from zhike.core.models import ChangelogEntry, HistoryVersion
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers.models import Tag
from zhike.customers.queries.scope import LARGEST_ID, visible
from zhike.customers.rules.fields import PLAIN_FIELDS, field_class

CUSTOMER: Final = "customers.customer"
PARTS: Final = {
    "customers.contactpoint": "contacts",
    "customers.specialdate": "dates",
    "customers.customerrelation": "relations",
    "customers.customertag": "tags",
}
SHOWN: Final = (*PLAIN_FIELDS, "owner_id", "team_id")
NEIGHBOURS: Final = 120
"""Versions replaced by one write stand beside each other; so far around one the others are looked for."""
LENGTH: Final = 30


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a write: stored values before and after (None: empty, or not to be told apart).

    ``hidden``: the viewer may know that it changed, not what it held.
    """

    field: str
    before: Any = None
    after: Any = None
    hidden: bool = False
    removed: bool = False


@dataclass(slots=True)
class ChangeView:
    """One write: when, by whom (None: the house itself), which action (code, "" unknown), which fields."""

    at: datetime
    by_id: int | None
    action: str = ""
    fields: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Writes, newest first; ``next`` leads to older ones, "" at the end."""

    entries: list[ChangeView]
    next: str


def change_history(pk: int, *, viewer: Viewer, cursor: str = "", limit: int = LENGTH) -> HistoryPage:
    """Return what was written about a customer; values of classes the viewer may not read are left out."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    customer = visible(viewer).filter(pk=pk).first()
    if customer is None:
        raise NotFound
    before = _cursor(cursor)
    versions = HistoryVersion.objects.filter(model=CUSTOMER, object_id=pk).order_by("-replaced_at", "-id")
    entries = ChangelogEntry.objects.filter(model=CUSTOMER, object_id=pk).order_by("-id")
    newer = None
    if before is not None:
        newer = versions.filter(replaced_at__gte=before).last()
        versions, entries = versions.filter(replaced_at__lt=before), entries.filter(at__lt=before)
    rows, logged = list(versions[: limit + 1]), list(entries[: limit + 1])
    edge = _edge(rows, logged, limit)
    rows = [row for row in rows if edge is None or row.replaced_at >= edge]
    logged = [row for row in logged if edge is None or row.at >= edge]
    current = newer.data if newer is not None else snapshot(customer)
    found = _merged(rows, logged, current, pk, viewer)
    if edge is None and not any(view.action == "customers.create" for view in found):
        found.append(ChangeView(customer.created_at, None, "customers.create"))
    return HistoryPage(found, edge.isoformat() if edge else "")


def _cursor(raw: str) -> datetime | None:
    if not raw:
        return None
    try:
        found = datetime.fromisoformat(raw[:40].replace(" ", "+"))
        if found.tzinfo is None:
            raise ValueError  # noqa: TRY301 - one answer for every damaged address
    except ValueError:
        raise Invalid(
            "This page address is damaged. Begin again at the first page.", code="bad_cursor"
        ) from None
    return found


def _edge(rows: Sequence[HistoryVersion], logged: Sequence[ChangelogEntry], limit: int) -> datetime | None:
    """The instant of the last write of this page, where older ones follow."""
    times = sorted({*(r.replaced_at for r in rows), *(e.at for e in logged)}, reverse=True)
    cut = [rows[limit - 1].replaced_at] if len(rows) > limit else []
    cut += [logged[limit - 1].at] if len(logged) > limit else []
    cut += [times[limit - 1]] if len(times) > limit else []
    return max(cut) if cut else None


def _merged(
    rows: Sequence[HistoryVersion],
    logged: Sequence[ChangelogEntry],
    current: Mapping[str, Any],
    pk: int,
    viewer: Viewer,
) -> list[ChangeView]:
    found: dict[datetime, ChangeView] = {}
    after = current
    for row in rows:
        view = found.setdefault(row.replaced_at, ChangeView(row.replaced_at, row.by_id))
        view.fields += _differences(row.data, after, viewer)
        after = row.data
    parts = _parts(rows, logged, pk)
    for entry in logged:
        view = found.setdefault(entry.at, ChangeView(entry.at, entry.by_id))
        view.action = entry.action
    for row in parts:
        if row.replaced_at in found:
            found[row.replaced_at].fields.append(_part(row, viewer))
    for entry in logged:
        _named_only(found[entry.at], entry, viewer)
    _name_tags(found.values())
    return sorted(found.values(), key=lambda view: view.at, reverse=True)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], viewer: Viewer) -> list[FieldChange]:
    changed = [n for n in SHOWN if old.get(n) != new.get(n)]
    return [_value(n, old.get(n), new.get(n), viewer) for n in changed]


def _value(name: str, before: Any, after: Any, viewer: Viewer) -> FieldChange:
    if not viewer.reads(FieldClass(field_class(name))):
        return FieldChange(name, hidden=True)
    return FieldChange(name, before or None, after or None)


def _parts(rows: Sequence[HistoryVersion], logged: Sequence[ChangelogEntry], pk: int) -> list[HistoryVersion]:
    """Replaced contact points, dates, relations and tags of the same writes."""
    near = Q()
    for row in rows:
        near |= Q(pk__range=(row.pk - NEIGHBOURS, row.pk + NEIGHBOURS), replaced_at=row.replaced_at)
    ids = [i for entry in logged for i in entry.history_ids[:NEIGHBOURS]]
    if ids:
        near |= Q(pk__in=ids)
    if not near:
        return []
    wanted = HistoryVersion.objects.filter(near, model__in=PARTS).order_by("id")
    return [row for row in wanted if row.data.get("customer_id") == pk]


def _part(row: HistoryVersion, viewer: Viewer) -> FieldChange:
    name = PARTS[row.model]
    if not viewer.reads(FieldClass(field_class(name))):
        return FieldChange(name, hidden=True, removed=row.deleted)
    return FieldChange(name, before=dict(row.data), removed=row.deleted)


def _named_only(view: ChangeView, entry: ChangelogEntry, viewer: Viewer) -> None:
    """Fields of which the changelog knows no more than the name (something was added)."""
    known = {change.field for change in view.fields}
    for name in entry.fields:
        if name in {*SHOWN, *PARTS.values()} and name not in known:
            view.fields.append(FieldChange(name, hidden=not viewer.reads(FieldClass(field_class(name)))))


def _name_tags(views: Iterable[ChangeView]) -> None:
    """Replace links to tags by the tags' names."""
    changes = [c for v in views for c in v.fields if c.field == "tags" and isinstance(c.before, dict)]
    names = (
        dict(Tag.objects.filter(pk__in={c.before["tag_id"] for c in changes}).values_list("pk", "name"))
        if changes
        else {}
    )
    for change in changes:
        change.before["name"] = names.get(change.before["tag_id"], "")
