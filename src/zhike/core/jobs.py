"""Leased jobs: queue, claim, run, take over after a crash.

A job is a function ``run(ctx, **args)`` registered with :func:`job`. It does short steps and calls
``ctx.progress(...)`` between them, which renews the lease, shows progress and notices a cancel. Jobs are
idempotent: a worker killed in the middle loses its lease and the job is run again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from zhike.core.clock import firm_zone, now
from zhike.core.models import Job, Schedule
from zhike.core.permissions import SYSTEM, Viewer

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
_RENEW_EVERY = 2.0
_RETRY_SECONDS = 30

JobFunction = Callable[..., dict[str, Any] | None]
_registry: dict[str, JobFunction] = {}
_subprocess_jobs: set[str] = set()


class JobCancelled(Exception):
    """Raised inside a job when somebody asked it to stop."""


class LeaseLost(Exception):
    """Raised inside a job whose lease another worker took over: stop at once, write nothing more."""


def job(name: str, *, subprocess: bool = False) -> Callable[[JobFunction], JobFunction]:
    """Register a job; ``subprocess=True`` runs it in a process of its own (memory returns)."""

    def register(function: JobFunction) -> JobFunction:
        _registry[name] = function
        if subprocess:
            _subprocess_jobs.add(name)
        return function

    return register


def runs_in_subprocess(name: str) -> bool:
    """Tell whether this job wants a process of its own."""
    return name in _subprocess_jobs


@dataclass
class JobContext:
    """What a running job may do with its own row."""

    job_id: int
    owner: str
    by_id: int | None = None
    _renewed: float = field(default=0.0)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Show progress and renew the lease (at most every two seconds).

        Raises when cancelled or taken over.
        """
        if time.monotonic() - self._renewed < _RENEW_EVERY and done != total:
            return
        self._renewed = time.monotonic()
        mine = Job.objects.filter(pk=self.job_id, lease_owner=self.owner, state=Job.State.RUNNING)
        kept = mine.update(
            progress_done=done,
            progress_total=total,
            progress_note=note[:200],
            lease_until=now() + timedelta(seconds=LEASE_SECONDS),
        )
        if not kept:
            raise LeaseLost
        if mine.filter(cancel_requested=True).exists():
            raise JobCancelled


def enqueue(
    name: str,
    args: dict[str, Any] | None = None,
    *,
    by: Viewer = SYSTEM,
    key: str = "",
    run_at: datetime | None = None,
    max_attempts: int = 3,
) -> Job:
    """Queue a job in the caller's transaction.

    With a ``key`` an already waiting or running one is returned.
    """
    active = Q(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    if key and (existing := Job.objects.filter(active, key=key).first()):
        return existing
    try:
        with transaction.atomic():
            return Job.objects.create(
                name=name,
                args=args or {},
                key=key,
                by_id=by.user_id,
                run_at=run_at or now(),
                max_attempts=max_attempts,
            )
    except IntegrityError:
        return Job.objects.get(active, key=key)


def cancel(job_id: int) -> None:
    """Ask a job to stop; one that has not begun is cancelled at once."""
    Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=now())
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(cancel_requested=True)


def retry(job_id: int) -> None:
    """Queue a dead job again, attempts counted anew."""
    Job.objects.filter(pk=job_id, state=Job.State.DEAD).update(
        state=Job.State.QUEUED, attempts=0, error="", run_at=now(), cancel_requested=False
    )


def claim(owner: str) -> Job | None:
    """Take the next due job, or one whose worker died; returns None when there is nothing to do."""
    due = Q(state=Job.State.QUEUED, run_at__lte=now())
    orphaned = Q(state=Job.State.RUNNING, lease_until__lt=now())
    for candidate in Job.objects.filter(due | orphaned).order_by("run_at", "id")[:10]:
        taken = Job.objects.filter(
            due | orphaned, pk=candidate.pk, state=candidate.state, lease_until=candidate.lease_until
        ).update(
            state=Job.State.RUNNING,
            attempts=F("attempts") + 1,
            lease_owner=owner,
            lease_until=now() + timedelta(seconds=LEASE_SECONDS),
            started_at=now(),
        )
        if taken:
            return Job.objects.get(pk=candidate.pk)
    return None


