"""Reads that only the pages of this slice need."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from zhike.core.permissions import Viewer
from zhike.customers.queries import search_sql
from zhike.customers.queries.filters import Filters, parse_filters
from zhike.customers.queries.interactions import InteractionRow, _rows, visible_interactions
from zhike.customers.queries.lookup import ids_with_contacts
from zhike.customers.queries.rows import CustomerRow, rows_for
from zhike.customers.queries.scope import reads_contacts, visible, visible_ids
from zhike.customers.queries.search import MOST, search_ids
from zhike.customers.rules.contacts import ContactInput
from zhike.customers.rules.search import parse_query


def search_within(q: str, *, filters: Filters, viewer: Viewer, limit: int = 50) -> list[CustomerRow]:
    """Return the customers that match both a search and the list's filters, best first, at most ``limit``.

    With filters the first :data:`MOST` matches of the search are looked at.
    """
    where = parse_filters(filters, viewer)
    if not where:
        return rows_for(search_ids(q, viewer, limit), viewer)
    viewer.require("customers.read")
    query = parse_query(q.replace("\x00", " "))
    if query is None:
        return []
    hits = search_sql.from_index(query, viewer, contacts=reads_contacts(viewer), most=MOST, limit=MOST)
    found = [-pk for _class, _value, pk in hits]
    rows = visible(viewer).filter(pk__in=found)
    for condition in where:
        rows = rows.filter(condition)
    kept = set(rows.values_list("pk", flat=True))
    return rows_for([pk for pk in found if pk in kept][:limit], viewer)


def interactions_by_id(ids: Collection[int], *, viewer: Viewer) -> dict[int, InteractionRow]:
    """Return those of the contacts that the viewer sees, by id (one query)."""
    rows = _rows(visible_interactions(viewer).filter(pk__in=list(ids)), viewer) if ids else []
    return {row.id: row for row in rows}


def duplicates_of(contacts: Sequence[ContactInput], viewer: Viewer) -> tuple[list[CustomerRow], bool]:
    """Return customers in sight that have one of these contacts, and whether somebody out of sight has.

    The second is the neutral half of the warning: it says that there is one, never who.
    """
    ids = ids_with_contacts(contacts)
    seen = visible_ids(ids, viewer)
    return rows_for(sorted(seen)[:5], viewer), len(seen) < len(ids)
