import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.models import Task
from zhike.agenda.tests.factories import TODAY, make_customer, make_date, set_score, slipping
from zhike.cli.app import app
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_viewer(team=make_team(), login="lisimin")


def agenda(*args):
    return CliRunner().invoke(app, ["agenda", *args])


def tasks(*args):
    found = agenda("--json", *args)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_the_list_as_json_has_what_scripts_rely_on(seller):
    slipping(make_customer(seller, name="周婉清"))
    rebuild_tasks(0, TODAY)
    found = tasks("--user", "lisimin")
    (task,) = found["tasks"]
    assert task["customer"] == "周婉清"
    assert task["source"] == "slipping"
    assert all(task[key] for key in ("why", "how", "words", "due"))
    assert isinstance(task["value_at_stake"], float)
    assert found["date"] == TODAY.isoformat()


def test_another_day_is_worked_out_without_storing_it(seller):
    customer = make_customer(seller)
    set_score(customer, tier="B", value_12m=1000)
    make_date(customer, 12, 24)
    rebuild_tasks(0, TODAY)
    before = Task.objects.count()
    found = tasks("--user", "lisimin", "--date", "2026-12-24")
    assert [task["source"] for task in found["tasks"]] == ["special_date"]
    assert Task.objects.count() == before


def test_before_the_first_refresh_the_list_is_worked_out(seller):
    slipping(make_customer(seller), since=71)
    assert tasks("--user", "lisimin", "--date", TODAY.isoformat())["tasks"]


def test_roles_without_customers_have_an_empty_list(seller):
    make_viewer("marketer", login="yenan")
    assert tasks("--user", "yenan")["tasks"] == []


@pytest.mark.parametrize(
    ("args", "status"), [(["--user", "nobody"], 1), (["--user", "lisimin", "--date", "x"], 2), ([], 2)]
)
def test_mistakes_have_their_exit_status(seller, args, status):
    assert agenda(*args).exit_code == status


def test_everybody_reads_it_in_words_too(seller):
    slipping(make_customer(seller, name="[bold]周[/]"))
    rebuild_tasks(0, TODAY - timedelta(days=0))
    assert "[bold]周[/]" in agenda("--user", "lisimin").stdout
