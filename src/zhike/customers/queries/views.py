"""Saved views and the tags in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zhike.core.permissions import Scope, Viewer
from zhike.core.prepared import ForIds
from zhike.customers.models import Customer, CustomerTag, SavedView, Tag

LOOKED_AT = 5000
"""So many of the newest customers in sight tell which tags are suggested."""


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A saved view: ``query`` holds filters, sort and columns."""

    id: int
    name: str
    query: dict[str, Any]
    shared: bool
    mine: bool


_VIEWS = ForIds(
    lambda ids: (
        SavedView.objects.filter(Q(user_id__in=ids) | Q(shared=True))
        .order_by("name", "id")
        .values_list("id", "name", "query", "shared", "user_id")[:200]
    )
)


def saved_views(viewer: Viewer) -> list[SavedViewRow]:
    """Return one's own views and the shared ones, own first."""
    found = [
        SavedViewRow(pk, name, query, shared, user_id == viewer.user_id)
        for pk, name, query, shared, user_id in _VIEWS([viewer.user_id or 0])
    ]
    return sorted(found, key=lambda view: not view.mine)


def tags_in_use(viewer: Viewer, limit: int = 200) -> list[str]:
    """Return the names of tags in the viewer's sight, for suggestions.

    Within one's own customers or teams these are the tags of the newest :data:`LOOKED_AT`: a tag tells
    something about the customers it is on, and the cost stays the same however many there are.
    """
    viewer.require("customers.read")
    tags = Tag.objects.order_by("name")
    if not viewer.is_system and viewer.scope != Scope.ALL:
        tags = tags.filter(pk__in=_tags_of_newest(viewer))
    return list(tags.values_list("name", flat=True)[:limit])


def _tags_of_newest(viewer: Viewer) -> set[int]:
    """Keys of tags on the newest customers, per owner or team: each piece is one walk down an index."""
    own = viewer.scope == Scope.OWN
    pieces = [{"owner_id": viewer.user_id}] if own else [{"team_id": team} for team in viewer.team_ids]
    found: set[int] = set()
    for piece in pieces:
        newest = Customer.objects.filter(**piece).order_by("-number").values("pk")[: LOOKED_AT // len(pieces)]
        links = CustomerTag.objects.filter(customer_id__in=newest)
        found.update(links.values_list("tag_id", flat=True).distinct())
    return found
