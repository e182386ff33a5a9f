"""The background job behind an upload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zhike.core.imports.problems import FileProblem
from zhike.core.imports.runner import Cancelled, resume
from zhike.core.imports.wizard import JOB
from zhike.core.jobs import JobCancelled, JobContext, job
from zhike.core.models.imports import ImportRun
from zhike.core.permissions import SYSTEM, Viewer

_viewer_by_login: list[Callable[[str], Viewer]] = []


def viewers_come_from(find: Callable[[str], Viewer]) -> None:
    """State how a login becomes a viewer (the staff room does): a job has the person's rights of now."""
    _viewer_by_login[:] = [find]


@job(JOB, subprocess=True)
def run_upload(ctx: JobContext, run_id: int) -> dict[str, Any] | None:
    """Import an upload with the rights its person has now; a killed worker's run goes on where it was."""
    run = ImportRun.objects.filter(pk=run_id).exclude(state__in=["done", "cancelled"]).first()
    if run is None:
        return None
    try:
        found = resume(
            run, by=_viewer(run), watch=lambda phase, done, total: ctx.progress(done, total, phase)
        )
    except Cancelled:
        raise JobCancelled from None
    except FileProblem as problem:
        if problem.code == "run_interrupted":
            raise
        return {"problem": problem.code}
    return {name: found[name] for name in ("rows", "created", "updated", "unchanged", "skipped", "rejected")}


def _viewer(run: ImportRun) -> Viewer:
    return _viewer_by_login[0](run.by_login) if run.by_id is not None and _viewer_by_login else SYSTEM
