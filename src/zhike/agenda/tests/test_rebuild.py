from datetime import timedelta

import pytest
from django.core.cache import cache

from zhike.agenda import actions, handlers
from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.actions.rebuild import recompute, store
from zhike.agenda.models import Task
from zhike.agenda.queries.board import arranged
from zhike.agenda.queries.failures import failed_sources, sources_work
from zhike.agenda.queries.texts import say
from zhike.agenda.tests.factories import (
    TODAY,
    make_contact,
    make_customer,
    make_date,
    make_order,
    set_score,
    slipping,
    with_rhythm,
)
from zhike.core import outbox, plugs
from zhike.core.models import Setting
from zhike.core.permissions import SYSTEM
from zhike.core.plugs import TaskContext
from zhike.customers.actions import assign
from zhike.customers.actions.interactions import InteractionInput, record_interaction
from zhike.events import OrdersRecorded
from zhike.staff.models import User
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


def test_a_promise_and_a_promised_day_are_never_cut(seller, monkeypatch_settings):
    monkeypatch_settings(keep_per_person=1)
    for _ in range(3):
        slipping(make_customer(seller))
        make_contact(make_customer(seller), TODAY, by=seller, promise="回电", promise_due=TODAY)
    found = built()
    assert sum(source == "promise" for source, _ in found) == 3
    assert sum(source == "slipping" for source, _ in found) == 1


@pytest.fixture
def monkeypatch_settings():
    def put(**values):
        Setting.objects.update_or_create(pk="agenda", defaults={"value": values})
        cache.clear()

    yield put
    cache.clear()


def test_one_card_a_customer_with_the_other_reasons_behind(seller):
    customer = make_customer(seller)
    slipping(customer, tier="A")
    make_date(customer, 11, 20, whose="family", relation="mother")
    found = built()
    assert len(found) == 3
    assert [t.is_lead for t in sorted(found.values(), key=lambda t: -t.rank)] == [True, False, False]


def test_a_role_without_people_leaves_its_tasks_to_the_owner(seller):
    customer = make_customer(seller)
    set_score(customer, tier="C", value_12m=50_000, first_purchase=TODAY - timedelta(days=300))
    assert built()["care", customer.pk].for_role == ""
    make_viewer("service_agent")
    assert built()["care", customer.pk].for_role == "service_agent"


@pytest.fixture
def broken():
    source = plugs.TaskSource("broken", "坏掉的来源", "bug", "red", lambda _ctx: 1 / 0)
    plugs.task_sources.add(source)
    yield source
    plugs.task_sources._entries.pop("broken", None)


def test_a_source_that_fails_leaves_the_others_standing(seller, broken):
    slipping(make_customer(seller))
    assert built()


def test_a_source_that_fails_is_told_to_those_who_run_the_agenda_until_it_works(seller, broken, client):
    slipping(make_customer(seller))
    built()
    manager = make_viewer("manager", team=make_team())
    assert [(f.key, f.error) for f in failed_sources(manager)] == [("broken", "ZeroDivisionError")]
    assert failed_sources(seller) == []
    assert "broken" in sources_work()[0]
    for viewer, told in ((manager, True), (seller, False)):
        client.force_login(User.objects.get(pk=viewer.user_id))
        for path in ("/?user=team", "/team/") if told else ("/",):
            assert ("坏掉的来源" in client.get(path).content.decode()) is told, path
    plugs.task_sources._entries.pop("broken")
    built()
    assert failed_sources(manager) == []
    assert sources_work() == []


def test_a_source_that_fails_during_the_day_is_told_too(seller):
    customer = make_customer(seller)
    slipping(customer)
    built()
    assert sources_work() == []
    broken = plugs.TaskSource("broken", "坏掉的来源", "bug", "red", lambda _ctx: 1 / 0)
    plugs.task_sources.add(broken)
    try:
        for _ in range(2):
            recompute([customer.pk], TODAY, by=SYSTEM)
    finally:
        del plugs.task_sources._entries["broken"]
    assert len(sources_work()) == 1


def test_a_deadline_passed_takes_the_card_off(seller):
    customer = make_customer(seller)
    set_score(customer, tier="B", value_12m=1000)
    make_date(customer, 11, 20)
    assert ("special_date", customer.pk) in built()
    assert ("special_date", customer.pk) not in built(TODAY + timedelta(days=1))


def test_an_answer_given_while_the_list_is_built_is_kept(seller):
    customer = make_customer(seller)
    slipping(customer)
    task = built()["slipping", customer.pk]
    entries = arranged(TaskContext(TODAY, 7))
    actions.answer_done(task.pk, by=seller)
    store(entries, TODAY, by=SYSTEM)
    task.refresh_from_db()
    assert task.state == "done"


# ---------------------------------------------------------------- what happens between refreshes


def deliver():
    while outbox.deliver_due():
        pass


def test_an_order_closes_what_it_settles(seller):
    customer = make_customer(seller)
    slipping(customer)
    built()
    handlers.close_for_orders(OrdersRecorded([1], [customer.pk]))
    assert not Task.objects.filter(state="open", source="slipping").exists()
    assert ("slipping", customer.pk) not in built()


def test_a_promise_made_on_the_telephone_is_on_the_list_at_once(seller):
    customer = make_customer(seller)
    built()
    data = InteractionInput(customer.pk, "call", promise="回电", promise_due=TODAY, outcome="promised")
    record_interaction(data, by=seller)
    deliver()
    task = Task.objects.get(source="promise", state="open")
    assert (task.customer_id, task.due, task.owner_id) == (customer.pk, TODAY, seller.user_id)


def test_a_contact_is_the_care_that_was_due(seller):
    customer = make_customer(seller)
    set_score(customer, tier="A", value_12m=90_000, first_purchase=TODAY - timedelta(days=300))
    built()
    record_interaction(InteractionInput(customer.pk, "call", outcome="reached"), by=seller)
    deliver()
    deliver()
    assert not Task.objects.filter(state="open", source="care").exists()


def test_tasks_go_with_their_customer_to_the_new_owner(seller):
    customer = make_customer(seller)
    slipping(customer)
    built()
    heir = make_viewer(team=make_team())
    assign([customer.pk], owner_id=heir.user_id, by=make_viewer("administrator"))
    deliver()
    task = Task.objects.get(source="slipping", state="open")
    assert (task.owner_id, task.team_id) == (heir.user_id, heir.team_id)
