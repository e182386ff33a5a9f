"""Finding customers by Chinese name, pinyin, initials, phone or number, from one character on.

The order is defined: exact hits (name, number, phone, e-mail), then names and numbers that begin with the
query, then other matches; within each the most valuable first. The cost is bounded: where the :data:`WALK`
most valuable customers in sight already hold enough matches of a frequent query, these are the answer; else
they are ranked together with what the full-text index proposes, at most :data:`MOST` more.
"""

from __future__ import annotations

from typing import Final

from zhike.core.permissions import Viewer
from zhike.customers.queries import search_sql
from zhike.customers.queries.rows import CustomerRow, rows_for
from zhike.customers.queries.scope import reads_contacts
from zhike.customers.rules.search import SearchQuery, parse_query
from zhike.values.enums import CustomerKind
from zhike.values.names import normalise_name, pinyin_key

MAX_LIMIT: Final = 50
WALK: Final = 1_000
MOST: Final = 1_500
_EXACT: Final = 100


def search_customers(q: str, viewer: Viewer, limit: int = 20) -> list[CustomerRow]:
    """Return matching customers in the viewer's sight, best first; punctuation alone finds nothing."""
    return rows_for(search_ids(q, viewer, limit), viewer)


def search_ids(q: str, viewer: Viewer, limit: int = 20) -> list[int]:
    """Return the ids of :func:`search_customers`."""
    viewer.require("customers.read")
    query = parse_query(q.replace("\x00", " "))
    if query is None:
        return []
    limit = max(1, min(limit, MAX_LIMIT))
    contacts = reads_contacts(viewer)
    exact = _exact(query, viewer, contacts=contacts)[:limit]
    more = limit - len(exact)
    if more <= 0:
        return exact
    wanted, known = limit + len(exact), {-pk for pk in exact}
    found = set(search_sql.among_most_valuable(query, viewer, contacts=contacts, walk=WALK, limit=wanted))
    if len({hit[2] for hit in found} - known) < more:
        found.update(search_sql.from_index(query, viewer, contacts=contacts, most=MOST, limit=wanted))
    return exact + [-pk for _class, _value, pk in sorted(found) if pk not in known][:more]


def _exact(query: SearchQuery, viewer: Viewer, *, contacts: bool) -> list[int]:
    """Exact hits: the number, the phone or e-mail, the whole name."""
    found: list[int] = []
    if query.number is not None:
        found += search_sql.with_number(query.number, viewer)
    if contacts and query.contact:
        found += search_sql.with_contact(query.contact, viewer, most=_EXACT)
    if not query.name.isdigit():
        keys = sorted({pinyin_key(query.name, kind) for kind in CustomerKind} - {""})
        if keys:
            named = search_sql.with_name(query, keys, viewer, most=_EXACT)
            found += [pk for pk, name in named if normalise_name(name) == query.name]
    return list(dict.fromkeys(found))
