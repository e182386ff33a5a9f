"""Saved views and the tags in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zhike.core.permissions import Viewer
from zhike.customers.models import SavedView, Tag


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A saved view: ``query`` holds filters, sort and columns."""

    id: int
    name: str
    query: dict[str, Any]
    shared: bool
    mine: bool


def saved_views(viewer: Viewer) -> list[SavedViewRow]:
    """Return one's own views and the shared ones, own first."""
    rows = SavedView.objects.filter(Q(user_id=viewer.user_id) | Q(shared=True)).order_by("name", "id")
    found = [
        SavedViewRow(row.pk, row.name, row.query, row.shared, row.user_id == viewer.user_id)
        for row in rows[:200]
    ]
    return sorted(found, key=lambda view: not view.mine)


def tags_in_use(viewer: Viewer, limit: int = 200) -> list[str]:
    """Return the names of tags, for suggestions."""
    viewer.require("customers.read")
    return list(Tag.objects.order_by("name").values_list("name", flat=True)[:limit])
