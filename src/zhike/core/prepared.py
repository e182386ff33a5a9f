"""Queries for ids whose text is made once: the ORM takes longer to write one than a database to answer.

A page asks the same few questions for other ids each time. What they are is still said in the ORM, which also
reads the values (dates on SQLite); only the text is kept, for each number of ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

MOST = 256
"""Texts kept of one query: pages hold up to 200 rows."""


@dataclass(frozen=True, slots=True)
class _Text:
    sql: str
    params: tuple[Any, ...]
    converters: Any
    compiler: Any

    def rows(self, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        params = [ids[-1 - p] if _is_mark(p) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return list(map(tuple, self.compiler.apply_converters(found, self.converters)))


class ForIds:
    """A query of values (``values_list``) for ids; ``build`` says it, with no other negative number in it."""

    def __init__(self, build: Callable[[list[int]], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._texts: dict[tuple[str, int], _Text] = {}

    def __call__(self, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        """Return the rows for these ids, none of which is asked for twice."""
        if not ids:
            return []
        key = connection.vendor, len(ids)
        text = self._texts.get(key)
        if text is None:
            if len(self._texts) >= MOST:
                self._texts.clear()
            text = self._texts[key] = self._made(len(ids))
        return text.rows(ids)

    def _made(self, count: int) -> _Text:
        marks = [-1 - place for place in range(count)]  # no id is negative: each says which id stands there
        compiler = self._build(marks).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if sum(map(_is_mark, params)) != count:
            raise ValueError("a query for ids names each of them exactly once, and no other negative number")
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return _Text(sql, tuple(params), converters, compiler)


def _is_mark(param: Any) -> bool:
    return isinstance(param, int) and param < 0  # psycopg's typed integers are integers too
