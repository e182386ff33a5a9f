"""Replacing every customer's scores at once: a new table is built beside the current one and swapped in.

Updating a million rows in place takes a minute on SQLite and leaves as many dead rows on PostgreSQL.
Building takes seconds, in short transactions that let others write; the swap is one transaction, so a
reader sees the old scores or the new ones. A run that is killed leaves at most a table that the next one
removes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from django.db import connection

from zhike.core.changes import Change, change
from zhike.core.permissions import Viewer
from zhike.customers.actions import score_table as tables
from zhike.customers.models import Score
from zhike.events import ScoresPublished

STEP_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Published:
    """What was swapped in: customers, of them with a row from the run, added since, removed since."""

    customers: int
    scored: int
    added: int
    removed: int


def score_columns() -> list[str]:
    """Return the columns of a score row, in the table's order."""
    return [str(field.column) for field in Score._meta.concrete_fields]


def publish_scores(
    rows: pa.Table,
    *,
    run_id: int,
    as_of: date,
    by: Viewer,
    within: Callable[[Change], None] | None = None,
    step: Callable[[int], None] | None = None,
) -> Published:
    """Make these rows the scores of all customers.

    ``rows`` has one row a customer with the columns of :func:`score_columns` (dates as date32, amounts in
    minor units, no NULL but in owner_id and team_id). Customers made since the rows were read keep their
    default row, those removed since are left out, and owner, team, name and last contact are taken over
    as they are now. ``within`` is called inside the swap's transaction; ``step`` with the number of rows
    written so far. Emits :class:`~zhike.events.ScoresPublished`.
    """
    columns = score_columns()
    if missing := [name for name in columns if name not in rows.column_names]:
        raise ValueError(f"score rows lack {', '.join(missing)}")
    tables.clear_leftovers()
    tables.create_next()
    done = 0
    for batch in rows.select(columns).to_batches(max_chunksize=STEP_ROWS):
        tables.fill_next(batch)
        done += batch.num_rows
        if step:
            step(done)
    tables.index_next()
    with change("customers.publish_scores", by=by, note=f"run {run_id}") as c:
        added, removed = tables.reconcile(contacts_until=as_of)
        tables.swap()
        total = Score.objects.count()
        c.emit(ScoresPublished(run_id=run_id, as_of=as_of.isoformat(), customers=total))
        if within:
            within(c)
    tables.clear_leftovers()
    tables.analyze()
    return Published(total, done, added, removed)


def restore_index_names() -> None:
    """Give the indexes the models' names again, before a migration looks for them."""
    if connection.vendor == "sqlite":
        tables.rebuild_swapped_indexes()
