from datetime import timedelta

import pytest

from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.models import Task
from zhike.agenda.queries.texts import say
from zhike.agenda.tests.factories import (
    TODAY,
    make_contact,
    make_customer,
    make_date,
    make_order,
    slipping,
    with_rhythm,
)
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_viewer(team=make_team())


def built(day=TODAY):
    rebuild_tasks(0, day)
    return {(t.source, t.customer_id): t for t in Task.objects.filter(state="open")}


def why(task):
    return " ".join(say(t) for t in task.why)


def test_a_customer_whose_next_purchase_is_due_gets_one_task_with_the_numbers(seller):
    customer = make_customer(seller)
    with_rhythm(customer, gap=30, since=29)
    make_order(customer, TODAY - timedelta(days=29), product="五常大米")
    task = built()["replenish", customer.pk]
    assert (task.owner_id, task.team_id) == (seller.user_id, seller.team_id)
    assert task.value_at_stake == 50_000
    assert task.is_lead
    assert "30" in why(task)
    assert "五常大米" in say(task.words[0], who="周姐")


def test_a_valued_customer_slipping_away_is_told_with_gap_and_silence(seller):
    customer = make_customer(seller)
    slipping(customer, gap=26, since=71, value_12m=384_000, p_alive=0.4)
    task = built()["slipping", customer.pk]
    assert task.value_at_stake == 960_000
    assert "26" in why(task)
    assert "71" in why(task)


def test_the_same_day_twice_changes_nothing(seller):
    customer = make_customer(seller)
    slipping(customer)
    make_date(customer, 11, 21)
    first = sorted(Task.objects.values_list("id", "due", "rank")) if built() else None
    assert first
    built()
    assert sorted(Task.objects.values_list("id", "due", "rank")) == first


def test_a_reason_that_is_gone_leaves_the_list(seller):
    customer = make_customer(seller)
    slipping(customer)
    assert ("slipping", customer.pk) in built()
    with_rhythm(customer, gap=26, since=1)
    assert ("slipping", customer.pk) not in built()
    assert Task.objects.get(source="slipping").state == "expired"


def test_somebody_contacted_yesterday_is_left_alone(seller):
    customer = make_customer(seller)
    slipping(customer)
    make_contact(customer, TODAY - timedelta(days=1))
    assert built()["slipping", customer.pk].not_before > TODAY
