"""One process at a time works on a run: a lease that names its owner, and that a dead owner loses at once."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

import psutil

from zhike.core.clock import now
from zhike.core.imports.problems import FileProblem
from zhike.core.jobs import LeaseLost
from zhike.core.models.imports import ImportRun

LEASE_SECONDS = 120


def owner_name() -> str:
    """Return a name for this process's hold on a run: host, process, its start, and a nonce."""
    started = int(psutil.Process().create_time())
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{started}:{secrets.token_hex(4)}"


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this host that no longer runs."""
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or parts[0] != socket.gethostname()[:60]:
        return False
    try:
        return int(psutil.Process(int(parts[1])).create_time()) != int(parts[2])
    except (psutil.Error, ValueError):
        return True


def acquire(run: ImportRun) -> str:
    """Take the run for this process; raises :class:`FileProblem` ``run_busy`` while another one has it."""
    held = run.lease_owner and run.lease_until and run.lease_until > now()
    if held and not is_dead(run.lease_owner):
        raise _busy(run)
    owner = owner_name()
    same = ImportRun.objects.filter(pk=run.pk, lease_owner=run.lease_owner, lease_until=run.lease_until)
    if not same.update(lease_owner=owner, lease_until=_until()):
        raise _busy(run)
    run.refresh_from_db()
    return owner


def _busy(run: ImportRun) -> FileProblem:
    since = run.started_at or run.created_at
    return FileProblem("run_busy", since=since.isoformat(timespec="seconds"))


def _until() -> object:
    return now() + timedelta(seconds=LEASE_SECONDS)


def keep(run: ImportRun, owner: str, **values: object) -> bool:
    """Set columns of the run and renew the lease; returns whether a cancel was asked for.

    Raises :class:`~zhike.core.jobs.LeaseLost` where another process has taken over: the caller rolls back.
    """
    mine = ImportRun.objects.filter(pk=run.pk, lease_owner=owner)
    if not mine.update(lease_until=_until(), **values):
        raise LeaseLost
    return mine.filter(cancel_requested=True).exists()


def release(run: ImportRun, owner: str) -> None:
    """Give the run back."""
    ImportRun.objects.filter(pk=run.pk, lease_owner=owner).update(lease_owner="", lease_until=None)
