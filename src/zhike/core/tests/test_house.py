"""Numbers, permissions, the changelog's seal."""

from datetime import timedelta

import pytest

from zhike.core import sequences
from zhike.core.changes import change, log_only
from zhike.core.clock import now
from zhike.core.errors import Forbidden
from zhike.core.invariants import changelog_chain
from zhike.core.jobs import JobContext
from zhike.core.jobs_builtin import seal_changelog
from zhike.core.models import ChangelogEntry
from zhike.core.permissions import SYSTEM, FieldClass, Scope, Viewer, scope_q
from zhike.core.plugs import MenuEntry, Point
from zhike.staff.models import Team


@pytest.mark.django_db
def test_numbers_are_drawn_in_blocks_without_gaps():
    assert list(sequences.take("customer", 3)) == [1, 2, 3]
    assert list(sequences.take("customer")) == [4]
    assert list(sequences.take("order")) == [1]


@pytest.mark.parametrize(
    ("scope", "owner", "team", "seen"),
    [
        (Scope.OWN, 1, 9, True),
        (Scope.OWN, 2, 5, False),
        (Scope.OWN, None, 5, False),
        (Scope.TEAM, 2, 5, True),
        (Scope.TEAM, 1, 9, False),
        (Scope.TEAM, 1, None, False),
        (Scope.ALL, None, None, True),
    ],
)
def test_scope(scope, owner, team, seen):
    viewer = Viewer(user_id=1, login="x", scope=scope, team_ids=(5, 6))
    assert viewer.sees(owner_id=owner, team_id=team) is seen


def test_a_viewer_of_team_scope_without_teams_sees_nothing():
    viewer = Viewer(user_id=1, login="x", scope=Scope.TEAM)
    assert not viewer.sees(owner_id=1, team_id=None)
    assert scope_q(viewer).children == [("team_id__in", ())]


def test_functions_and_field_classes_are_what_the_role_says():
    viewer = Viewer(user_id=1, login="x", permissions=frozenset({"a.b"}))
    assert viewer.can("a.b")
    assert viewer.reads(FieldClass.OPEN)
    assert not viewer.reads(FieldClass.CONTACT)
    with pytest.raises(Forbidden):
        viewer.require("a.c")
    assert SYSTEM.can("anything")


def test_a_plug_point_keeps_order_and_refuses_a_second_entry_of_a_key():
    point: Point[MenuEntry] = Point("menu")
    for key, order in (("b", 2), ("a", 1)):
        point.add(MenuEntry(key, key, "x:y", "sun", order))
    assert [entry.key for entry in point] == ["a", "b"]
    with pytest.raises(ValueError, match="already has an entry 'a'"):
        point.add(MenuEntry("a", "a", "x:y", "sun", 3))


@pytest.mark.django_db
def test_altering_a_sealed_entry_breaks_the_chain():
    for n in range(3):
        with change("staff.add_team", by=SYSTEM) as c:
            c.create(Team, name=f"队{n}")
    log_only("customers.reveal", by=SYSTEM, note="call back")
    ChangelogEntry.objects.update(at=now() - timedelta(minutes=5))
    seal_changelog(JobContext(0, "test", _renewed=float("inf")))
    assert changelog_chain() == []
    second = ChangelogEntry.objects.order_by("id")[1]
    ChangelogEntry.objects.filter(pk=second.pk).update(by_login="mallory")
    assert str(second.pk) in changelog_chain()[0]


@pytest.mark.django_db
def test_removing_a_sealed_entry_breaks_the_chain():
    for _ in range(3):
        log_only("test.something", by=SYSTEM)
    ChangelogEntry.objects.update(at=now() - timedelta(minutes=5))
    seal_changelog(JobContext(0, "test", _renewed=float("inf")))
    ChangelogEntry.objects.order_by("id")[1].delete()
    assert changelog_chain() != []
