"""Reads: who sees what, lists that page, filters and searches that cannot be misused."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import json
from datetime import date

import pytest

from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import SYSTEM
from zhike.customers import actions, queries
from zhike.customers.actions import DateInput
from zhike.customers.queries import walks
from zhike.customers.tests.factories import make_customer, make_house, set_score
from zhike.customers.tests.pages import browser_of
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import make_viewer

pytestmark = pytest.mark.django_db


def names(rows):
    return [row.name for row in rows]


def walk(viewer, **options):
    """All names forwards, then backwards from the last page."""
    there, cursor = [], ""
    while True:
        page = queries.list_customers(viewer=viewer, cursor=cursor, **options)
        there += names(page.rows)
        cursor = page.next
        if not cursor:
            break
    back, cursor = [], "last"
    while True:
        page = queries.list_customers(viewer=viewer, cursor=cursor, **options)
        back = names(page.rows) + back
        cursor = page.previous
        if not cursor:
            return there, back


SORTS = [sign + key for key in queries.SORTS for sign in ("", "-")]


@pytest.mark.parametrize("sort", SORTS)
def test_paging_forwards_and_backwards_shows_every_row_once(sort):
    house = make_house()
    two_teams = make_viewer(Role.MANAGER, team=house.team1)
    two_teams = dataclasses.replace(two_teams, team_ids=(house.team1.pk, house.team2.pk))
    for n in range(17):
        saved = make_customer(f"客户{n % 5}{n:02d}", owner=(house.anna, house.bo)[n % 2])
        values = {"value_12m": n % 3, "risk": (n % 4) / 4, "last_purchase": date(2026, 1, 1 + n % 3)}
        set_score(saved, **values, next_purchase=date(2026, 5, 1 + n % 6))
    for viewer, expected in ((SYSTEM, 17), (two_teams, 17), (house.anna, 9), (house.manager1, 9)):
        for limit in (1, 4, 200):
            there, back = walk(viewer, sort=sort, limit=limit)
            assert there == back
            assert len(there) == len(set(there)) == expected


@pytest.mark.parametrize("reaches", [(), (2, 5), walks.REACHES])
@pytest.mark.parametrize("sort", ["name", "-name", "number", "-value", "risk"])
def test_a_filtered_walk_shows_what_passes_wherever_it_stands(sort, reaches, monkeypatch):
    monkeypatch.setattr(walks, "REACHES", reaches)
    house = make_house()
    two_teams = dataclasses.replace(
        make_viewer(Role.MANAGER, team=house.team1), team_ids=(house.team1.pk, house.team2.pk)
    )
    passing = {"tier": set(), "region": set(), "owner": set()}
    for n in range(17):
        name, region = f"客户{n % 5}{n:02d}", ("北京", "上海")[n % 6 == 1]
        saved = make_customer(name, owner=(house.anna, house.bo)[n % 2], region=region)
        value = n % 3
        set_score(saved, value_12m=value, risk=n % 4 / 4, tier="AB"[value == 0])
        passing["tier"] |= {name} if value == 0 else set()
        passing["region"] |= {name} if n % 6 == 1 else set()
        passing["owner"] |= {name} if n % 2 else set()
    filters = {"tier": "B", "region": "上海", "owner": str(house.bo.user_id)}
    for viewer in (SYSTEM, two_teams, house.anna):
        everything, _ = walk(viewer, sort=sort, limit=200)
        for (key, wanted), limit in itertools.product(filters.items(), (2, 200)):
            there, back = walk(viewer, sort=sort, limit=limit, filters={key: wanted})
            assert there == back == [name for name in everything if name in passing[key]], (key, limit)


def test_the_order_is_by_pinyin_and_by_number():
    for name in ("张伟", "安静", "单雪", "Bob", "王五"):
        make_customer(name)
    page = queries.list_customers(viewer=SYSTEM, sort="name")
    assert names(page.rows) == ["安静", "Bob", "单雪", "王五", "张伟"]
    assert names(queries.list_customers(viewer=SYSTEM, sort="-number").rows)[0] == "王五"
    assert (page.count.value, page.count.exact) == (5, True)


def test_each_sees_their_own_and_nothing_else_exists():
    house = make_house()
    mine, foreign = make_customer("甲", owner=house.anna), make_customer("乙", owner=house.bo)
    nobody = make_customer("丙")
    seen = {
        house.anna: {"甲"},
        house.bo: {"乙"},
        house.manager1: {"甲"},
        house.read_only1: {"甲"},
        house.admin: {"甲", "乙", "丙"},
        house.analyst: {"甲", "乙", "丙"},
    }
    by_id = {"甲": mine.id, "乙": foreign.id, "丙": nobody.id}
    for viewer, expected in seen.items():
        assert set(names(queries.list_customers(viewer=viewer).rows)) == expected
        found = set(queries.brief_for(list(by_id.values()), viewer))
        assert found == {by_id[name] for name in expected}
        for name, pk in by_id.items():
            assert bool(queries.search_ids(name, viewer)) == (name in expected)
            if name in expected:
                assert queries.get_customer(pk, viewer=viewer).name == name
            else:
                for read in (
                    lambda pk=pk, viewer=viewer: queries.get_customer(pk, viewer=viewer),
                    lambda pk=pk, viewer=viewer: queries.customer_page(pk, viewer),
                    lambda pk=pk, viewer=viewer: queries.timeline(pk, None, 10, viewer),
                    lambda pk=pk, viewer=viewer: queries.list_interactions(viewer=viewer, customer_id=pk),
                ):
                    with pytest.raises(NotFound):
                        read()


def test_contacts_are_masked_in_lists_full_on_the_page_and_absent_without_the_class():
    house = make_house()
    saved = make_customer(owner=house.anna, phone="13800138000", note="怕狗", form_of_address="张总")
    (row,) = queries.list_customers(viewer=house.anna).rows
    assert (row.phone, row.form_of_address) == ("138****8000", "张总")
    assert queries.customer_page(saved.id, house.anna).contacts[0].value == "13800138000"
    for blind in (house.analyst, house.read_only1):
        (row,) = queries.list_customers(viewer=blind).rows
        assert (row.phone, row.form_of_address) == (None, None)
        page = queries.customer_page(saved.id, blind)
        assert (page.contacts, page.dates, page.quality, page.customer.note) == ([], [], None, None)
        assert queries.brief_for([saved.id], blind)[saved.id].mobile == ""


def test_searching_or_filtering_by_what_may_not_be_read_tells_nothing():
    house = make_house()
    saved = make_customer(owner=house.anna, phone="13800138000")
    for text in ("13800138000", "138", "8000", "+86 138 0013 8000"):
        assert queries.search_ids(text, house.anna) == [saved.id]
        assert queries.search_ids(text, house.analyst) == []
    assert queries.list_customers(viewer=house.anna, filters={"contact": "13800138000"}).rows
    for key, value in (("contact", "13800138000"), ("birthday_month", "8")):
        with pytest.raises(Invalid) as error:
            queries.list_customers(viewer=house.analyst, filters={key: value})
        assert error.value.code == "unknown_filter"


@pytest.mark.parametrize(
    "filters",
    [
        {"password": "x"},
        {"owner__password__startswith": "pbkdf2"},
        {"name__regex": "(a+)+$"},
        {"tier": "Z"},
        {"tier__gte": "A"},
        {"value__gte": "ten"},
        {"value__gte": "1e309"},
        {"value__gte": "9" * 40},
        {"last_purchase__gte": "2026-02-30"},
        {"last_purchase__gte": "-999999999d"},
        {"owner": "1 OR 1=1"},
        {"owner": "9" * 30},
        {"tag": "a\x00b"},
        {"tag": "x" * 500},
        {"risk__lte": "nan"},
        {"orders": "²"},
        {"tier__in": ","},
        {"region": "\ud800"},
        [("tier", "A")] * 30,
    ],
)
def test_filters_outside_the_list_are_refused(filters):
    with pytest.raises(Invalid):
        queries.list_customers(viewer=SYSTEM, filters=filters)


@pytest.mark.parametrize(
    "sort", ["password", "owner__password", "-", "--name", "name;drop table", "(select 1)", "", "name,number"]
)
def test_sorts_outside_the_list_are_refused(sort):
    with pytest.raises(Invalid):
        queries.list_customers(viewer=SYSTEM, sort=sort)


def cursor_of(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!",
        "A" * 5000,
        cursor_of("-value", 0, 5, 1),
        cursor_of("name", 0, 5, 1),
        cursor_of("name", 0, "a\x00b", 1),
        cursor_of("name", 7, "a", 1),
        cursor_of("name", 0, "a", 2**80),
        cursor_of("name", 0, "a", "1"),
        cursor_of("name", 0, None, 1),
        cursor_of("name"),
        base64.urlsafe_b64encode(b"[" * 800).decode(),
    ],
)
def test_broken_cursors_are_refused(cursor):
    with pytest.raises(Invalid):
        queries.list_customers(viewer=SYSTEM, sort="name", cursor=cursor)
    with pytest.raises(Invalid):
        queries.list_interactions(viewer=SYSTEM, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 201, 10**9])
def test_page_sizes_are_bounded(limit):
    with pytest.raises(Invalid):
        queries.list_customers(viewer=SYSTEM, limit=limit)


def test_every_filter_finds_what_it_names_in_every_sort():
    house = make_house()
    good = make_customer(
        "好",
        owner=house.anna,
        kind="organisation",
        region="上海",
        industry="餐饮",
        source_code="referral",
        phone="13800138000",
        tags=["团购"],
        dates=[DateInput("birthday", 8, 15)],
    )
    make_customer("差", owner=house.bo)
    set_score(
        good,
        tier="A",
        state="active",
        rfm_cell="champion",
        value_12m=50_000_00,
        amount_12m=40_000_00,
        risk=0.2,
        orders=7,
        r=5,
        f=5,
        m=5,
        last_purchase=date(2026, 3, 1),
        next_purchase=date(2026, 4, 1),
        last_contact=date(2026, 3, 2),
    )
    matching = [
        {"tier": "A"},
        {"tier__in": "A,B"},
        {"state": "active"},
        {"rfm": "champion"},
        {"owner": str(house.anna.user_id)},
        {"team": str(house.team1.pk)},
        {"kind": "organisation"},
        {"tag": "团购"},
        {"region": "上海"},
        {"industry": "餐饮"},
        {"source": "referral"},
        {"last_purchase__gte": "2026-03-01"},
        {"last_purchase__lte": "2026-03-31"},
        {"next_purchase__lte": "2026-04-30"},
        {"last_contact__gte": "2026-03-01"},
        {"value__gte": "50000"},
        {"amount__gte": "40000"},
        {"risk__lte": "20%"},
        {"orders__gte": "7"},
        {"r": "5", "f": "5", "m__in": "4,5"},
        {"created__gte": "0d", "tier": "A"},
        {"contact": "138 0013 8000"},
        {"birthday_month": "8"},
    ]
    for filters in matching:
        for sort in ("name", "-value"):
            page = queries.list_customers(viewer=SYSTEM, filters=filters, sort=sort)
            assert names(page.rows) == ["好"], filters
    for filters in ({"owner": "none"}, {"last_purchase__lte": "2025-12-31"}, {"tier": "A", "region": "北京"}):
        assert queries.list_customers(viewer=SYSTEM, filters=filters).rows == []
    assert names(queries.list_customers(viewer=SYSTEM, filters={"last_purchase": "none"}).rows) == ["差"]


def test_a_manager_filtering_by_a_foreign_owner_finds_nothing():
    house = make_house()
    make_customer("乙", owner=house.bo)
    make_customer("甲", owner=house.anna)
    for sort in ("name", "-value"):
        page = queries.list_customers(
            viewer=house.manager1, filters={"owner": str(house.bo.user_id)}, sort=sort
        )
        assert page.rows == []


def test_tags_are_suggested_from_customers_in_sight_alone():
    house = make_house()
    for owner, tag in ((house.anna, "团队一"), (house.bo, "团队二")):
        saved = make_customer(owner=owner)
        actions.set_tags([saved.id], add=[tag, "两队都有"], by=SYSTEM)
    assert queries.tags_in_use(house.anna) == ["两队都有", "团队一"]
    assert queries.tags_in_use(house.manager1) == ["两队都有", "团队一"]
    assert queries.tags_in_use(house.analyst) == ["两队都有", "团队一", "团队二"]
    page = browser_of(house.anna).get("/customers/bulk/tags/").content.decode()
    assert "团队一" in page
    assert "团队二" not in page
