"""One chunk in one transaction: what the importer wrote, what became of each row, the run's new position."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, transaction

from zhike.core.errors import Forbidden, StorageFull, ZhikeError
from zhike.core.imports.importer import Batch, BatchResult, ImportContext, Importer, RowState
from zhike.core.imports.problems import Problem, problem_of
from zhike.core.imports.transform import Chunk, Issue, Judged, Transform, reject_groups, spans_of
from zhike.values.problems import InvalidValue

logger = logging.getLogger(__name__)

DATA_FAULTS = (IntegrityError, DataError, InvalidValue, OverflowError)


@dataclass(slots=True)
class Outcome:
    """What became of a chunk.

    Rows per state, issues in row order, objects, and who was created from which row.
    """

    states: Counter[int] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    objects: dict[str, list[int]] = field(default_factory=dict)
    created_objects: list[tuple[str, int, int]] = field(default_factory=list)
    keys: dict[str, set[Any]] = field(default_factory=dict)


def apply_chunk(
    importer: Importer, transform: Transform, chunk: Chunk, judged: Judged, ctx: ImportContext
) -> Outcome:
    """Hand the good rows to the importer and settle every row; runs inside the caller's transaction."""
    outcome = Outcome()
    states, issues = judged.states, judged.issues
    if len(judged.batch):
        result = _apply(importer, judged.batch, ctx)
        _take_over(transform, chunk, judged, result)
        outcome.objects, outcome.keys = result.objects, result.keys
        rows = judged.batch.rows
        outcome.created_objects = [(kind, rows[index], pk) for kind, index, pk in result.created_objects]
    if importer.lines:
        reject_groups(chunk.rows, spans_of(chunk.groups)[1], states, issues)
    outcome.states = Counter(states)
    outcome.issues = [issues[i] for i in sorted(issues)]
    return outcome


def _take_over(transform: Transform, chunk: Chunk, judged: Judged, result: BatchResult) -> None:
    good = judged.good
    for index, state in zip(good, result.states, strict=True):
        judged.states[index] = state
    for index, (name, problem) in result.problems.items():
        at = good[index]
        shown = transform.shown(name, chunk, at) if name in transform.columns else ""
        judged.issues[at] = Issue(
            chunk.rows[at], result.states[index], name, shown, problem.code, dict(problem.params)
        )


def _apply(importer: Importer, batch: Batch, ctx: ImportContext) -> BatchResult:
    """Apply a batch; when its data make the database refuse, find the guilty record by halving."""
    try:
        with transaction.atomic():
            return importer.apply(batch, ctx)
    except (Forbidden, StorageFull):
        raise
    except (*DATA_FAULTS, ZhikeError) as error:
        ctx.cache.clear()
        if len(batch.groups) > 1:
            return _halved(importer, batch, ctx)
        return _refused(batch, error)


def _refused(batch: Batch, error: Exception) -> BatchResult:
    logger.warning(
        "import: a record was refused", extra={"error": type(error).__name__, "row": batch.rows[0]}
    )
    result = BatchResult(len(batch))
    problem = _problem_of(error)
    for index in range(len(batch)):
        result.states[index] = RowState.REJECTED
        result.problems[index] = ("", problem)
    return result


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, ZhikeError):
        return Problem(error.message, error.params)
    if isinstance(error, InvalidValue):
        return problem_of(error)
    return Problem("refused_by_database", {"error": type(error).__name__})


def _halved(importer: Importer, batch: Batch, ctx: ImportContext) -> BatchResult:
    middle = len(batch.groups) // 2
    border = batch.groups[middle].start
    whole = BatchResult(len(batch))
    for offset, part in ((0, _part(batch, 0, middle)), (border, _part(batch, middle, len(batch.groups)))):
        _merge(whole, _apply(importer, part, ctx), offset)
    return whole


def _part(batch: Batch, first: int, last: int) -> Batch:
    a, b = batch.groups[first].start, batch.groups[last - 1].stop
    return Batch(
        rows=batch.rows[a:b],
        columns={name: column[a:b] for name, column in batch.columns.items()},
        groups=[slice(g.start - a, g.stop - a) for g in batch.groups[first:last]],
        positions=batch.positions[a:b],
        mapped=batch.mapped,
    )


def _merge(whole: BatchResult, part: BatchResult, offset: int) -> None:
    whole.states[offset : offset + len(part.states)] = part.states
    whole.problems |= {offset + i: problem for i, problem in part.problems.items()}
    whole.created_objects += [(kind, offset + i, pk) for kind, i, pk in part.created_objects]
    for kind, (created, updated) in part.objects.items():
        whole.count(kind, created=created, updated=updated)
    for kind, keys in part.keys.items():
        whole.keys.setdefault(kind, set()).update(keys)


def rows_by_state(states: Counter[int]) -> dict[str, int]:
    """Return rows per state by the names the run's columns have."""
    return {state.name.lower(): states.get(int(state), 0) for state in RowState}
