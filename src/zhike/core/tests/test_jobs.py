"""Leased jobs: once per key, taken over after a crash, dead after too many tries, cancelled on request."""

from datetime import time, timedelta

import pytest
from django.db import transaction

from zhike.core import jobs
from zhike.core.changes import log_only
from zhike.core.clock import firm_zone, now
from zhike.core.invariants import changelog_chain
from zhike.core.models import ChangelogEntry, IdempotencyKey, Job, Schedule
from zhike.core.permissions import SYSTEM
from zhike.core.worker import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    before = dict(jobs._registry)
    yield jobs._registry
    jobs._registry.clear()
    jobs._registry.update(before)


def lose_lease():
    Job.objects.update(lease_until=now() - timedelta(seconds=1))


def test_a_job_runs_and_keeps_its_result(registry):
    @jobs.job("test.add")
    def add(ctx, a, b):
        ctx.progress(1, 1, "adding")
        return {"sum": a + b}

    jobs.enqueue("test.add", {"a": 2, "b": 3})
    Worker().drain()
    job = Job.objects.get()
    assert (job.state, job.result, job.progress_done, job.attempts) == ("done", {"sum": 5}, 1, 1)


def test_the_same_key_is_queued_once_while_it_waits():
    first = jobs.enqueue("test.any", key="refresh")
    assert jobs.enqueue("test.any", key="refresh").pk == first.pk
    Job.objects.update(state="done")
    assert jobs.enqueue("test.any", key="refresh").pk != first.pk


def test_two_workers_never_hold_the_same_job():
    jobs.enqueue("test.any")
    assert jobs.claim("one") is not None
    assert jobs.claim("two") is None


def test_a_dead_workers_job_is_taken_over_and_the_late_one_writes_nothing_more(registry):
    @jobs.job("test.slow")
    def slow(ctx):
        return {"by": ctx.owner}

    jobs.enqueue("test.slow")
    late = jobs.claim("first")
    lose_lease()
    taken = jobs.claim("second")
    assert taken is not None
    assert taken.pk == late.pk
    assert jobs.run(taken, "second") == "done"
    jobs.run(late, "first")
    assert Job.objects.get().result == {"by": "second"}


def test_a_job_whose_worker_dies_each_time_is_given_up():
    jobs.enqueue("test.any", max_attempts=2)
    for _ in range(3):
        claimed = jobs.claim("w")
        lose_lease()
    assert jobs.run(claimed, "w") == "dead"


def test_failure_is_retried_then_dead_then_retried_by_hand(registry):
    @jobs.job("test.broken")
    def broken(ctx):
        raise RuntimeError("out of paper")

    jobs.enqueue("test.broken", max_attempts=2)
    Worker().drain()
    Job.objects.update(run_at=now())
    Worker().drain()
    job = Job.objects.get()
    assert (job.state, job.attempts, job.error) == ("dead", 2, "RuntimeError: out of paper")
    jobs.retry(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)


def test_arguments_of_another_version_are_a_dead_letter_at_once(registry):
    @jobs.job("test.args")
    def args(ctx, wanted):
        return None

    jobs.enqueue("test.args", {"unknown": 1})
    Worker().drain()
    assert Job.objects.get().state == "dead"


def test_a_job_that_breaks_or_is_unknown_leaves_the_worker_to_the_next(registry):
    @jobs.job("test.breaks")
    def breaks(ctx):
        raise ImportError("no module named that")

    @jobs.job("test.fine")
    def fine(ctx):
        return {"done": True}

    for name in ("test.breaks", "test.of_a_later_version", "test.fine"):
        jobs.enqueue(name, max_attempts=1)
    Worker().drain()
    assert dict(Job.objects.values_list("name", "state")) == {
        "test.breaks": "dead",
        "test.of_a_later_version": "dead",
        "test.fine": "done",
    }


def test_a_job_of_a_write_that_is_rolled_back_never_runs(registry):
    ran = []

    @jobs.job("test.follows")
    def follows(ctx):
        ran.append(ctx.job_id)

    with transaction.atomic():
        jobs.enqueue("test.follows")
        transaction.set_rollback(True)
    Worker().drain()
    assert (ran, Job.objects.count()) == ([], 0)


def test_a_job_handed_back_waits_for_the_next_worker_with_its_attempts(registry):
    jobs.enqueue("test.any")
    claimed = jobs.claim("told to end")
    jobs.hand_back(claimed, "somebody else")
    assert Job.objects.get().state == "running"
    jobs.hand_back(claimed, "told to end")
    job = Job.objects.get()
    assert (job.state, job.attempts, job.lease_owner) == ("queued", 0, "")
    assert jobs.claim("next").pk == claimed.pk


@pytest.mark.parametrize("name", ["core.seal_changelog", "core.clear_expired"])
def test_the_houses_own_jobs_do_the_same_twice_and_after_a_death_as_once(name):
    log_only("test.something", by=SYSTEM)
    old = now() - timedelta(days=40)
    ChangelogEntry.objects.update(at=old)
    IdempotencyKey.objects.create(user_id=1, key="k", fingerprint="f")
    IdempotencyKey.objects.update(created_at=old)
    jobs.enqueue(name)
    jobs.claim("dies")
    lose_lease()
    Worker().drain()
    once = rows_of_the_house()
    jobs.enqueue(name)
    Worker().drain()
    assert rows_of_the_house() == once
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert changelog_chain() == []


def rows_of_the_house():
    entries = list(ChangelogEntry.objects.order_by("id").values_list("id", "seal"))
    return entries, IdempotencyKey.objects.count()


def test_cancel_stops_a_running_job_at_its_next_step(registry):
    @jobs.job("test.long")
    def long(ctx):
        jobs.cancel(ctx.job_id)
        ctx.progress(1, 10)
        raise AssertionError("went on after the cancel")

    jobs.enqueue("test.long")
    Worker().drain()
    assert Job.objects.get().state == "cancelled"


def test_a_daily_schedule_runs_at_the_firms_time_once():
    jobs.schedule("test.nightly", daily_at=time(2, 30))
    row = Schedule.objects.get()
    assert row.next_run_at.astimezone(firm_zone()).time() == time(2, 30)
    assert timedelta(0) < row.next_run_at - now() <= timedelta(days=1)
    Schedule.objects.update(next_run_at=now() - timedelta(minutes=1))
    assert jobs.enqueue_scheduled() == 1
    assert jobs.enqueue_scheduled() == 0
    assert Job.objects.count() == 1
