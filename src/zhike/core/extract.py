"""Tables out of the database as Arrow batches, fast enough for tens of millions of rows.

A :class:`Extract` names a source, its columns and an integer key. Rows come in ranges of that key; the
database joins a range's rows into one CSV text and Arrow parses it. (Fetching rows as Python objects
takes several times as long, ``COPY`` hands rows over one by one, and reading the file with another
library would put a second SQLite into this process, whose closing drops the first one's locks.)
:func:`snapshot` makes several extracts see one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

from zhike.core import plugs

if TYPE_CHECKING:
    import pyarrow as pa

INT: Final = "int64"
TEXT: Final = "string"
DAY: Final = "date32"
REAL: Final = "double"
INSTANT: Final = "timestamp[us]"
"""Types of columns; instants are UTC. (Words: a slice can say what it gives without loading Arrow.)"""

RANGE_ROWS: Final = 20_000
BUCKET: Final = 1 << 18
"""Keys in a bucket of a large table: what changed in a bucket is read again as a whole."""
_current: ContextVar[BaseDatabaseWrapper | None] = ContextVar("extract_connection", default=None)


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Rows whose key is in ``first <= key < last``; ``None`` leaves a side open."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Extract:
    """What to read: ``columns`` maps a name to (SQL expression, type), ``key`` is an indexed integer.

    ``source`` is the text after FROM (one table, or joins that add no rows). All texts are the code's
    own: never build them from input. Types: INT, TEXT, DAY, REAL, INSTANT.
    Numbers and dates that may be NULL are named in ``nullable`` (one that was forgotten fails loudly, not
    silently). ``width`` is the number of keys read at a time.
    """

    source: str
    columns: Mapping[str, tuple[str, str]]
    key: str = "id"
    nullable: frozenset[str] = frozenset()
    width: int = RANGE_ROWS

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns' names and types."""
        import pyarrow as pa

        kinds = {
            INT: pa.int64(),
            TEXT: pa.string(),
            DAY: pa.date32(),
            REAL: pa.float64(),
            INSTANT: pa.timestamp("us"),
        }
        return pa.schema([(name, kinds[kind]) for name, (_, kind) in self.columns.items()])

    def batches(self, within: KeyRange | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows, ordered by range of the key (not within a range)."""
        connection = _current.get() or default_connection
        for first, last in self._ranges(connection, within or KeyRange()):
            text = _read(connection, self, first, last)
            if text:
                yield from _parse(text, self.schema)

    def table(self, within: KeyRange | None = None) -> pa.Table:
        """Return the rows as one table."""
        import pyarrow as pa

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


def fingerprints(table: str, *values: str, key: str = "id") -> dict[int, str]:
    """Return a fingerprint for each bucket of a table, of the count of rows and these aggregates."""
    each = ", ".join([f"{key} / {BUCKET}", "count(*)", *values])
    found = query(f"SELECT {each} FROM {table} GROUP BY 1 ORDER BY 1")  # noqa: S608 - see Extract
    return {int(bucket): ":".join(str(value) for value in rest) for bucket, *rest in found}


def bucket_range(bucket: int) -> KeyRange:
    """Return the keys of a bucket."""
    return KeyRange(bucket * BUCKET, (bucket + 1) * BUCKET)


def facts(
    key: str, extract: Extract, *, unique: str, buckets: Callable[[], Mapping[int, str]] | None = None
) -> None:
    """Hang an extract in at ``plugs.facts``."""
    plugs.facts.add(plugs.Facts(key, extract.batches, unique, schema=lambda: extract.schema, buckets=buckets))


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
            cursor.execute("SELECT 1")
        else:
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT count(*) FROM sqlite_master")
        # The moment is that of the first read, not of BEGIN.


def _parse(text: bytes, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    size = max(len(text), 1 << 20)
    table = csv.read_csv(
        pa.py_buffer(text),
        read_options=csv.ReadOptions(column_names=schema.names, block_size=size, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
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


def _postgresql_text(sql: str, kind: str, nullable: bool) -> str:  # noqa: FBT001 - three plain facts
    if kind == TEXT:
        return _QUOTED.format(sql)
    if kind == INSTANT:
        sql = f"({sql}) AT TIME ZONE 'UTC'"
    return f"coalesce(({sql})::text, '')" if nullable else sql


def _sqlite_text(sql: str, kind: str, nullable: bool) -> str:  # noqa: FBT001 - the same
    if kind == TEXT:
        return _QUOTED.format(sql)
    if kind == REAL:
        sql = f"CASE WHEN {sql} IS NOT NULL THEN printf('%!.17g', {sql}) END"
    return f"coalesce({sql}, '')" if nullable else sql


_QUOTED = """coalesce('"' || replace({0}, '"', '""') || '"', '')"""
