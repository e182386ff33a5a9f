"""Customers, and people who look at them, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from zhike.core.permissions import SYSTEM, Viewer
from zhike.customers import actions
from zhike.customers.actions import ContactInput, CustomerInput, Saved
from zhike.customers.models import Score
from zhike.customers.queries import checks
from zhike.staff.models import Team
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import make_team, make_viewer

_phones = count(13_800_000_000)


def make_customer(
    name: str = "张伟明", *, owner: Viewer | None = None, phone: str = "", **values: Any
) -> Saved:
    """Make a customer of an owner (and of the owner's team), with a mobile number of its own."""
    contacts = values.pop("contacts", None)
    if contacts is None:
        contacts = [ContactInput("mobile", phone or str(next(_phones)))]
    if owner is not None:
        values |= {"owner_id": owner.user_id, "team_id": owner.team_id}
    data = CustomerInput(name=name, contacts=contacts, **values)
    return actions.create_customer(data, by=SYSTEM, allow_duplicate=True)


def set_score(customer: Saved, **values: Any) -> None:
    """Give a customer numbers, as a refresh would."""
    Score.objects.filter(pk=customer.id).update(**values)


@dataclass(frozen=True)
class House:
    """Two teams with a salesperson each, and those who see more."""

    team1: Team
    team2: Team
    anna: Viewer
    bo: Viewer
    manager1: Viewer
    admin: Viewer
    analyst: Viewer
    read_only1: Viewer


def make_house() -> House:
    """Make a house."""
    one, two = make_team(), make_team()
    return House(
        team1=one,
        team2=two,
        anna=make_viewer(Role.SALESPERSON, team=one),
        bo=make_viewer(Role.SALESPERSON, team=two),
        manager1=make_viewer(Role.MANAGER, team=one),
        admin=make_viewer(Role.ADMINISTRATOR),
        analyst=make_viewer(Role.ANALYST),
        read_only1=make_viewer(Role.READ_ONLY, team=one),
    )


def sound() -> None:
    """Assert that the room's invariants hold."""
    for check in (
        checks.no_orphans,
        checks.one_primary,
        checks.every_customer_has_a_score,
        checks.scores_repeat_the_customer,
        checks.search_index_is_complete,
    ):
        assert check() == []