def run(claimed: Job, owner: str) -> Job.State:
    """Run a claimed job to its end and store what came of it."""
    if claimed.attempts > claimed.max_attempts:
        return _finish(
            claimed, owner, Job.State.DEAD, error=claimed.error or "its worker died each time it was tried"
        )
    function = _registry.get(claimed.name)
    if function is None:
        return _finish(claimed, owner, Job.State.DEAD, error=f"no job {claimed.name} in this version")
    try:
        result = function(JobContext(claimed.pk, owner, claimed.by_id), **claimed.args)
    except JobCancelled:
        return _finish(claimed, owner, Job.State.CANCELLED)
    except LeaseLost:
        return Job.State.RUNNING
    except Exception as error:
        logger.exception("job failed", extra={"job": claimed.pk, "job_name": claimed.name})
        return _failed(claimed, owner, error)
    return _finish(claimed, owner, Job.State.DONE, result=result)


def hand_back(claimed: Job, owner: str) -> None:
    """Queue a job again that its worker stopped because it was told to end: no attempt is used up."""
    Job.objects.filter(pk=claimed.pk, state=Job.State.RUNNING, lease_owner=owner).update(
        state=Job.State.QUEUED, attempts=F("attempts") - 1, lease_owner="", lease_until=None, run_at=now()
    )


def _failed(claimed: Job, owner: str, error: Exception) -> Job.State:
    text = f"{type(error).__name__}: {error}"[:2000]
    if claimed.attempts >= claimed.max_attempts or isinstance(error, TypeError):
        return _finish(claimed, owner, Job.State.DEAD, error=text)
    Job.objects.filter(pk=claimed.pk, lease_owner=owner).update(
        state=Job.State.QUEUED,
        lease_owner="",
        lease_until=None,
        error=text,
        run_at=now() + timedelta(seconds=_RETRY_SECONDS * claimed.attempts),
    )
    return Job.State.QUEUED


def _finish(
    claimed: Job, owner: str, state: Job.State, *, result: dict[str, Any] | None = None, error: str = ""
) -> Job.State:
    Job.objects.filter(pk=claimed.pk, lease_owner=owner).update(
        state=state, result=result, error=error, finished_at=now(), lease_until=None
    )
    return state


def schedule(name: str, *, every_seconds: int | None = None, daily_at: day_time | None = None) -> None:
    """Make sure a recurring job is in the schedule (an existing row, perhaps edited by people, is kept)."""
    Schedule.objects.get_or_create(
        pk=name,
        defaults={
            "every_seconds": every_seconds,
            "daily_at": daily_at,
            "next_run_at": _next_run(every_seconds, daily_at, now()),
        },
    )


def enqueue_scheduled() -> int:
    """Queue the jobs whose time has come, each once however many workers look; returns how many."""
    count = 0
    for row in Schedule.objects.filter(enabled=True, next_run_at__lte=now()):
        following = _next_run(row.every_seconds, row.daily_at, now())
        mine = Schedule.objects.filter(pk=row.pk, next_run_at=row.next_run_at).update(next_run_at=following)
        if mine:
            enqueue(row.job, key=f"schedule:{row.job}")
            count += 1
    return count


def _next_run(every_seconds: int | None, daily_at: day_time | None, after: datetime) -> datetime:
    if daily_at is None:
        return after + timedelta(seconds=every_seconds or 3600)
    zone = firm_zone()
    local = after.astimezone(zone)
    candidate = datetime.combine(local.date(), daily_at, tzinfo=zone)
    if candidate <= local:
        candidate = datetime.combine(local.date() + timedelta(days=1), daily_at, tzinfo=zone)
    return candidate.astimezone(UTC)
