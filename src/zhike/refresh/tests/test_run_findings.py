"""What a run finds, and what it does when something fails."""

import os
import subprocess
import sys
from datetime import timedelta

import pyarrow as pa
import pytest

from zhike.core import plugs
from zhike.core.clock import now
from zhike.core.errors import Conflict, Forbidden, Invalid
from zhike.core.models import OutboxEvent
from zhike.core.permissions import Scope
from zhike.customers.models import Score
from zhike.refresh.actions import close_abandoned, run_refresh, start_refresh
from zhike.refresh.models import RefreshRun, RunFigures
from zhike.refresh.queries import insight, latest_run, previous_run, running, runs
from zhike.refresh.tests.factories import (
    AS_OF,
    make_firm,
    make_team,
    viewer,
    where,
)  # fmt: skip
from zhike.warehouse import metrics, open_warehouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hooks")]


def dead_process():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


# ---------------------------------------------------------------- findings


def test_a_manager_sees_the_sum_of_their_teams_and_no_more():
    (one, ann), (two, bob), (three, cem) = make_team(), make_team(), make_team()
    for seed, user in enumerate((ann, bob, cem, None)):
        make_firm(20, seed=seed, owner=user)
    run_refresh(as_of=AS_OF)
    everything = insight(viewer())
    both = insight(viewer(Scope.TEAM, one.pk, two.pk))
    alone = insight(viewer(Scope.TEAM, three.pk))
    assert everything.customers == 80
    assert (both.customers, alone.customers) == (40, 20)
    assert both.value == sum(
        Score.objects.filter(team_id__in=[one.pk, two.pk]).values_list("value_12m", flat=True)
    )
    assert both.concentration[-1] == {"customers": 1.0, "value": 1.0}
    assert [r["month"] for r in both.flow] == [r["month"] for r in everything.flow][-len(both.flow) :]
    assert insight(viewer(Scope.OWN)).customers == 0
    with pytest.raises(Forbidden):
        insight(viewer(permissions=frozenset({"customers.read"})))


def test_findings_agree_with_the_score_rows():
    make_firm(60)
    run_refresh(as_of=AS_OF)
    found = insight(viewer())
    for row in found.tiers:
        rows = Score.objects.filter(tier=row["tier"])
        assert row["customers"] == rows.count()
        assert row["value"] == sum(rows.values_list("value_12m", flat=True))
        assert row["margin_12m"] == sum(rows.values_list("margin_12m", flat=True))
    assert sum(r["share_of_value"] for r in found.tiers) == pytest.approx(1)
    assert sum(r["customers"] for r in found.rfm) == Score.objects.filter(r__gt=0).count()
    assert sum(c["customers"] for c in found.cells) == Score.objects.filter(r__gt=0).count()
    for row in found.states:
        assert row["customers"] == Score.objects.filter(state=row["state"]).count()
    assert len(found.flow) <= 24
    last = found.flow[-1]
    assert last["month"] == f"{AS_OF:%Y-%m}"
    standing = last["active"] + last["new"] + last["returned"]
    assert standing == Score.objects.filter(state__in=["new", "active", "returned"]).count()
    assert last["lapsing"] == Score.objects.filter(state="lapsing").count()
    assert found.run == latest_run(viewer())


def test_publishing_tells_the_other_rooms():
    make_firm(20)
    run = run_refresh(as_of=AS_OF)
    event = OutboxEvent.objects.get(name="ScoresPublished")
    assert event.payload == {"run_id": run.pk, "as_of": AS_OF.isoformat(), "customers": 20}


# ---------------------------------------------------------------- faults


def test_only_one_run_at_a_time():
    RefreshRun.objects.create(as_of=AS_OF, started_at=now(), beat_at=now(), host="elsewhere", pid=1)
    with pytest.raises(Conflict):
        run_refresh(as_of=AS_OF)
    assert running(viewer()) is not None


def test_a_run_whose_process_is_gone_makes_way_and_is_shown_as_failed():
    import socket

    here = RefreshRun.objects.create(
        as_of=AS_OF, started_at=now(), beat_at=now(), host=socket.gethostname(), pid=dead_process()
    )
    assert run_refresh(as_of=AS_OF).state == "done"
    here.refresh_from_db()
    assert (here.state, here.error) == ("failed", "process_ended")
    far = RefreshRun.objects.create(
        as_of=AS_OF, started_at=now(), beat_at=now() - timedelta(minutes=5), host="elsewhere", pid=os.getpid()
    )
    assert close_abandoned() == 1
    far.refresh_from_db()
    assert far.state == "failed"


