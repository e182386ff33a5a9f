"""`zhike export`, `zhike user`: no more than one may see, whole files only, words for what is wrong."""

import csv
import json

import pytest
import typer
from django.contrib.auth import authenticate
from typer.testing import CliRunner

from zhike.cli import export, user
from zhike.core.models import ChangelogEntry
from zhike.customers.tests.factories import make_customer, make_house
from zhike.staff.tests.factories import make_team

pytestmark = pytest.mark.django_db(transaction=True)


def run(module, *arguments, given=None):
    app = typer.Typer()
    app.command()(module.command)
    return CliRunner().invoke(app, [str(a) for a in arguments], input=given)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def people():
    house = make_house()
    make_customer("王小明", owner=house.anna, region="上海")
    make_customer("李小红", owner=house.bo, region="杭州")
    make_customer("=HYPERLINK(1)", owner=house.anna, region="上海")
    return house


def test_a_file_holds_what_the_person_may_see(people, tmp_path):
    file = tmp_path / "all.csv"
    result = run(export, "customers", file, "--as", people.manager1.login, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["rows"] == 2
    assert [r["name"] for r in rows_of(file)] == ["王小明", "'=HYPERLINK(1)"]
    assert ChangelogEntry.objects.filter(action="core.export", by_login=people.manager1.login).count() == 1


def test_a_filter_is_that_of_a_list_address(people, tmp_path):
    file = tmp_path / "some.csv"
    run(export, "customers", file, "--filter", "region=杭州", "--as", people.admin.login)
    assert [r["name"] for r in rows_of(file)] == ["李小红"]


def test_a_sheet_holds_the_same_rows(people, tmp_path):
    import python_calamine

    file = tmp_path / "all.xlsx"
    assert run(export, "customers", file, "--as", people.admin.login).exit_code == 0
    sheet = python_calamine.load_workbook(str(file)).get_sheet_by_index(0).to_python()
    assert sheet[0][:2] == ["number", "name"]
    assert {row[1] for row in sheet[1:]} == {"王小明", "李小红", "'=HYPERLINK(1)"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("nothing", "a.csv"), 2, "nothing"),
        (("customers", "a.pdf"), 2, ".csv"),
        (("customers", "nowhere/a.csv"), 1, "nowhere"),
        (("customers", "a.csv", "--filter", "tier"), 2, "tier"),
        (("customers", "a.csv", "--filter", "password=1"), 1, "password"),
        (("customers", "a.csv", "--as", "nobody"), 1, "nobody"),
    ],
)
def test_what_cannot_be_exported_leaves_the_old_file(people, tmp_path, monkeypatch, arguments, status, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("before")
    result = run(export, *arguments)
    assert result.exit_code == status
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "a.csv").read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_role_without_export_gets_no_file(people, tmp_path):
    result = run(export, "customers", tmp_path / "a.csv", "--as", people.anna.login)
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- users


def test_an_added_user_can_log_in_and_is_listed(db):
    make_team("东区")
    added = run(
        user, "add", "mei", "--name", "梅", "--role", "manager", "--team", "东区", "--password-stdin",
        given="a long pass phrase 7\n",
    )  # fmt: skip
    assert added.exit_code == 0, added.stderr
    assert authenticate(username="mei", password="a long pass phrase 7") is not None
    listed = json.loads(run(user, "list", "--json").stdout)["users"]
    assert listed == [{"login": "mei", "name": "梅", "role": "manager", "team": "东区", "active": True}]


def test_a_new_password_takes_the_place_of_the_old_one(db):
    run(user, "add", "mei", "--password-stdin", given="a long pass phrase 7\n")
    assert run(user, "password", "mei", "--password-stdin", given="another long one 8\n").exit_code == 0
    assert authenticate(username="mei", password="a long pass phrase 7") is None
    assert authenticate(username="mei", password="another long one 8") is not None


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("add", "mei", "--password-stdin"), 1),  # "short" is no password
        (("add", "mei", "--role", "king", "--password-stdin"), 1),
        (("add", "mei", "--team", "none", "--password-stdin"), 1),
        (("password", "mei", "--password-stdin"), 1),
        (("add",), 2),
        (("remove", "mei"), 2),
    ],
)
def test_what_is_wrong_is_said_in_a_line(db, arguments, status):
    result = run(user, *arguments, given="short\n")
    assert result.exit_code == status
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr
