"""Loading generated columns into tables.

For invented data of an empty installation only: it writes no changelog of single rows. Everything else goes
through the slices' actions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from zhike.core.bulk import Same, write_rows

_STEP = 20_000

Column = Sequence[Any]


def load(label: str, columns: Mapping[str, Column]) -> int:
    """Insert rows given as columns of equal length (by attribute name); other fields get their default.

    Returns the number of rows. Dates are ``date`` or ISO text, instants aware ``datetime`` or ISO text in
    UTC.
    """
    model = apps.get_model(label)
    size = len(next(iter(columns.values())))
    names = [f.attname for f in model._meta.concrete_fields if f.attname in columns or not f.primary_key]
    missing = {f.attname: _default(f) for f in model._meta.concrete_fields if f.attname not in columns}
    filled: list[Column | Same] = [columns[n] if n in columns else Same(missing[n], size) for n in names]
    database_names = [_column(model, name) for name in names]
    for start in range(0, size, _STEP):
        part = [column[start : start + _STEP] for column in filled]
        _insert(model._meta.db_table, database_names, list(zip(*part, strict=True)))
    if "id" in columns:
        _follow_sequence(model)
    return size


def _default(field: models.Field[Any, Any]) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return datetime.now(UTC).strftime(
            "%Y-%m-%d %H:%M:%S" + ("" if connection.vendor == "sqlite" else "+00")
        )
    return field.get_default() if field.has_default() or not field.null else None


def _column(model: type[models.Model], name: str) -> str:
    return next(str(f.column) for f in model._meta.concrete_fields if f.attname == name)


def _insert(table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        write_rows(table, names, rows)


def _follow_sequence(model: type[models.Model]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = f'"{model._meta.db_table}"'
            last = f"SELECT max(id) FROM {table}"  # noqa: S608 - the name of our own table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), ({last}))", [table])
