"""The customer list: keyset paging along the (scope, sort) indexes, the last page by walking backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

from zhike.core.errors import Invalid
from zhike.core.permissions import Scope, Viewer, scope_q
from zhike.customers.models import Customer, Score
from zhike.customers.queries.filters import Filters, narrows_to_owner, on_score, parse_filters
from zhike.customers.queries.rows import CustomerRow, rows_for
from zhike.customers.queries.sorts import Cursor, Order, encode_cursor, parse_cursor, parse_sort

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


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one page in reading order, and whether more rows follow in the direction of the walk."""

    pairs: list[tuple[Any, int]]
    more: bool


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


def page_keys(viewer: Viewer, order: Order, at: Cursor | None, where: Sequence[Q], limit: int) -> Keys:
    """Return (sort key, id) of a page's rows in reading order; without filters the index alone is read."""
    backwards = bool(at and at.back)
    descending = order.descending != backwards
    scans = [_scan(q, order, at, where, descending=descending) for q in _scopes(viewer, where)]
    pairs = [(order.sort.read(key), pk) for key, pk in _first_of(scans, limit + 1, descending=descending)]
    more = len(pairs) > limit
    pairs = pairs[:limit]
    return Keys(pairs[::-1] if backwards else pairs, more)


def _scopes(viewer: Viewer, where: Sequence[Q]) -> list[Q]:
    """One condition per index range to walk: several teams are walked apart and merged."""
    if viewer.is_system or viewer.scope != Scope.TEAM or len(viewer.team_ids) < 2 or narrows_to_owner(where):
        return [scope_q(viewer)]
    return [Q(team_id=team) for team in viewer.team_ids]


def _scan(
    scope: Q, order: Order, at: Cursor | None, where: Sequence[Q], *, descending: bool
) -> QuerySet[Any]:
    column = order.sort.column
    root: type[Model] = Score if order.sort.root == "score" else Customer
    rows = root._default_manager.filter(scope)
    for q in where:
        rows = rows.filter(on_score(q) if root is Score else q)
    if at is not None and at.key is not None:
        rows = rows.filter(_beyond(column, at, unique=order.sort.unique, descending=descending))
    minus = "-" if descending else ""
    ordering = [minus + column] if order.sort.unique else [minus + column, minus + "pk"]
    return rows.order_by(*ordering).values_list(column, "pk")


def _beyond(column: str, at: Cursor, *, unique: bool, descending: bool) -> Q:
    """The rows behind the cursor, written so that both databases walk the index from there."""
    op = "lt" if descending else "gt"
    if unique:
        return Q(**{f"{column}__{op}": at.key})
    return Q(**{f"{column}__{op}e": at.key}) & (
        Q(**{f"{column}__{op}": at.key}) | Q(**{column: at.key, f"pk__{op}": at.id})
    )


def _first_of(scans: Sequence[QuerySet[Any]], count: int, *, descending: bool) -> list[tuple[Any, int]]:
    """The first rows of several walks in the same order."""
    parts: list[str] = []
    params: list[Any] = []
    for number, scan in enumerate(scans):
        sql, values = scan[:count].query.sql_with_params()
        parts.append(f"SELECT * FROM ({_root_first(sql)}) AS t{number}")  # noqa: S608 - compiled by the ORM
        params += values
    direction = "DESC" if descending else "ASC"
    union = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"{union} ORDER BY 1 {direction}, 2 {direction} LIMIT {count:d}", params)
        return list(cursor.fetchall())


def _root_first(sql: str) -> str:
    """SQLite may begin at the filtered table and sort afterwards: let it walk the sort's index instead."""
    return sql if connection.vendor == "postgresql" else sql.replace(" INNER JOIN ", " CROSS JOIN ")


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
        found = rows.values("pk")[: COUNT_CAP + 1].count()
        return Count(min(found, COUNT_CAP), exact=found <= COUNT_CAP)
    looked_at = rows.values("pk")[: COUNT_SCAN + 1].count()
    within = Score.objects.filter(pk__in=rows.values("pk")[:COUNT_SCAN])
    for q in where:
        within = within.filter(on_score(q))
    found = within.values("pk")[: COUNT_CAP + 1].count()
    found = max(found, len(keys.pairs))
    return Count(min(found, COUNT_CAP), exact=looked_at <= COUNT_SCAN and found <= COUNT_CAP)
