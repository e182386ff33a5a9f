"""History, changelog and events of one write."""

import pytest

from zhike.core.changes import change, snapshot
from zhike.core.models import ChangelogEntry, HistoryVersion, OutboxEvent
from zhike.core.permissions import SYSTEM, Viewer
from zhike.events import CustomersChanged
from zhike.staff.models import Team

pytestmark = pytest.mark.django_db

ANNA = Viewer(user_id=7, login="anna", ip="10.0.0.7")


def test_creation_adds_no_history_but_one_changelog_entry():
    with change("staff.add_team", by=ANNA) as c:
        team = c.create(Team, name="东区")
    entry = ChangelogEntry.objects.get()
    assert (entry.action, entry.by_id, entry.by_login, entry.ip) == ("staff.add_team", 7, "anna", "10.0.0.7")
    assert (entry.model, entry.object_id, entry.rows) == ("staff.team", team.pk, 1)
    assert not HistoryVersion.objects.exists()


def test_update_keeps_the_version_that_was_replaced():
    team = Team.objects.create(name="东区")
    with change("staff.rename_team", by=ANNA) as c:
        assert c.update(team, name="西区")
    version = HistoryVersion.objects.get()
    assert version.data["name"] == "东区"
    assert (version.model, version.object_id, version.deleted) == ("staff.team", team.pk, False)
    assert Team.objects.get().version == 2


def test_changelog_names_fields_but_never_values():
    team = Team.objects.create(name="机密甲")
    with change("staff.rename_team", by=ANNA) as c:
        c.update(team, name="机密乙")
    entry = ChangelogEntry.objects.get()
    assert entry.fields == ["name"]
    assert "机密" not in str(entry.__dict__)


def test_writing_the_same_values_leaves_no_trace():
    team = Team.objects.create(name="东区")
    with change("staff.rename_team", by=ANNA) as c:
        assert not c.update(team, name="东区")
    assert not ChangelogEntry.objects.exists()
    assert not HistoryVersion.objects.exists()


def test_deleting_keeps_the_last_version():
    team = Team.objects.create(name="东区")
    kept = snapshot(team)
    with change("staff.delete_team", by=ANNA) as c:
        c.delete(team)
    version = HistoryVersion.objects.get()
    assert version.deleted
    assert version.data == kept


def test_an_error_undoes_rows_history_changelog_and_events():
    team = Team.objects.create(name="东区")

    def fail() -> None:
        with change("staff.rename_team", by=ANNA) as c:
            c.update(team, name="西区")
            c.emit(CustomersChanged(customer_ids=[1]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Team.objects.get().name == "东区"
    assert not ChangelogEntry.objects.exists()
    assert not HistoryVersion.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_a_batch_is_one_entry_with_its_row_references():
    teams = [Team.objects.create(name=f"队{n}") for n in range(3)]
    befores = [snapshot(t) for t in teams]
    for team in teams:
        team.name += "组"
    with change("staff.rename_teams", by=SYSTEM) as c:
        c.update_many(teams, befores, ["name"])
    entry = ChangelogEntry.objects.get()
    assert entry.rows == 3
    assert entry.object_id is None
    assert entry.objects_touched == {"staff.team": [t.pk for t in teams]}
    assert len(entry.history_ids) == 3


def test_touching_nothing_is_no_change():
    with change("staff.nothing", by=SYSTEM) as c:
        c.touched("staff.team", [])
    assert not ChangelogEntry.objects.exists()
    with change("staff.one", by=SYSTEM) as c:
        c.touched("staff.user", [])
        team = c.create(Team, name="东区")
    assert ChangelogEntry.objects.get().object_id == team.pk
