"""The tables under the swap of scores: DDL and set-based statements, on SQLite and PostgreSQL.

The next table copies the current one's definition and indexes from the database's own catalogue, so it is
the same whatever migrations made of it.
"""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import OperationalError, connection, transaction

from zhike.customers.actions.score_rows import add_default_scores
from zhike.customers.models import Customer, Score

CURRENT: Final = Score._meta.db_table
NEXT: Final = f"{CURRENT}_next"
OLD: Final = f"{CURRENT}_old"
SWAPPED: Final = "_swapped"
"""Ending of index names on SQLite in every other table: names are unique there and can't be changed."""
_NO_END: Final = 2**62
_LOCK_TRIES: Final = 20


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _run(sql: str, params: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _rows(sql: str, params: list[Any] | None = None) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def clear_leftovers() -> None:
    """Remove the tables beside the current one."""
    for name in (NEXT, OLD):
        _run(f'DROP TABLE IF EXISTS "{name}"')


def create_next() -> None:
    """Make the empty next table, without indexes."""
    if _postgresql():
        _run(f'CREATE TABLE "{NEXT}" (LIKE "{CURRENT}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
        return
    ((sql,),) = _rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [CURRENT])
    # With exactly this type the key is SQLite's own row number: one lookup instead of two, one index less.
    keyed = sql.replace('"customer_id" bigint', '"customer_id" integer', 1)
    _run(keyed.replace(f'"{CURRENT}"', f'"{NEXT}"', 1))


def fill_next(batch: pa.RecordBatch) -> None:
    """Insert rows, in a transaction of their own."""
    columns = ", ".join(f'"{name}"' for name in batch.schema.names)
    with transaction.atomic(), connection.cursor() as cursor:
        if _postgresql():
            text = io.BytesIO()
            pacsv.write_csv(batch, text, pacsv.WriteOptions(include_header=False))
            with cursor.copy(f'COPY "{NEXT}" ({columns}) FROM STDIN (FORMAT csv)') as copy:
                copy.write(text.getvalue())
        else:
            marks = ", ".join(["%s"] * batch.num_columns)
            values: Any = zip(*(_plain(column) for column in batch.columns), strict=True)
            cursor.executemany(f'INSERT INTO "{NEXT}" ({columns}) VALUES ({marks})', values)  # noqa: S608 - own names


def _plain(column: pa.Array) -> list[object]:
    return list((column.cast(pa.string()) if pa.types.is_date(column.type) else column).to_pylist())


def index_next() -> None:
    """Give the next table the current one's indexes."""
    for name, sql in _current_indexes():
        _run(sql)
        if _postgresql() and name.endswith("_pkey"):
            _run(
                f'ALTER TABLE "{NEXT}" ADD CONSTRAINT "{_twin(name)}" PRIMARY KEY USING INDEX "{_twin(name)}"'
            )


def _current_indexes() -> list[tuple[str, str]]:
    """Return (name of the current index, statement that makes its twin on the next table)."""
    if _postgresql():
        found = _rows(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() AND tablename = %s",
            [CURRENT],
        )
    else:
        found = _rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
            [CURRENT],
        )
    return [(name, _for_next(name, sql)) for name, sql in sorted(found)]


def _for_next(name: str, sql: str) -> str:
    named = re.sub(rf'INDEX "?{re.escape(name)}"? ON', f'INDEX "{_twin(name)}" ON', sql, count=1)
    return re.sub(rf'ON (\w+\.)?"?{re.escape(CURRENT)}"?', f'ON "{NEXT}"', named, count=1)


def _twin(name: str) -> str:
    return name.removesuffix(SWAPPED) if name.endswith(SWAPPED) else f"{name}{SWAPPED}"


