"""What must hold in the house itself, proved by ``zhike doctor``."""

from __future__ import annotations

from django.db import connection

from zhike.core import plugs
from zhike.core.jobs_builtin import seal_of
from zhike.core.models import ChangelogEntry, Job, OutboxDelivery

_SHOWN = 20


def changelog_chain() -> list[str]:
    """Return entries whose seal does not follow from their content and the entry before."""
    wrong: list[str] = []
    previous = ""
    for entry in ChangelogEntry.objects.exclude(seal="").order_by("id").iterator(chunk_size=2000):
        if entry.seal != seal_of(entry, previous):
            wrong.append(f"changelog entry {entry.pk} was altered, or the one before it is missing")
        previous = entry.seal
        if len(wrong) >= _SHOWN:
            break
    return wrong


def running_jobs_have_leases() -> list[str]:
    """Return jobs that are running without a lease that any worker could take over."""
    lost = Job.objects.filter(state=Job.State.RUNNING, lease_until__isnull=True)
    return [f"job {job.pk} {job.name} is running without a lease" for job in lost[:_SHOWN]]


def dead_letters() -> list[str]:
    """Return deliveries and jobs that were given up; Settings shows them and can try them again."""
    deliveries = OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD)[:_SHOWN]
    jobs = Job.objects.filter(state=Job.State.DEAD)[:_SHOWN]
    return [f"delivery {d.pk} to {d.handler}: {d.error}" for d in deliveries] + [
        f"job {j.pk} {j.name}: {j.error}" for j in jobs
    ]


def database_integrity() -> list[str]:
    """Run the database's own checks (SQLite: integrity and foreign keys.

    PostgreSQL keeps foreign keys itself).
    """
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        found = [row[0] for row in cursor.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
        orphans = cursor.execute("PRAGMA foreign_key_check").fetchmany(_SHOWN)
    return found + [f"{table} row {row} points to a missing {parent}" for table, row, parent, _ in orphans]


def register() -> None:
    """Hang the invariants in; called once when the app is ready."""
    for key, label, check in (
        ("core.database", "the database is sound", database_integrity),
        ("core.changelog", "the changelog is unbroken", changelog_chain),
        ("core.jobs", "no job runs without a lease", running_jobs_have_leases),
        ("core.dead_letters", "nothing was given up", dead_letters),
    ):
        plugs.invariants.add(plugs.Invariant(key, label, check, order=10))
