"""The customer list: a page of rows, the cursors around it, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer, scope_q
from zhike.customers.models import Score
from zhike.customers.queries.filters import Filters, on_score, parse_filters
from zhike.customers.queries.rows import CustomerRow, rows_for
from zhike.customers.queries.sorts import Cursor, Order, encode_cursor, parse_cursor, parse_sort
from zhike.customers.queries.walks import Keys, page_keys

T = TypeVar("T")

MAX_LIMIT = 200
COUNT_CAP = 10_000
COUNT_SCAN = 5_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; not ``exact`` means "at least so many" (shown as ``10,000+``)."""

    value: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``next`` and ``previous`` are cursors, "" where there is no such page."""

    rows: list[T]
    next: str
    previous: str
    count: Count | None = None


def list_customers(
    *,
    viewer: Viewer,
    filters: Filters = (),
    sort: str = "name",
    cursor: str = "",
    limit: int = 50,
    count: bool = True,
) -> Page[CustomerRow]:
    """Return a page of customers within the viewer's scope.

    Sort, filters and cursor come from allow-lists (else :class:`Invalid`); ``limit`` is at most 200. What a
    page costs does not depend on how far it is from the first one.
    """
    viewer.require("customers.read")
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid("A page has between 1 and %(max)s rows.", max=MAX_LIMIT)
    order = parse_sort(sort)
    at = parse_cursor(cursor, order)
    where = parse_filters(filters, viewer)
    keys = page_keys(viewer, order, at, where, limit)
    rows = rows_for([pk for _, pk in keys.pairs], viewer)
    total = _count(viewer, where, keys, at) if count else None
    return Page(rows, *_cursors(order, at, keys), total)


def _cursors(order: Order, at: Cursor | None, keys: Keys) -> tuple[str, str]:
    if not keys.pairs:
        return "", ""
    (first_key, first), (last_key, last) = keys.pairs[0], keys.pairs[-1]
    backwards = bool(at and at.back)
    has_next = (at is not None and at.key is not None) if backwards else keys.more
    has_previous = keys.more if backwards else at is not None
    following = encode_cursor(order, Cursor(back=False, key=last_key, id=last)) if has_next else ""
    preceding = encode_cursor(order, Cursor(back=True, key=first_key, id=first)) if has_previous else ""
    return following, preceding


def _count(viewer: Viewer, where: Sequence[Q], keys: Keys, at: Cursor | None) -> Count:
    """Count exactly up to a cap; with filters only among so many rows of the scope that it stays quick."""
    if at is None and not keys.more:
        return Count(len(keys.pairs), exact=True)
    rows = Score.objects.filter(scope_q(viewer))
    if not where:
        found = _size(rows.values("pk")[: COUNT_CAP + 1])
        return Count(min(found, COUNT_CAP), exact=found <= COUNT_CAP)
    looked_at = _size(rows.values("pk")[: COUNT_SCAN + 1])
    within = Score.objects.filter(pk__in=rows.values("pk")[:COUNT_SCAN])
    for q in where:
        within = within.filter(on_score(q))
    found = _size(within.values("pk")[: COUNT_CAP + 1])
    found = max(found, len(keys.pairs))
    return Count(min(found, COUNT_CAP), exact=looked_at <= COUNT_SCAN and found <= COUNT_CAP)


def _size(rows: QuerySet[Any, Any]) -> int:
    """Like ``count()``, without the ORM's half a millisecond of getting ready."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", params)  # noqa: S608 - compiled by the ORM
        return int(cursor.fetchone()[0])
