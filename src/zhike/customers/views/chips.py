"""Set filters as chips, and the lists everybody has without saving them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhike.core import plugs
from zhike.core.permissions import Scope, Viewer
from zhike.customers import queries
from zhike.customers.views.state import ListState, same_list, state_of_view
from zhike.ui import formats
from zhike.ui.components.parts import Chip, SavedView

SOON_DAYS = 7
QUIET_DAYS = 90


def chips(state: ListState, viewer: Viewer) -> list[Chip]:
    """One chip per filter; its words open the filters, its cross takes it away."""
    dialog = f"{reverse('customers:filters')}?{_back(state)}"
    return [
        Chip(_words(key, value, viewer), dialog, remove=state.without(key).url)
        for key, value in state.filters
    ]


def _back(state: ListState) -> str:
    return urlencode({"back": state.first.query})


def _words(key: str, value: str, viewer: Viewer) -> str:
    name, _sep, operator = key.partition("__")
    field = plugs.filter_fields.get(name)
    if field is None:
        return key
    shown = _shown(field, value, viewer, several=operator == "in")
    params = {"field": field.label, "value": shown}
    if operator == "gte":
        return (
            _("%(field)s from %(value)s") if field.kind == "date" else _("%(field)s at least %(value)s")
        ) % params
    if operator == "lte":
        return (
            _("%(field)s until %(value)s") if field.kind == "date" else _("%(field)s at most %(value)s")
        ) % params
    return _("%(field)s: %(value)s") % params


def _shown(field: plugs.FilterField, value: str, viewer: Viewer, *, several: bool) -> str:
    parts = value.split(",") if several else [value]
    if field.choices is not None:
        names = {str(code): str(label) for code, label in field.choices(viewer)}
        return _(", ").join(names.get(part, part) for part in parts)
    return _(", ").join(_typed(field, part) for part in parts)


def _typed(field: plugs.FilterField, value: str) -> str:
    try:
        parsed: Any = field.parse(value)
    except ValueError:
        return value
    if field.kind == "money":
        return formats.wan(parsed)
    return formats.day(parsed) if field.kind == "date" else value


def house_views(viewer: Viewer) -> list[tuple[str, ListState]]:
    """The lists everybody starts from; those whose filters this house does not have are left out."""
    wanted: list[tuple[str, dict[str, str], str]] = [
        (_everyone(viewer), {}, "-value"),
        (_("Most valuable"), {"tier__in": "A,B"}, "-value"),
        (
            _("Due to buy"),
            {"next_purchase__lte": f"+{SOON_DAYS}d", "state__in": "new,active,returned"},
            "next_purchase",
        ),
        (_("Slipping away"), {"state": "lapsing"}, "-value"),
        (
            _("Not contacted for 90 days"),
            {"last_contact__lte": f"-{QUIET_DAYS}d", "tier__in": "A,B,C"},
            "-value",
        ),
    ]
    known = {(f.key, op) for f in queries.known_fields(viewer) for op in f.lookups}
    return [
        (label, ListState(tuple(sorted(filters.items())), sort))
        for label, filters, sort in wanted
        if all((key.partition("__")[0], key.partition("__")[2] or "is") in known for key in filters)
    ]


def _everyone(viewer: Viewer) -> str:
    if viewer.scope == Scope.OWN:
        return _("My customers")
    return _("My team's customers") if viewer.scope == Scope.TEAM else _("All customers")


def views(state: ListState, viewer: Viewer, saved: Sequence[queries.SavedViewRow]) -> list[SavedView]:
    """The bar of views: those of the house, then saved ones; the one that is open is marked."""
    found = [SavedView(label, view.url, same_list(view, state)) for label, view in house_views(viewer)]
    for row in saved:
        view = state_of_view(row.query)
        delete = reverse("customers:view_delete", args=[row.id]) if row.mine else ""
        found.append(
            SavedView(row.name, view.url, same_list(view, state), delete_url=delete, shared=row.shared)
        )
    return found


def title(state: ListState, viewer: Viewer, saved: Sequence[queries.SavedViewRow]) -> str:
    """The heading: the view that is open, or what the list is about."""
    named = [(label, view) for label, view in house_views(viewer)]
    named += [(row.name, state_of_view(row.query)) for row in saved]
    if state.q:
        return _("Found for “%(query)s”") % {"query": state.q}
    return next((label for label, view in named if same_list(view, state)), _everyone(viewer))
