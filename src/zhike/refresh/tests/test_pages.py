"""The settings page, the command, and what others ask while a run is under way."""

from datetime import timedelta

import pytest
from django.utils import translation

from zhike.core import settings_store
from zhike.core.clock import now
from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.jobs import enqueue
from zhike.core.models import ChangelogEntry
from zhike.core.permissions import SYSTEM
from zhike.customers.models import Score
from zhike.refresh.actions import run_refresh, set_scoring
from zhike.refresh.models import RefreshRun
from zhike.refresh.queries import get_run, running, runs, scoring
from zhike.refresh.tests.factories import AS_OF, make_firm, viewer
from zhike.staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client):
    def enter(role):
        client.cookies["zhike_lang"] = "en"
        client.force_login(User.objects.create(login=role, name=role, role=role, language="en"))
        return client

    return enter


def values(**changes):
    return {**scoring().as_dict(), **changes}


def test_an_administrator_changes_the_shares_and_the_next_run_uses_them(log_in):
    client = log_in("administrator")
    assert b"Tier A" in client.get("/settings/scoring/").content
    answer = client.post("/settings/scoring/", values(tier_a=20, tier_b=20))
    assert answer.status_code == 302
    assert scoring().tier_a == 20
    entry = ChangelogEntry.objects.get(action="refresh.set_scoring")
    assert entry.fields == ["tier_a", "tier_b"]
    make_firm(40)
    run = run_refresh(as_of=AS_OF)
    assert run.model_card["settings"]["tier_shares"][:2] == [0.2, 0.2]
    top = Score.objects.filter(tier="A")
    total = sum(Score.objects.values_list("value_12m", flat=True))
    assert sum(sorted(top.values_list("value_12m", flat=True))[1:]) < 0.2 * total


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"tier_a": "90", "tier_b": "9", "tier_c": "1"}, b"leave at least 1 %"),
        ({"tier_a": "0"}, b"greater than or equal"),
        ({"risk_days": "x"}, b"whole number"),
        ({"margin": "nan"}, b""),
    ],
)
def test_shares_that_make_no_sense_are_sent_back(log_in, changes, text):
    answer = log_in("administrator").post("/settings/scoring/", values(**changes))
    assert answer.status_code == 422
    assert text in answer.content
    assert settings_store.get("scores") is None


@pytest.mark.parametrize("role", ["manager", "salesperson", "analyst"])
def test_others_do_not_change_the_shares(log_in, role):
    assert log_in(role).get("/settings/scoring/").status_code == 403


def test_the_action_refuses_what_the_page_would():
    with pytest.raises(Forbidden):
        set_scoring({"tier_a": 40}, by=viewer())
    with pytest.raises(Invalid):
        set_scoring({"tier_z": 40}, by=SYSTEM)
    with pytest.raises(Invalid) as caught, translation.override("en"):
        set_scoring({"risk_days": 3}, by=SYSTEM)
    assert caught.value.fields == {"risk_days": ["Give a number from 7 to 365."]}


def test_a_run_that_waits_or_works_is_seen_and_a_dead_one_is_not():
    assert running(viewer()) is None
    enqueue("refresh.run", key="refresh.run")
    assert (running(viewer()).phase, running(viewer()).pk) == ("waiting", None)
    RefreshRun.objects.create(as_of=AS_OF, started_at=now(), beat_at=now(), host="x", phase="extract")
    assert running(viewer()).phase_label
    assert running(viewer()).phase == "extract"
    RefreshRun.objects.update(beat_at=now() - timedelta(minutes=5))
    assert running(viewer()).phase == "waiting"


def test_runs_are_for_those_who_read_findings():
    run = RefreshRun.objects.create(as_of=AS_OF, started_at=now(), beat_at=now())
    assert get_run(run.pk, viewer()) == run
    with pytest.raises(NotFound):
        get_run(run.pk + 1, viewer())
    nobody = viewer(permissions=frozenset({"customers.read"}))
    for ask in (lambda: runs(nobody), lambda: running(nobody), lambda: get_run(run.pk, nobody)):
        with pytest.raises(Forbidden):
            ask()
