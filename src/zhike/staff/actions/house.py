"""Jobs and dead letters, looked after by people."""

from __future__ import annotations

from zhike.core import jobs, outbox
from zhike.core.changes import change
from zhike.core.permissions import Viewer


def retry_job(pk: int, *, by: Viewer) -> None:
    """Queue a job again that was given up."""
    by.require("settings.jobs")
    with change("staff.retry_job", by=by) as c:
        jobs.retry(pk)
        c.touched("core.job", [pk])


def cancel_job(pk: int, *, by: Viewer) -> None:
    """Ask a job to stop."""
    by.require("settings.jobs")
    with change("staff.cancel_job", by=by) as c:
        jobs.cancel(pk)
        c.touched("core.job", [pk])


def retry_delivery(pk: int, *, by: Viewer) -> None:
    """Try a dead letter again."""
    by.require("settings.jobs")
    with change("staff.retry_delivery", by=by) as c:
        outbox.retry(pk)
        c.touched("core.outboxdelivery", [pk])
