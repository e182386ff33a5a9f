"""Which customers stand on a page: keyset walks along the (scope, sort) indexes, the last page backwards.

Without filters the index alone is read. With filters the walk looks at so many rows of the index; where too
few of them pass (a rare value, or one that stands at the other end of the sort), everything that passes is
gathered and sorted instead: a walk to the end of a million rows, each looked up on its own, takes ten times
as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from zhike.core.permissions import Scope, Viewer, scope_q
from zhike.customers.models import Customer, Score
from zhike.customers.queries.filters import narrows_to_owner, on_score
from zhike.customers.queries.sorts import Cursor, Order

REACHES: Final = (2_000, 10_000)
"""How many rows of the index a filtered walk looks at, first and second."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one page in reading order, and whether more rows follow in the direction of the walk."""

    pairs: list[tuple[Any, int]]
    more: bool


@dataclass(frozen=True, slots=True)
class _Walk:
    """A sort in a direction, from a cursor on, over the rows in a viewer's sight."""

    viewer: Viewer
    order: Order
    at: Cursor | None
    descending: bool

    @property
    def root(self) -> type[Model]:
        return Score if self.order.sort.root == "score" else Customer

    @property
    def ordering(self) -> list[str]:
        minus, column = "-" if self.descending else "", self.order.sort.column
        return [minus + column] if self.order.sort.unique else [minus + column, minus + "pk"]

    def rows(self, *conditions: Q) -> QuerySet[Any]:
        """The rows behind the cursor that fulfil conditions on the walked table, in no order."""
        rows = self.root._default_manager.filter(*conditions)
        column = self.order.sort.column
        if self.at is not None and self.at.key is not None:
            unique = self.order.sort.unique
            rows = rows.filter(_beyond(column, self.at, unique=unique, descending=self.descending))
        return rows.values_list(column, "pk")

    def on_root(self, where: Sequence[Q]) -> list[Q]:
        """Filters of customers as conditions on the walked table."""
        return [on_score(q) for q in where] if self.root is Score else list(where)


def page_keys(viewer: Viewer, order: Order, at: Cursor | None, where: Sequence[Q], limit: int) -> Keys:
    """Return (sort key, id) of a page's rows in reading order."""
    backwards = bool(at and at.back)
    walk = _Walk(viewer, order, at, descending=order.descending != backwards)
    found = _filtered(walk, where, limit + 1) if where else _fetch(*_nearest(walk, (), limit + 1))
    pairs = [(order.sort.read(key), pk) for key, pk in found]
    more = len(pairs) > limit
    pairs = pairs[:limit]
    return Keys(pairs[::-1] if backwards else pairs, more)


def _filtered(walk: _Walk, where: Sequence[Q], count: int) -> list[tuple[Any, int]]:
    """The first rows that pass: along the index as long as that is quick, else gathered from everywhere."""
    owner = [q for q in where if narrows_to_owner([q])]
    for reach in REACHES:
        sql, params = _nearest(walk, owner, reach)
        near = RawSQL(f"SELECT pk FROM ({sql}) AS nearest", params)  # noqa: S608, S611 - compiled by the ORM
        passing = walk.rows(Q(pk__in=near), *walk.on_root(where)).order_by(*walk.ordering)[:count]
        found = list(passing)
        if len(found) == count:
            return found
    return _gathered(walk, where, count)


def _gathered(walk: _Walk, where: Sequence[Q], count: int) -> list[tuple[Any, int]]:
    sql, params = walk.rows(scope_q(walk.viewer), *walk.on_root(where)).query.sql_with_params()
    return _fetch(
        f"WITH passing AS MATERIALIZED ({sql}) SELECT * FROM passing {_first(walk, count)}",  # noqa: S608 - see above
        params,
    )


def _nearest(walk: _Walk, conditions: Sequence[Q], count: int) -> tuple[str, tuple[Any, ...]]:
    """The first rows of the walk by the index: of several teams, those of each team's walk, merged."""
    parts: list[str] = []
    params: list[Any] = []
    for number, scope in enumerate(_scopes(walk.viewer, conditions)):
        scan = walk.rows(scope, *walk.on_root(conditions)).order_by(*walk.ordering)[:count]
        sql, values = scan.query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS t{number}")  # noqa: S608 - compiled by the ORM
        params += values
    return f"{' UNION ALL '.join(parts)} {_first(walk, count)}", tuple(params)


def _scopes(viewer: Viewer, where: Sequence[Q]) -> list[Q]:
    """One condition per index range to walk: several teams are walked apart and merged."""
    if viewer.is_system or viewer.scope != Scope.TEAM or len(viewer.team_ids) < 2 or narrows_to_owner(where):
        return [scope_q(viewer)]
    return [Q(team_id=team) for team in viewer.team_ids]


def _first(walk: _Walk, count: int) -> str:
    direction = "DESC" if walk.descending else "ASC"
    return f"ORDER BY 1 {direction}, 2 {direction} LIMIT {count:d}"


def _fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _beyond(column: str, at: Cursor, *, unique: bool, descending: bool) -> Q:
    """The rows behind the cursor, written so that both databases walk the index from there."""
    op = "lt" if descending else "gt"
    if unique:
        return Q(**{f"{column}__{op}": at.key})
    return Q(**{f"{column}__{op}e": at.key}) & (
        Q(**{f"{column}__{op}": at.key}) | Q(**{column: at.key, f"pk__{op}": at.id})
    )
