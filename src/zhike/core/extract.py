"""Tables out of the database as Arrow batches, fast enough for tens of millions of rows.

A :class:`Extract` names a source, its columns and an integer key. Rows come in ranges of that key; the
database joins a range's rows into one CSV text and Arrow parses it. (Fetching rows as Python objects
takes several times as long, ``COPY`` hands rows over one by one, and reading the file with another
library would put a second SQLite into this process, whose closing drops the first one's locks.)
:func:`snapshot` makes several extracts see one moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

RANGE_ROWS = 20_000
_PARSE = pacsv.ParseOptions(newlines_in_values=True)
_current: ContextVar[BaseDatabaseWrapper | None] = ContextVar("extract_connection", default=None)


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Rows whose key is in ``first <= key < last``; ``None`` leaves a side open."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Extract:
    """What to read: ``columns`` maps a name to (SQL expression, Arrow type), ``key`` is an indexed integer.

    ``source`` is the text after FROM (one table, or joins that add no rows). All texts are the code's
    own: never build them from input. Types: int64, float64, string, bool, date32, timestamp("us") in UTC.
    Numbers and dates that may be NULL are named in ``nullable`` (one that was forgotten fails loudly, not
    silently). ``width`` is the number of keys read at a time.
    """

    source: str
    columns: Mapping[str, tuple[str, pa.DataType]]
    key: str = "id"
    nullable: frozenset[str] = frozenset()
    width: int = RANGE_ROWS

    @property
    def schema(self) -> pa.Schema:
        """The columns' names and types."""
        return pa.schema([(name, kind) for name, (_, kind) in self.columns.items()])

    def batches(self, within: KeyRange | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows, ordered by range of the key (not within a range)."""
        connection = _current.get() or default_connection
        for first, last in self._ranges(connection, within or KeyRange()):
            text = _read(connection, self, first, last)
            if text:
                yield from _parse(text, self.schema)

    def table(self, within: KeyRange | None = None) -> pa.Table:
        """Return the rows as one table."""
        return pa.Table.from_batches(self.batches(within), schema=self.schema)

    def _ranges(self, connection: BaseDatabaseWrapper, within: KeyRange) -> Iterator[tuple[int, int]]:
        first = -1 if within.first is None else within.first - 1
        with connection.cursor() as cursor:
            while True:
                # The next key that exists: gaps in the keys cost one look-up, not a walk.
                cursor.execute(f"SELECT min({self.key}) FROM {self.source} WHERE {self.key} > {first:d}")  # noqa: S608 - see the class
                (start,) = cursor.fetchone()
                if start is None or (within.last is not None and start >= within.last):
                    return
                end = start + self.width
                end = end if within.last is None else min(end, within.last)
                yield start, end
                first = end - 1


def query(sql: str) -> list[tuple[Any, ...]]:
    """Return a small result (sums, fingerprints) from the same moment as the extracts."""
    connection = _current.get() or default_connection
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def vendor() -> str:
    """Return ``postgresql`` or ``sqlite``, for the few expressions that differ."""
    return (_current.get() or default_connection).vendor


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all extracts inside see the database as of one moment, without hindering those who write.

    A connection of its own holds a read transaction; inside an open transaction that one is used.
    """
    if default_connection.in_atomic_block or _current.get() is not None:
        yield
        return
    own = default_connection.copy()
    token = _current.set(own)
    try:
        _begin(own)
        yield
    finally:
        _current.reset(token)
        own.close()


def _begin(own: BaseDatabaseWrapper) -> None:
    with own.cursor() as cursor:
        if own.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            cursor.execute("BEGIN DEFERRED")
            # SQLite takes its snapshot at the first read.
            cursor.execute("SELECT count(*) FROM (SELECT 1 FROM sqlite_master LIMIT 1)")


def _parse(text: bytes, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    table = pacsv.read_csv(
        pa.py_buffer(text),
        read_options=pacsv.ReadOptions(
            column_names=schema.names, block_size=max(len(text), 1 << 20), use_threads=False
        ),
        parse_options=_PARSE,
        convert_options=pacsv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t", "1"],
            false_values=["f", "0"],
        ),
    )
    yield from table.to_batches()


def _read(connection: BaseDatabaseWrapper, extract: Extract, first: int, last: int) -> bytes:
    """Return the rows of one range as CSV, put together in the database: one value, not many rows."""
    postgresql = connection.vendor == "postgresql"
    text, gather = (_postgresql_text, _POSTGRESQL) if postgresql else (_sqlite_text, _SQLITE)
    parts = ", ".join(
        text(sql, kind, name in extract.nullable) for name, (sql, kind) in extract.columns.items()
    )
    where = f"FROM {extract.source} WHERE {extract.key} >= {first:d} AND {extract.key} < {last:d}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {gather.format(parts)} {where}")  # - see Extract
        (found,) = cursor.fetchone()
    if found is None:
        return b""
    # Arrow takes an empty last field for a missing one unless the last line ends.
    return (found if isinstance(found, bytes) else str(found).encode()) + b"\n"


_POSTGRESQL = "string_agg(concat_ws(',', {}), chr(10))"
_SQLITE = "CAST(group_concat(concat_ws(',', {}), char(10)) AS BLOB)"


def _postgresql_text(sql: str, kind: pa.DataType, nullable: bool) -> str:  # noqa: FBT001 - three plain facts
    if pa.types.is_string(kind):
        return _QUOTED.format(sql)
    if pa.types.is_timestamp(kind):
        sql = f"({sql}) AT TIME ZONE 'UTC'"
    return f"coalesce(({sql})::text, '')" if nullable else sql


def _sqlite_text(sql: str, kind: pa.DataType, nullable: bool) -> str:  # noqa: FBT001 - the same
    if pa.types.is_string(kind):
        return _QUOTED.format(sql)
    if pa.types.is_floating(kind):
        sql = f"CASE WHEN {sql} IS NOT NULL THEN printf('%!.17g', {sql}) END"
    return f"coalesce({sql}, '')" if nullable else sql


_QUOTED = """coalesce('"' || replace({0}, '"', '""') || '"', '')"""