def reconcile(*, contacts_until: date) -> tuple[int, int]:
    """Bring the next table up to what happened while it was built; returns rows (added, removed).

    Called in the swap's transaction, with writers of the current table kept out.
    """
    if _postgresql():
        _lock_current()
    added = removed = 0
    if _census(Customer._meta.db_table, "id") != _census(NEXT, "customer_id"):
        removed = _run(
            f'DELETE FROM "{NEXT}" WHERE NOT EXISTS '  # noqa: S608 - own names
            f'(SELECT 1 FROM "{Customer._meta.db_table}" c WHERE c.id = customer_id)'
        )
        added = _run(
            f'INSERT INTO "{NEXT}" ({_columns()}) SELECT {_columns()} FROM "{CURRENT}" s '  # noqa: S608
            f'WHERE NOT EXISTS (SELECT 1 FROM "{NEXT}" n WHERE n.customer_id = s.customer_id) '
            f'AND EXISTS (SELECT 1 FROM "{Customer._meta.db_table}" c WHERE c.id = s.customer_id)'
        )
    _repeat_again()
    _note_contacts(contacts_until)
    return added, removed


def _columns() -> str:
    return ", ".join(f'"{field.column}"' for field in Score._meta.concrete_fields)


def _census(table: str, key: str) -> tuple[str, ...]:
    return _rows(f'SELECT count(*), coalesce(sum({key}), 0), coalesce(max({key}), 0) FROM "{table}"')[0]  # noqa: S608 - own names


def _repeat_again() -> int:
    differs = " OR ".join(f"n.{c} IS DISTINCT FROM s.{c}" for c in ("owner_id", "team_id", "name_key"))
    return _run(
        f'UPDATE "{NEXT}" AS n SET owner_id = s.owner_id, team_id = s.team_id, name_key = s.name_key '  # noqa: S608 - own names
        f'FROM "{CURRENT}" AS s WHERE s.customer_id = n.customer_id AND ({differs})'
    )


def _note_contacts(until: date) -> int:
    """Keep contacts recorded since the facts were read: on the last day or the one before."""
    return _run(
        f'UPDATE "{NEXT}" AS n SET last_contact = s.last_contact FROM "{CURRENT}" AS s '  # noqa: S608 - own names
        "WHERE s.customer_id = n.customer_id AND s.last_contact > n.last_contact "
        "AND s.last_contact BETWEEN %s AND %s",
        [until - timedelta(days=1), until],
    )


def _lock_current() -> None:
    """Take the table's lock in short tries: nobody queues behind a long reader for more than a moment."""
    for attempt in range(_LOCK_TRIES):
        try:
            with transaction.atomic():
                _run("SET LOCAL lock_timeout = '1s'")
                _run(f'LOCK TABLE "{CURRENT}" IN ACCESS EXCLUSIVE MODE')
        except OperationalError:
            if attempt == _LOCK_TRIES - 1:
                raise
        else:
            return


def swap() -> None:
    """Put the next table in place of the current one, in the caller's transaction."""
    names = [name for name, _ in _current_indexes()]
    _run(f'ALTER TABLE "{CURRENT}" RENAME TO "{OLD}"')
    _run(f'ALTER TABLE "{NEXT}" RENAME TO "{CURRENT}"')
    if _postgresql():
        _run(f'DROP TABLE "{OLD}"')
        for name in names:
            _run(f'ALTER INDEX "{_twin(name)}" RENAME TO "{name}"')
    add_default_scores(_first_unscored(), _NO_END)


def _first_unscored() -> int:
    """Return the first id that may lack a row (customers inserted in bulk come after the last scored)."""
    ((last,),) = _rows(f'SELECT coalesce(max(customer_id), 0) FROM "{CURRENT}"')  # noqa: S608 - own names
    return int(last) + 1


def analyze() -> None:
    """Give the planner figures of the new table (a sample is enough)."""
    if not _postgresql():
        _run("PRAGMA analysis_limit = 1000")
    _run(f'ANALYZE "{CURRENT}"')


def rebuild_swapped_indexes() -> None:
    """Make indexes with a swapped name anew under their proper name (SQLite)."""
    for name, sql in _rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
        [CURRENT],
    ):
        if name.endswith(SWAPPED):
            _run(f'DROP INDEX "{name}"')
            _run(sql.replace(f'"{name}"', f'"{name.removesuffix(SWAPPED)}"', 1))
