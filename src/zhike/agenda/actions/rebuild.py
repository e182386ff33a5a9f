"""Building the list: all sources, ranked, arranged and stored in one pass."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from zhike.agenda.actions.learn import learn_weights, measure_results
from zhike.agenda.models import Build, Task
from zhike.agenda.queries.board import arranged
from zhike.agenda.queries.failures import FIGURE, latest_build
from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.table import chunks
from zhike.agenda.queries.stored import Known, known_tasks, open_ids, unchanged
from zhike.agenda.queries.texts import stored
from zhike.agenda.rules.board import Entry, Key
from zhike.core.changes import change
from zhike.core.clock import now
from zhike.core.permissions import SYSTEM, Viewer
from zhike.core.plugs import TaskContext

_PART = 5000
_KEEP_EXPIRED_DAYS = 60
_WRITTEN = [
    "due", "deadline", "owner", "team", "for_role", "state", "is_lead", "promised", "not_before", "postponed",
    "channel", "minutes", "value_at_stake", "urgency", "chance", "weight", "rank", "why", "how", "words",
]  # fmt: skip


def rebuild_tasks(run_id: int, as_of: date, *, by: Viewer = SYSTEM) -> Mapping[str, Any]:
    """Build everybody's list for ``as_of``; answered tasks stay answered, expired ones are closed.

    Set-based: one scan per source, parts of some thousand rows per transaction, whole lists at a time.
    """
    started = time.perf_counter()
    learn_weights(as_of, by=by)
    failed: dict[str, str] = {}
    entries = arranged(TaskContext(as_of, agenda_settings().horizon_days), failed=failed)
    counts = store(entries, as_of, by=by)
    measure_results(as_of, by=by)
    figures: dict[str, Any] = {**counts, "customers": len({e.draft.customer_id for e in entries})}
    if failed:
        figures[FIGURE] = failed
    with change("agenda.rebuild", by=by) as c:
        c.create(
            Build,
            as_of=as_of,
            run_id=run_id,
            built_at=now(),
            seconds=time.perf_counter() - started,
            figures=figures,
        )
    return figures


def recompute(
    customer_ids: Collection[int], as_of: date, *, sources: Collection[str] | None = None, by: Viewer
) -> int:
    """Build anew the tasks of a few customers (something about them changed); returns how many are open."""
    ids = sorted(set(customer_ids))
    context = TaskContext(as_of, agenda_settings().horizon_days, ids)
    failed: dict[str, str] = {}
    entries = arranged(context, sources=sources, failed=failed)
    store(entries, as_of, by=by, customer_ids=ids, sources=sources)
    if failed:
        _note_failed(failed, by=by)
    return len(entries)


def _note_failed(failed: Mapping[str, str], *, by: Viewer) -> None:
    """Add sources that failed during the day to the build they belong to; the next build starts afresh."""
    build = latest_build()
    if build is None or build.figures.get(FIGURE, {}) | failed == build.figures.get(FIGURE):
        return
    with change("agenda.note_failed", by=by) as c:
        locked = Build.objects.select_for_update().get(pk=build.pk)
        known = locked.figures.get(FIGURE, {})
        c.update(locked, figures={**locked.figures, FIGURE: known | failed})


def store(
    entries: Sequence[Entry],
    as_of: date,
    *,
    by: Viewer,
    customer_ids: Sequence[int] | None = None,
    sources: Collection[str] | None = None,
) -> dict[str, int]:
    """Upsert the entries, close what is no longer a reason; returns counts by what happened."""
    known = known_tasks(sorted({e.draft.customer_id for e in entries}))
    before = open_ids(customer_ids, sources)
    kept: set[int] = set()
    counts = {"created": 0, "updated": 0, "expired": 0}
    for part in _parts(entries):
        _store_part(part, known, as_of, by, kept, counts)
    gone = sorted(before - kept)
    for ids in chunks(gone, _PART):
        with change("agenda.expire", by=by) as c:
            counts["expired"] += Task.objects.filter(pk__in=ids, state=Task.State.OPEN).update(
                state=Task.State.EXPIRED, postponed=False, quiet_until=None
            )
            c.touched("agenda.task", ids, ["state"])
    if customer_ids is None:
        old = as_of - timedelta(days=_KEEP_EXPIRED_DAYS)
        Task.objects.filter(state=Task.State.EXPIRED, due__lt=old, answers__isnull=True).delete()
    return counts


def _parts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Parts for one transaction each, never cutting through one person's list."""
    ordered = sorted(entries, key=lambda e: (e.assignee[0], e.assignee[1] or 0))
    part: list[Entry] = []
    for found in ordered:
        if len(part) >= _PART and found.assignee != part[-1].assignee:
            yield part
            part = []
        part.append(found)
    if part:
        yield part


def _store_part(
    part: Sequence[Entry],
    known: Mapping[Key, Known],
    as_of: date,
    by: Viewer,
    kept: set[int],
    counts: dict[str, int],
) -> None:
    existing, new = [], []
    for found in part:
        row = known.get(found.key, Known())
        task = _task(found, row, as_of)
        if row.task_id is not None:
            existing.append(task)
        elif task.due not in row.taken:
            new.append(task)
    with change("agenda.store", by=by) as c:
        same = unchanged({t.pk: known[(t.source, t.customer_id, t.subject)].version for t in existing})
        kept.update(t.pk for t in existing)
        existing = [t for t in existing if t.pk in same]
        Task.objects.bulk_create(
            existing, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN
        )
        Task.objects.bulk_create(new, ignore_conflicts=True)
        c.touched("agenda.task", [t.pk for t in existing], _WRITTEN)
    counts["created"] += len(new)
    counts["updated"] += len(existing)


def _task(found: Entry, row: Known, as_of: date) -> Task:
    draft, way = found.draft, found.approach
    due = draft.due
    if row.due is not None and (draft.due in row.taken or (draft.due == as_of and row.due < as_of)):
        due = row.due
    not_before = max(found.not_before, date(1900, 1, 1))
    return Task(
        pk=row.task_id,
        source=draft.source,
        customer_id=draft.customer_id,
        subject=draft.subject,
        due=due,
        deadline=draft.expires,
        owner_id=found.owner_id,
        team_id=found.team_id,
        for_role=draft.for_role,
        state=Task.State.OPEN,
        is_lead=found.is_lead,
        promised=draft.promised,
        not_before=not_before,
        postponed=row.postponed and row.is_open and not_before > as_of,
        channel=way.channel if way else draft.channel,
        minutes=draft.minutes,
        value_at_stake=draft.value_at_stake,
        urgency=draft.urgency,
        chance=draft.chance,
        weight=found.weight,
        rank=found.rank,
        why=stored(draft.why),
        how=stored(_how(found)),
        words=stored(draft.words),
    )


def _how(found: Entry) -> list[tuple[str, dict[str, Any]]]:
    way = found.approach
    if way is None or not way.note:
        return []
    if way.note == "tried_before":
        return [("how.tried_before", {"channel": way.missed_by, "n": way.misses})]
    return [(f"how.{way.note}", {} if way.note == "no_contact" else {"wanted": found.draft.channel})]
