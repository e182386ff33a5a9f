"""One run at a time: beginning, signs of life, taking over from a run that died."""

from __future__ import annotations

import os
import socket
import time
from datetime import date
from typing import Final

from django.db import IntegrityError

from zhike.core.changes import change
from zhike.core.clock import now
from zhike.core.errors import Conflict
from zhike.core.permissions import Viewer
from zhike.refresh.models import RefreshRun
from zhike.refresh.queries.runs import lives

_BEAT_EVERY: Final = 2.0
_beaten: dict[int, float] = {}


class RunTakenOver(Exception):
    """This run was taken for dead and closed; it must write nothing more."""


def begin(*, as_of: date, full: bool, engine: str, by: Viewer) -> RefreshRun:
    """Start a run; raises :class:`Conflict` while another one lives."""
    close_abandoned()
    at = now()
    try:
        with change("refresh.begin_run", by=by) as c:
            run: RefreshRun = c.create(
                RefreshRun, as_of=as_of, full=full, engine=engine, by_id=by.user_id, started_at=at,
                beat_at=at, host=socket.gethostname(), pid=os.getpid(),
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("A refresh is running already. Wait for its end, then try again.") from None
    return run


def close_abandoned() -> int:
    """Mark runs as failed whose process is gone; returns how many."""
    closed = 0
    for run in RefreshRun.objects.filter(state=RefreshRun.State.RUNNING):
        if not lives(run):
            closed += RefreshRun.objects.filter(
                pk=run.pk, state=RefreshRun.State.RUNNING, beat_at=run.beat_at
            ).update(state=RefreshRun.State.FAILED, finished_at=now(), error="process_ended")
    return closed


def beat(run: RefreshRun, phase: str) -> None:
    """Give a sign of life (at most every two seconds, and at each new phase)."""
    if run.phase == phase and time.monotonic() - _beaten.get(run.pk, 0.0) < _BEAT_EVERY:
        return
    _beaten[run.pk] = time.monotonic()
    run.phase = phase
    mine = RefreshRun.objects.filter(pk=run.pk, state=RefreshRun.State.RUNNING)
    if not mine.update(beat_at=now(), phase=phase):
        raise RunTakenOver


def fail(run: RefreshRun, error: str) -> None:
    """Close a run that failed."""
    RefreshRun.objects.filter(pk=run.pk, state=RefreshRun.State.RUNNING).update(
        state=RefreshRun.State.FAILED, finished_at=now(), error=error[:2000]
    )
