"""Saved views of the customer list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhike.core.changes import change
from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import Viewer
from zhike.customers.models import SavedView
from zhike.customers.queries.filters import parse_filters
from zhike.customers.queries.sorts import parse_sort
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text

MAX_VIEWS = 50
MAX_COLUMNS = 30


def save_view(
    *, name: str, query: Mapping[str, Any], by: Viewer, shared: bool = False, pk: int | None = None
) -> int:
    """Keep a view under a name (the same name again replaces it); returns its id.

    ``query`` holds ``filters`` (key → value), ``sort`` and ``columns`` (keys): what ``list_customers`` takes.
    """
    by.require("customers.read")
    if by.user_id is None:
        raise Invalid("A saved view belongs to somebody who logs in.")
    clean_name = _name(name)
    clean_query = _query(query, by)
    with change("customers.save_view", by=by) as c:
        mine = SavedView.objects.filter(user_id=by.user_id)
        row = mine.filter(pk=pk).first() if pk is not None else mine.filter(name=clean_name).first()
        if pk is not None and row is None:
            raise NotFound
        if mine.filter(name=clean_name).exclude(pk=row.pk if row else 0).exists():
            raise Invalid("You already have a view with this name.")
        values = {"name": clean_name, "query": clean_query, "shared": shared}
        if row is not None:
            c.update(row, **values)
            return int(row.pk)
        if mine.count() >= MAX_VIEWS:
            raise Invalid("At most %(max)s views can be kept.", max=MAX_VIEWS)
        return int(c.create(SavedView, user_id=by.user_id, **values).pk)


def _name(raw: str) -> str:
    try:
        name = clean_text(raw, 60)
    except InvalidValue:
        name = ""
    if not name:
        raise Invalid("Give the view a name of at most %(max)s characters.", max=60)
    return name


def _query(query: Mapping[str, Any], by: Viewer) -> dict[str, Any]:
    if set(query) - {"filters", "sort", "columns"}:
        raise Invalid("A view holds filters, a sort and columns, nothing else.")
    filters = query.get("filters") or {}
    columns = query.get("columns") or []
    if not isinstance(filters, Mapping) or not isinstance(columns, list) or len(columns) > MAX_COLUMNS:
        raise Invalid("A view holds filters, a sort and columns, nothing else.")
    clean = {str(key): str(value) for key, value in filters.items()}
    parse_filters(clean, by)
    sort = parse_sort(str(query.get("sort") or "name"))
    return {"filters": clean, "sort": sort.key, "columns": [str(column)[:40] for column in columns]}


def delete_view(pk: int, *, by: Viewer) -> None:
    """Delete one's own view."""
    with change("customers.delete_view", by=by) as c:
        row = SavedView.objects.filter(pk=pk, user_id=by.user_id or 0).first()
        if row is None:
            raise NotFound
        c.delete(row)
