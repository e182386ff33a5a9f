"""What the write side needs to know of the stored tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhike.agenda.models import Task
from zhike.agenda.queries.sources.table import chunks
from zhike.agenda.rules.board import Key

REUSED = (Task.State.OPEN, Task.State.EXPIRED)


@dataclass(slots=True)
class Known:
    """The row a reason already has, and the dues that other rows of the same reason occupy."""

    task_id: int | None = None
    version: int = 0
    due: date | None = None
    is_open: bool = False
    postponed: bool = False
    taken: set[date] = field(default_factory=set)


def known_tasks(customer_ids: Sequence[int]) -> dict[Key, Known]:
    """Return the stored rows of these customers by (source, customer, subject), open before expired."""
    found: dict[Key, Known] = {}
    for part in chunks(customer_ids):
        rows = Task.objects.filter(customer_id__in=part).order_by("id")
        for pk, source, customer, subject, due, state, later, version in rows.values_list(
            "id", "source", "customer_id", "subject", "due", "state", "postponed", "version"
        ):
            row = Known(pk, version, due, postponed=later)
            _note(found.setdefault((source, customer, subject), Known()), row, state)
    return found


def _note(known: Known, row: Known, state: str) -> None:
    due = row.due or date.min
    if state not in REUSED or (known.is_open and state != Task.State.OPEN):
        known.taken.add(due)
        return
    if known.due is not None:
        known.taken.add(known.due)
    known.task_id, known.due, known.version = row.task_id, due, row.version
    known.is_open, known.postponed = state == Task.State.OPEN, row.postponed


def unchanged(versions: Mapping[int, int]) -> set[int]:
    """Lock these tasks and return those whose version is unchanged: nobody has answered meanwhile."""
    same: set[int] = set()
    for part in chunks(sorted(versions)):
        rows = Task.objects.select_for_update().filter(pk__in=part).values_list("id", "version")
        same |= {pk for pk, version in rows if versions[pk] == version}
    return same


def open_ids(customer_ids: Collection[int] | None, sources: Collection[str] | None) -> set[int]:
    """Return the ids of open tasks, of some customers and sources only where given."""
    rows = Task.objects.filter(state=Task.State.OPEN)
    if sources is not None:
        rows = rows.filter(source__in=sources)
    if customer_ids is None:
        return set(rows.values_list("id", flat=True))
    return {
        pk
        for part in chunks(sorted(customer_ids))
        for pk in rows.filter(customer_id__in=part).values_list("id", flat=True)
    }
