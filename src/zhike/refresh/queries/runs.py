"""Runs of the loop."""

from __future__ import annotations

import os
import socket
from datetime import date, timedelta
from typing import Final

import psutil

from zhike.core.clock import now, today
from zhike.core.errors import NotFound
from zhike.core.models import Job
from zhike.core.permissions import Viewer
from zhike.refresh.models import RefreshRun

JOB: Final = "refresh.run"
STALE_SECONDS: Final = 90
READERS: Final = ("insight.read", "refresh.run", "settings.jobs")


def last_published() -> RefreshRun | None:
    """Return the run whose scores are in place (the house's own use)."""
    return RefreshRun.objects.filter(published_at__isnull=False).order_by("-published_at", "-id").first()


def baseline_run(as_of: date) -> RefreshRun | None:
    """Return the last published run of an earlier day: what changes are measured against."""
    earlier = RefreshRun.objects.filter(published_at__isnull=False, as_of__lt=as_of)
    return earlier.order_by("-as_of", "-published_at", "-id").first()


def latest_run(viewer: Viewer) -> RefreshRun | None:
    """Return the run whose scores are in place, for anybody who works with scores; None before the first."""
    viewer.require("customers.read")
    return last_published()


def runs(viewer: Viewer, limit: int = 30) -> list[RefreshRun]:
    """Return the latest runs, newest first."""
    _require(viewer)
    return list(RefreshRun.objects.order_by("-started_at", "-id")[: min(max(limit, 1), 200)])


def get_run(pk: int, viewer: Viewer) -> RefreshRun:
    """Return one run; raises :class:`NotFound`."""
    _require(viewer)
    run = RefreshRun.objects.filter(pk=pk).first()
    if run is None:
        raise NotFound
    return run


def previous_run(run: RefreshRun, viewer: Viewer) -> RefreshRun | None:
    """Return the run that this one's changes are measured against."""
    _require(viewer)
    return baseline_run(run.as_of)


def running(viewer: Viewer) -> RefreshRun | None:
    """Return the run in progress, if there is one (``phase`` says where it is).

    One that is queued and not begun is an unsaved row of phase ``waiting``; one whose process died is none.
    """
    _require(viewer)
    run = RefreshRun.objects.filter(state=RefreshRun.State.RUNNING).first()
    if run is not None and lives(run):
        return run
    waiting = Job.objects.filter(name=JOB, state__in=[Job.State.QUEUED, Job.State.RUNNING]).first()
    if waiting is None:
        return None
    return RefreshRun(
        as_of=today(), started_at=waiting.created_at, beat_at=waiting.created_at, phase="waiting"
    )


def lives(run: RefreshRun) -> bool:
    """Tell whether a run's process is there: by its id on this host, by its last sign of life elsewhere."""
    if run.host == socket.gethostname() and run.pid != os.getpid() and not psutil.pid_exists(run.pid):
        return False
    return run.beat_at >= now() - timedelta(seconds=STALE_SECONDS)


def _require(viewer: Viewer) -> None:
    if not any(viewer.can(permission) for permission in READERS):
        viewer.require(READERS[0])


def kept_score_runs(days: int) -> list[int]:
    """Return the runs whose scores stay in the warehouse: the latest of each of the last days looked from."""
    kept: dict[date, int] = {}
    published = RefreshRun.objects.filter(published_at__isnull=False).order_by("-published_at", "-id")
    for pk, as_of in published.values_list("id", "as_of").iterator():
        if as_of not in kept:
            if len(kept) == days:
                break
            kept[as_of] = pk
    return list(kept.values())
