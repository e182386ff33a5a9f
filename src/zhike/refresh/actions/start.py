"""Asking for a turn of the loop."""

from __future__ import annotations

from typing import Any

from zhike.core import jobs
from zhike.core.changes import log_only
from zhike.core.jobs import JobContext, job
from zhike.core.models import Job
from zhike.core.permissions import SYSTEM, Viewer

JOB = "refresh.run"


def start_refresh(*, by: Viewer) -> Job:
    """Queue a refresh; pressed twice it is the same job."""
    by.require("refresh.run")
    queued = jobs.enqueue(JOB, by=by, key=JOB)
    log_only("refresh.start", by=by, model="core.job", object_id=queued.pk)
    return queued


@job(JOB, subprocess=True)
def refresh_job(ctx: JobContext) -> dict[str, Any]:
    """Do one turn as of today, in a process of its own."""
    from zhike.refresh.actions.run import PHASES, run_refresh

    def progress(phase: str) -> None:
        done = PHASES.index(phase) if phase in PHASES else len(PHASES) - 1
        ctx.progress(done, len(PHASES), note=phase)

    run = run_refresh(progress=progress, by=SYSTEM)
    ctx.progress(len(PHASES), len(PHASES))
    return {"run": run.pk, "customers": run.customers, "seconds": run.seconds.get("total", 0)}
