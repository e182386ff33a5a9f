"""Inserting many rows at once, faster than model instances: COPY on PostgreSQL, prepared rows on SQLite.

For actions that have checked their values. Keys are drawn beforehand, so rows of several tables can be made
ready together; call everything inside the transaction of the change that notes the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

Column = Sequence[Any]


class Same(Sequence[Any]):
    """A column in which every row has the same value."""

    def __init__(self, value: Any, size: int) -> None:
        self.value, self.size = value, size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: Any) -> Any:
        return (
            [self.value] * len(range(*index.indices(self.size))) if isinstance(index, slice) else self.value
        )


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw ``count`` primary keys, ascending; they are used up even when the transaction is rolled back."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        # The one writer of SQLite holds the database, so nobody else draws the same keys.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found = cursor.fetchone()
    first = found[0] + 1
    return list(range(first, first + count))


def insert_rows(model: type[models.Model], columns: Mapping[str, Column]) -> int:
    """Insert rows given as columns of equal length by attribute name; other fields get their default.

    Returns the number of rows. Values are what the fields hold in Python (aware datetimes, dates, UUIDs).
    """
    size = len(next(iter(columns.values())))
    if not size:
        return 0
    fields = [f for f in model._meta.concrete_fields if f.attname in columns or not f.primary_key]
    values = [_prepared(f, columns.get(f.attname) or _default(f, size)) for f in fields]
    write_rows(model._meta.db_table, [str(f.column) for f in fields], zip(*values, strict=True))
    return size


def write_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of values as the driver takes them, in the order of the table's ``columns``."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    _write(connection.ops.quote_name(table), names, len(columns), rows)


def _default(field: models.Field[Any, Any], size: int) -> Column:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return Same(datetime.now(UTC), size)
    return Same(field.get_default(), size)


def _prepared(field: models.Field[Any, Any], column: Column) -> Iterable[Any]:
    """The column as the driver takes it; a value that stays the same is prepared once."""
    if isinstance(column, Same):
        return Same(field.get_db_prep_save(column.value, connection), column.size)[:]  # type: ignore[no-any-return]
    prepare = _preparer(field)
    return column if prepare is None else [None if value is None else prepare(value) for value in column]


_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.FloatField, models.ForeignKey)


def _preparer(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, _PLAIN):
        return None
    if isinstance(field, models.BooleanField):
        return bool
    return lambda value: field.get_db_prep_save(value, connection)


def _write(table: str, names: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            _through_memory(cursor, table, names, width, list(rows))
            return
        # the driver's own call: without this its errors would not be Django's, and nobody would expect them
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _through_memory(cursor: Any, table: str, names: str, width: int, rows: list[tuple[Any, ...]]) -> None:
    """All rows in one statement, by way of a table in memory.

    A full-text index that triggers keep is written out at the end of every statement: a statement a row costs
    twenty times as much.
    """
    waiting = f"temp.waiting_{hashlib.blake2b(f'{table}{names}'.encode(), digest_size=8).hexdigest()}"
    marks = ", ".join(["%s"] * width)
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {waiting} AS SELECT {names} FROM {table} WHERE 0")  # noqa: S608
    cursor.executemany(f"INSERT INTO {waiting} ({names}) VALUES ({marks})", rows)  # noqa: S608
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {waiting} ORDER BY rowid")  # noqa: S608
    cursor.execute(f"DELETE FROM {waiting}")  # noqa: S608
