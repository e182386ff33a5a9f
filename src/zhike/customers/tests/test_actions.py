"""Writes of the archive: what is stored, who may, what is told when two people write."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection

from zhike.core.clock import today
from zhike.core.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.core.models import ChangelogEntry, HistoryVersion, OutboxEvent
from zhike.core.permissions import SYSTEM
from zhike.customers import actions, queries
from zhike.customers.actions import ContactInput, CustomerInput, DateInput, InteractionInput
from zhike.customers.models import ContactPoint, Customer, Interaction, Score
from zhike.customers.tests.factories import make_customer, make_house, sound

pytestmark = pytest.mark.django_db


def test_a_new_customer_belongs_to_who_enters_it_and_has_everything():
    house = make_house()
    data = CustomerInput(
        name=" 张\u200b伟明 ",
        contacts=[ContactInput("mobile", "138 0013 8000"), ContactInput("phone", "010-62345678")],
        dates=[DateInput("birthday", 8, 15, calendar="lunar")],
        tags=["老客", "老客"],
        region="上海",
    )
    saved = actions.create_customer(data, by=house.anna)
    page = queries.customer_page(saved.id, house.anna)
    assert (page.customer.name, page.customer.owner_id, page.customer.team_id) == (
        "张伟明",
        house.anna.user_id,
        house.team1.pk,
    )
    assert {(c.kind, c.is_primary) for c in page.contacts} == {("mobile", True), ("phone", True)}
    assert page.tags == ["老客"]
    assert page.dates[0].next >= today()
    assert Score.objects.get(pk=saved.id).name_key == "zhang wei ming"
    sound()


def test_a_batch_is_one_changelog_entry_and_one_event_with_numbers_in_a_row():
    saved = actions.create_customers([CustomerInput(name=f"客{n}") for n in range(7)], by=SYSTEM)
    assert [s.number for s in saved] == list(range(saved[0].number, saved[0].number + 7))
    assert ChangelogEntry.objects.count() == 1
    assert ChangelogEntry.objects.get().rows == 7
    assert OutboxEvent.objects.get().payload["customer_ids"] == [s.id for s in saved]
    assert HistoryVersion.objects.count() == 0


def test_everything_wrong_is_told_at_once_and_nothing_is_written():
    data = CustomerInput(
        name=" ",
        kind="robot",
        credit_code="x",
        contacts=[ContactInput("mobile", "1")],
        dates=[DateInput("birthday", 2, 31)],
    )
    with pytest.raises(Invalid) as error:
        actions.create_customers([CustomerInput(name="好"), data], by=SYSTEM)
    assert {"name", "kind", "credit_code", "contacts", "dates"} == set(error.value.fields)
    assert Customer.objects.count() == 0


def test_the_same_request_twice_makes_one_record():
    from uuid import uuid4

    data = CustomerInput(name="张伟", client_uuid=uuid4())
    first = actions.create_customer(data, by=SYSTEM)
    assert actions.create_customer(data, by=SYSTEM) == first
    assert Customer.objects.count() == 1


def test_a_known_contact_is_told_but_never_whose_it_is_out_of_sight():
    house = make_house()
    make_customer("李雷", owner=house.anna, phone="13800138000")
    again = CustomerInput(name="李磊", contacts=[ContactInput("mobile", "+86 138 0013 8000")])
    with pytest.raises(Conflict) as seen:
        actions.create_customer(again, by=house.anna)
    assert (seen.value.code, seen.value.params["name"]) == ("duplicate_contact", "李雷")
    with pytest.raises(Conflict) as unseen:
        actions.create_customer(again, by=house.bo)
    assert unseen.value.code == "duplicate_contact"
    assert unseen.value.params == {}
    assert actions.create_customer(again, by=house.bo, allow_duplicate=True).id


def test_who_may_create_and_for_whom():
    house = make_house()
    for viewer in (house.analyst, house.read_only1):
        with pytest.raises(Forbidden):
            actions.create_customer(CustomerInput(name="x"), by=viewer)
    with pytest.raises(Forbidden):
        actions.create_customer(CustomerInput(name="x", owner_id=house.bo.user_id), by=house.anna)
    with pytest.raises(Invalid):
        actions.create_customer(CustomerInput(name="x", owner_id=house.bo.user_id), by=house.manager1)
    saved = actions.create_customer(CustomerInput(name="x", owner_id=house.anna.user_id), by=house.manager1)
    assert queries.get_customer(saved.id, viewer=house.anna).team_id == house.team1.pk


def test_an_update_moves_name_search_and_score_together():
    house = make_house()
    saved = make_customer("王秀", owner=house.anna)
    after = actions.update_customer(
        saved.id, version=1, changes={"name": "安静", "tags": ["vip"]}, by=house.anna
    )
    assert after.version == 2
    assert queries.search_ids("anjing", house.anna) == [saved.id]
    assert queries.search_ids("vip", house.anna) == [saved.id]
    assert queries.search_ids("wangxiu", house.anna) == []
    assert HistoryVersion.objects.filter(model="customers.customer").get().data["name"] == "王秀"
    sound()


def test_an_update_without_change_writes_nothing():
    saved = make_customer(region="上海")
    after = actions.update_customer(saved.id, version=1, changes={"region": "上海"}, by=SYSTEM)
    assert after.version == 1
    assert ChangelogEntry.objects.filter(action="customers.update").count() == 0


def test_a_stale_version_is_told_with_what_changed_meanwhile():
    saved = make_customer()
    actions.update_customer(saved.id, version=1, changes={"region": "北京"}, by=SYSTEM)
    with pytest.raises(Conflict) as error:
        actions.update_customer(saved.id, version=1, changes={"region": "广州"}, by=SYSTEM)
    assert error.value.params["version"] == 2
    assert error.value.params["changed"] == ["region"]


def when_free(write):
    """Do it as soon as the database takes it: SQLite in memory turns a second writer away at once."""
    while True:
        try:
            return write()
        except OperationalError as error:
            if "locked" not in str(error):
                raise


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_the_same_moment_one_wins():
    saved = make_customer()
    outcomes = []
    gate = threading.Barrier(2)

    def edit(region):
        gate.wait()
        try:
            when_free(
                lambda: actions.update_customer(saved.id, version=1, changes={"region": region}, by=SYSTEM)
            )
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(place,)) for place in ("上海", "北京")]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == ["conflict", "saved"]
    assert Customer.objects.get(pk=saved.id).version == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_new_contact_entered_at_the_same_moment_makes_one_record():
    outcomes = []
    gate = threading.Barrier(4)

    def enter():
        gate.wait()
        data = CustomerInput(name="孙悦", contacts=[ContactInput("mobile", "13911112222")])
        try:
            when_free(lambda: actions.create_customer(data, by=SYSTEM))
            outcomes.append("created")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == ["created", "told", "told", "told"]
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["owner_id", "number", "version", "search_open", "id", "created_at", "password"]
)
def test_fields_that_are_not_on_the_list_cannot_be_set(name):
    saved = make_customer()
    with pytest.raises(Invalid):
        actions.update_customer(saved.id, version=1, changes={name: 1}, by=SYSTEM)


def test_nobody_changes_what_they_do_not_see():
    house = make_house()
    saved = make_customer(owner=house.anna)
    contact = ContactPoint.objects.get()
    for write in (
        lambda: actions.update_customer(saved.id, version=1, changes={"region": "x"}, by=house.bo),
        lambda: actions.add_contact(saved.id, ContactInput("email", "a@example.com"), by=house.bo),
        lambda: actions.remove_contact(contact.pk, by=house.bo),
        lambda: actions.add_special_date(saved.id, DateInput("birthday", 1, 1), by=house.bo),
        lambda: actions.add_relation(saved.id, kind="friend", name="x", by=house.bo),
        lambda: actions.record_interaction(InteractionInput(saved.id, "call"), by=house.bo),
        lambda: actions.set_tags([saved.id], add=["x"], by=house.bo),
        lambda: actions.verify_customer(saved.id, by=house.bo),
        lambda: actions.update_customer(2**70, version=1, changes={}, by=house.bo),
    ):
        with pytest.raises(NotFound):
            write()
    assert ContactPoint.objects.count() == 1
    assert Interaction.objects.count() == 0


def test_a_masked_number_sent_back_leaves_the_stored_one():
    saved = make_customer(phone="13800138000")
    point = ContactPoint.objects.get()
    back = [
        ContactInput("mobile", "138****8000", id=point.pk, is_primary=True),
        ContactInput("email", "a@example.com"),
    ]
    actions.update_customer(saved.id, version=1, changes={"contacts": back}, by=SYSTEM)
    point.refresh_from_db()
    assert point.value == "13800138000"
    assert ContactPoint.objects.count() == 2
    actions.update_customer(saved.id, version=2, changes={"contacts": []}, by=SYSTEM)
    assert queries.search_ids("13800138000", SYSTEM) == []


def test_fields_that_may_not_be_read_may_not_be_written():
    import dataclasses

    house = make_house()
    saved = make_customer(owner=house.anna)
    blind = dataclasses.replace(house.anna, fields=frozenset({"open"}))
    for name, value in (("note", "x"), ("contacts", []), ("hobbies", "x")):
        with pytest.raises(Invalid):
            actions.update_customer(saved.id, version=1, changes={name: value}, by=blind)
    with pytest.raises(Invalid):
        actions.create_customer(CustomerInput(name="x", note="y"), by=blind)
    with pytest.raises(Forbidden):
        actions.add_contact(saved.id, ContactInput("email", "a@example.com"), by=blind)
    assert actions.update_customer(saved.id, version=1, changes={"region": "x"}, by=blind).version == 2


def test_a_consent_that_does_not_exist_is_refused_by_every_way_in():
    saved = make_customer(phone="13800138000")
    wrong = ContactInput("mobile", "13900139000", consent="surely given")
    point = ContactPoint.objects.get(customer=saved.id)
    for write in (
        lambda: actions.add_contact(saved.id, wrong, by=SYSTEM),
        lambda: actions.update_contact(point.pk, wrong, by=SYSTEM),
        lambda: actions.create_customer(CustomerInput(name="甲", contacts=[wrong]), by=SYSTEM),
        lambda: actions.update_customer(saved.id, version=1, changes={"contacts": [wrong]}, by=SYSTEM),
    ):
        with pytest.raises(Invalid) as caught:
            write()
        assert "surely given" in str(caught.value.fields["contacts"])
    assert list(ContactPoint.objects.values_list("consent", flat=True)) == ["unknown"]


def test_contact_points_keep_one_primary_through_their_life():
    saved = make_customer(phone="13800138000")
    first = ContactPoint.objects.get()
    second = actions.add_contact(saved.id, ContactInput("mobile", "13900139000"), by=SYSTEM)
    with pytest.raises(Invalid):
        actions.add_contact(saved.id, ContactInput("mobile", "138 0013 8000"), by=SYSTEM)
    actions.make_primary(second, by=SYSTEM)
    assert [p.is_primary for p in ContactPoint.objects.order_by("id")] == [False, True]
    actions.update_contact(
        second, ContactInput("mobile", "139****9000", label="工作", is_primary=True), by=SYSTEM
    )
    assert ContactPoint.objects.get(pk=second).normal == "+8613900139000"
    actions.mark_contact_invalid(second, "空号", by=SYSTEM)
    assert ContactPoint.objects.get(is_primary=True).pk == first.pk
    actions.remove_contact(first.pk, by=SYSTEM)
    assert queries.search_ids("13800138000", SYSTEM) == []
    sound()


def test_handing_over_moves_the_score_row_in_the_same_breath():
    house = make_house()
    ids = [make_customer(owner=house.anna).id for _ in range(3)]
    foreign = make_customer(owner=house.bo).id
    with pytest.raises(Forbidden):
        actions.assign(ids, owner_id=house.anna.user_id, by=house.anna)
    with pytest.raises(NotFound):
        actions.assign([*ids, foreign], owner_id=house.manager1.user_id, by=house.manager1)
    assert actions.assign(ids, owner_id=house.manager1.user_id, by=house.manager1) == 3
    assert set(Score.objects.filter(pk__in=ids).values_list("owner_id", flat=True)) == {
        house.manager1.user_id
    }
    assert actions.assign(ids, owner_id=house.manager1.user_id, by=house.manager1) == 0
    with pytest.raises(Invalid):
        actions.assign(ids, owner_id=house.bo.user_id, by=house.manager1)
    assert actions.assign(ids, owner_id=house.bo.user_id, by=house.admin) == 3
    assert queries.list_customers(viewer=house.anna).rows == []
    sound()


def test_tags_on_many_are_all_or_nothing():
    house = make_house()
    mine, foreign = make_customer(owner=house.anna), make_customer(owner=house.bo)
    with pytest.raises(NotFound):
        actions.set_tags([mine.id, foreign.id], add=["团购"], by=house.anna)
    assert queries.search_ids("团购", house.admin) == []
    assert actions.set_tags([mine.id], add=["团购"], by=house.anna) == 1
    assert queries.search_ids("团购", house.admin) == [mine.id]
    actions.set_tags([mine.id], remove=["团购"], by=house.anna)
    assert queries.search_ids("团购", house.admin) == []
    with pytest.raises(Invalid):
        actions.set_tags(range(1, 1002), add=["x"], by=house.admin)


def test_relations_read_from_both_sides_and_hide_who_is_out_of_sight():
    house = make_house()
    one, two = make_customer("甲", owner=house.anna), make_customer("乙", owner=house.bo)
    relation = actions.add_relation(one.id, kind="parent", other_id=two.id, by=house.admin)
    actions.add_relation(one.id, kind="spouse", name="丙", by=house.anna)
    own = queries.customer_page(one.id, house.admin).relations
    assert {(r.kind, r.name, r.inverse) for r in own} == {("spouse", "丙", False), ("parent", "乙", False)}
    (back,) = queries.customer_page(two.id, house.admin).relations
    assert (back.kind, back.name, back.inverse) == ("child", "甲", True)
    assert [r.name for r in queries.customer_page(one.id, house.anna).relations] == ["丙"]
    assert queries.customer_page(two.id, house.bo).relations == []
    with pytest.raises(NotFound):
        actions.add_relation(one.id, kind="friend", other_id=two.id, by=house.anna)
    with pytest.raises(Invalid):
        actions.add_relation(one.id, kind="nemesis", name="x", by=house.anna)
    with pytest.raises(NotFound):
        actions.remove_relation(relation, by=house.bo)
