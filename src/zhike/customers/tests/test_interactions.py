"""Contacts, promises, customers of other systems, saved views."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhike.core.clock import now, today
from zhike.core.errors import Conflict, Invalid, NotFound
from zhike.core.permissions import SYSTEM
from zhike.customers import actions, queries
from zhike.customers.actions import InteractionInput
from zhike.customers.models import CustomerRef, Interaction, Score
from zhike.customers.tests.factories import make_customer, make_house, set_score, sound

pytestmark = pytest.mark.django_db


def test_a_recorded_contact_moves_the_last_contact_forward_only():
    house = make_house()
    saved = make_customer(owner=house.anna)
    pk = actions.record_interaction(
        InteractionInput(saved.id, "call", summary="聊\u0000了\n新品"), by=house.anna
    )
    actions.record_interaction(
        InteractionInput(saved.id, "visit", at=now() - timedelta(days=30)), by=house.anna
    )
    row = queries.get_interaction(pk, viewer=house.anna)
    assert (row.summary, row.user_id) == ("聊了\n新品", house.anna.user_id)
    assert Score.objects.get(pk=saved.id).last_contact == today()
    entries = queries.timeline(saved.id, None, 10, house.anna)
    assert [e.title for e in entries] == ["call", "visit"]
    assert queries.timeline(saved.id, entries[0].at, 10, house.anna)[0].title == "visit"


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "telepathy"},
        {"outcome": "x"},
        {"minutes": -1},
        {"minutes": 10**9},
        {"cost_minor": 10**18},
        {"at": now() + timedelta(days=3)},
        {"promise": "回电"},
        {"promise": "回电", "promise_due": date(2999, 1, 1)},
        {"summary": "x" * 20_000},
    ],
)
def test_a_contact_that_cannot_be_is_refused(wrong):
    saved = make_customer()
    with pytest.raises(Invalid):
        actions.record_interaction(
            InteractionInput(**{"customer_id": saved.id, "channel": "call", **wrong}), by=SYSTEM
        )
    assert Interaction.objects.count() == 0


def test_promises_are_open_until_kept_and_only_the_author_edits():
    house = make_house()
    saved = make_customer(owner=house.anna)
    data = InteractionInput(saved.id, "call", promise="报价", promise_due=today())
    pk = actions.record_interaction(data, by=house.anna)
    by_manager = actions.record_interaction(InteractionInput(saved.id, "visit"), by=house.manager1)
    assert [p.interaction_id for p in queries.open_promises(today(), [saved.id])] == [pk]
    assert list(queries.open_promises(today() - timedelta(days=1))) == []
    with pytest.raises(Invalid):
        actions.update_interaction(by_manager, version=1, changes={"minutes": 5}, by=house.anna)
    assert actions.update_interaction(pk, version=1, changes={"minutes": 5}, by=house.anna) == 2
    with pytest.raises(Conflict):
        actions.update_interaction(pk, version=1, changes={"minutes": 6}, by=house.anna)
    actions.keep_promise(pk, by=house.anna)
    actions.keep_promise(pk, by=house.anna)
    assert list(queries.open_promises()) == []


def test_customers_of_another_system_are_made_once():
    first = actions.ensure_customers(
        "shop", ["17850", "13047", "17850"], by=SYSTEM, regions={"17850": "United Kingdom"}
    )
    assert set(first.created) == {"17850", "13047"}
    again = actions.ensure_customers("shop", ["13047", "17850", "1"], by=SYSTEM)
    assert again.ids["17850"] == first.ids["17850"]
    assert set(again.created) == {"1"}
    assert actions.ensure_customers("shop", ["2"], by=SYSTEM, create=False).ids == {}
    detail = queries.get_customer(first.ids["17850"], viewer=SYSTEM)
    assert (detail.name, detail.region) == ("17850", "United Kingdom")
    assert CustomerRef.objects.count() == 3
    sound()


def test_saved_views_are_ones_own_or_shared_and_hold_only_what_the_list_takes():
    house = make_house()
    mine = actions.save_view(name="好客户", query={"filters": {"tier": "A"}, "sort": "-value"}, by=house.anna)
    actions.save_view(name="共享", query={}, shared=True, by=house.bo)
    assert [(v.name, v.mine) for v in queries.saved_views(house.anna)] == [("好客户", True), ("共享", False)]
    again = actions.save_view(name="好客户", query={"filters": {"tier": "B"}}, by=house.anna)
    assert again == mine
    for query in (
        {"filters": {"owner__password": "x"}},
        {"sort": "password"},
        {"code": "x"},
        {"filters": {"contact__regex": "a"}},
    ):
        with pytest.raises(Invalid):
            actions.save_view(name="x", query=query, by=house.anna)
    with pytest.raises(NotFound):
        actions.delete_view(mine, by=house.bo)
    actions.delete_view(mine, by=house.anna)


def test_the_archive_page_asks_for_what_is_missing_and_shows_the_numbers():
    house = make_house()
    saved = make_customer(owner=house.anna, contacts=[])
    set_score(saved, tier="A", value_12m=123_00, run_id=1)
    page = queries.customer_page(saved.id, house.anna)
    assert page.gap == "no_contact"
    assert (page.score.value_12m, page.score.known, page.score.last_purchase) == (12300, True, None)
    actions.verify_customer(saved.id, by=house.anna)
    assert queries.get_customer(saved.id, viewer=house.anna).verified_at == today()