@pytest.mark.parametrize("step", ["reconcile", "swap", "index_next", "fill_next"])
def test_a_fault_while_publishing_leaves_the_old_scores_and_a_failed_run(monkeypatch, step):
    from zhike.customers.actions import score_table

    make_firm(20)
    run_refresh(as_of=AS_OF)
    before = list(Score.objects.order_by("pk").values())

    def broken(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(score_table, step, broken)
        with pytest.raises(OSError, match="No space"):
            run_refresh(as_of=AS_OF + timedelta(days=1))
    assert list(Score.objects.order_by("pk").values()) == before
    failed = RefreshRun.objects.order_by("-id").first()
    assert (failed.state, failed.published_at) == ("failed", None)
    assert not RunFigures.objects.filter(run=failed).exists()
    assert latest_run(viewer()).state == "done"
    assert run_refresh(as_of=AS_OF + timedelta(days=1)).state == "done"


def test_a_fault_after_the_swap_keeps_the_scores_and_says_failed():
    make_firm(20)

    def broken(run_id, as_of):
        raise ValueError("no calendar")

    plugs.after_scores.add(plugs.AfterScores("agenda", broken))
    with pytest.raises(ValueError, match="no calendar"):
        run_refresh(as_of=AS_OF)
    run = RefreshRun.objects.get()
    assert (run.state, run.error) == ("failed", "ValueError: no calendar")
    assert latest_run(viewer()) == run
    assert Score.objects.filter(run_id=run.pk).count() == 20


def test_what_hooks_return_is_kept():
    make_firm(20)
    plugs.after_scores.add(plugs.AfterScores("agenda", lambda *_: {"tasks": 3}))
    run = run_refresh(as_of=AS_OF)
    assert run.after == {"agenda": {"tasks": 3}}
    assert run.seconds["agenda"] >= 0


def test_an_unknown_engine_is_a_clear_message(settings):
    settings.WAREHOUSE_ENGINE = "abacus"
    with pytest.raises(Invalid, match="abacus"):
        run_refresh(as_of=AS_OF)
    assert RefreshRun.objects.get().state == "failed"


def test_facts_of_other_rooms_become_tables(monkeypatch):
    monkeypatch.setattr(plugs.facts, "_entries", dict(plugs.facts._entries))
    rows = pa.table({"case_id": pa.array([1, 2], pa.int64())})
    plugs.facts.add(plugs.Facts("case", lambda _: rows.to_batches(), "case_id", schema=lambda: rows.schema))
    run_refresh(as_of=AS_OF)
    with open_warehouse(*where()) as house:
        assert house.run(house.table("fact_case")).equals(rows)


def test_asking_twice_is_one_job_and_needs_the_right():
    asked = start_refresh(by=viewer(permissions=frozenset({"refresh.run"})))
    assert start_refresh(by=viewer(permissions=frozenset({"refresh.run"}))) == asked
    with pytest.raises(Forbidden):
        start_refresh(by=viewer())
    with pytest.raises(Forbidden):
        run_refresh(as_of=AS_OF, by=viewer())


def test_runs_are_listed_newest_first():
    make_firm(20)
    first, second = run_refresh(as_of=AS_OF), run_refresh(as_of=AS_OF + timedelta(days=1))
    assert runs(viewer()) == [second, first]
    assert previous_run(second, viewer()) == first
    assert previous_run(first, viewer()) is None


def test_old_scores_leave_the_warehouse_by_day(monkeypatch):
    from zhike.refresh.actions import figures

    monkeypatch.setattr(figures, "RUNS_KEPT", 2)
    make_firm(20)
    days = [AS_OF, AS_OF + timedelta(days=1), AS_OF + timedelta(days=2), AS_OF + timedelta(days=2)]
    made = [run_refresh(as_of=day) for day in days]
    with open_warehouse(*where()) as house:
        assert set(house.manifest.parts("fact_score")) == {made[1].pk, made[3].pk}
        scores = house.table("fact_score")
        rows = house.run(metrics.customers_by(scores.filter(scores.run_id == made[3].pk), "tier"))
    assert sum(rows["customers"].to_pylist()) == 20
