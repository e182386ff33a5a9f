"""Columns of the score table as numpy arrays: how the sources look at a million customers at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Func, IntegerField, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from numpy.typing import NDArray

from zhike.agenda.rules.ranking import Floats, best_per_owner
from zhike.core.plugs import TaskContext
from zhike.customers.models import Score

Columns = dict[str, NDArray[Any]]
_DATES = frozenset(
    {"first_purchase", "last_purchase", "next_purchase", "next_low", "next_high", "last_contact"}
)
_CHUNK = 900
_FETCHED = 20_000
NOBODY = -1


class Ordinal(Func):
    """A date as its proleptic ordinal, worked out by the database: no object for each of a million rows."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(julianday(%(expressions)s) - 1721424.5 AS INTEGER)", **more
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '0001-01-01' + 1)", **more)


def scores(where: Q, names: Sequence[str], ctx: TaskContext) -> Columns:
    """Return ``customer_id``, ``owner_id`` (-1 for none) and the named columns of the scores that fit.

    Dates come as proleptic ordinals. One scan of the table, or a look-up of ``ctx.customer_ids``.
    """
    wanted = ["customer_id", "owner_id", *names]
    parts: list[list[Any]] = [[] for _ in wanted]
    for query in _queries(where, ctx):
        for rows in _raw(query.values_list(*(Ordinal(n) if n in _DATES else n for n in wanted))):
            for column, values in zip(parts, zip(*rows, strict=True), strict=True):
                column.extend(values)
    return {name: _column(name, values) for name, values in zip(wanted, parts, strict=True)}


def _raw(query: QuerySet[Any, Any]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Rows as the driver gives them: the ORM's converters would take longer than all the arithmetic."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_FETCHED):
            yield rows


def _queries(where: Q, ctx: TaskContext) -> Iterator[QuerySet[Score]]:
    if ctx.customer_ids is None:
        yield Score.objects.filter(where).order_by()
        return
    for part in chunks(ctx.customer_ids):
        yield Score.objects.filter(where, customer_id__in=part).order_by()


def _column(name: str, values: list[Any]) -> NDArray[Any]:
    if name in _DATES:
        return np.array(values, dtype=np.int64)
    if name == "owner_id":
        return np.array([NOBODY if v is None else v for v in values], dtype=np.int64)
    return np.array(values)


def chunks(ids: Sequence[int], size: int = _CHUNK) -> Iterator[Sequence[int]]:
    """Cut ids into parts that fit into one statement."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def take(columns: Columns, chosen: NDArray[Any]) -> Columns:
    """Keep the rows that a mask or positions choose."""
    return {name: values[chosen] for name, values in columns.items()}


def best(columns: Columns, score: Floats, keep: int) -> Iterator[dict[str, Any]]:
    """The ``keep`` best rows of each owner as dicts of plain values, with their ``score``."""
    chosen = best_per_owner(columns["owner_id"], score, keep)
    kept = take(columns, chosen)
    lists = {name: values.tolist() for name, values in kept.items()}
    for place in range(len(chosen)):
        yield {name: values[place] for name, values in lists.items()}


def by_customer(
    names: Sequence[str], ids: Sequence[int], where: Q | None = None
) -> dict[int, Mapping[str, Any]]:
    """Scores of some customers by id, as dicts of plain values (dates stay dates)."""
    found: dict[int, Mapping[str, Any]] = {}
    for part in chunks(ids):
        query = Score.objects.filter(where or Q(), customer_id__in=part)
        found |= {row["customer_id"]: row for row in query.values("customer_id", "owner_id", *names)}
    return found


def day(ordinal: int) -> date:
    """The date of an ordinal."""
    return date.fromordinal(int(ordinal))


def variant(customer_id: int, subject: str, count: int) -> int:
    """Which of ``count`` wordings this card has: always the same for the same card."""
    return crc32(f"{customer_id}:{subject}".encode()) % count
