"""Reads: who sees what, lists that page, filters and searches that cannot be misused."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest

from zhike.core.clock import now
from zhike.core.errors import Forbidden, Invalid, NotFound
from zhike.core.permissions import SYSTEM
from zhike.customers import actions, queries
from zhike.customers.actions import ContactInput, CustomerInput, DateInput, InteractionInput
from zhike.customers.queries import search as search_module
from zhike.customers.queries.export import export_customers
from zhike.customers.tests.factories import make_customer, make_house, set_score
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
    import dataclasses

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


def test_search_order_is_exact_then_beginning_then_value():
    wei = make_customer("张伟")
    longer = make_customer("张伟明")
    inside = make_customer("大张伟")
    poor = make_customer("张伟国")
    for saved, value in ((wei, 1), (longer, 200), (inside, 900), (poor, 100)):
        set_score(saved, value_12m=value)
    assert queries.search_ids("张伟", SYSTEM) == [wei.id, longer.id, poor.id, inside.id]
    assert queries.search_ids("zhangwei", SYSTEM) == [longer.id, poor.id, wei.id, inside.id]
    number = queries.get_customer(inside.id, viewer=SYSTEM).number
    assert queries.search_ids(str(number), SYSTEM)[0] == inside.id


@pytest.mark.parametrize("walk_rows", [0, 3, 2000])
def test_search_finds_the_same_however_it_gets_there(walk_rows, monkeypatch):
    made = {}
    for n, name in enumerate(("张伟明", "章子怡", "王小张", "欧阳娜", "上海张记商行", "John Zhang", "李四")):
        made[name] = make_customer(
            name, phone=f"1380013800{n}", kind="organisation" if "商行" in name else "person"
        )
        set_score(made[name], value_12m=n)
    monkeypatch.setattr(search_module, "WALK", walk_rows)
    by_id = {saved.id: name for name, saved in made.items()}

    def found(text):
        return [by_id[pk] for pk in queries.search_ids(text, SYSTEM)]

    assert found("张") == ["张伟明", "上海张记商行", "王小张"]
    assert found("zhang") == ["章子怡", "张伟明", "John Zhang", "上海张记商行", "王小张"]
    assert set(found("z")) == set(made) - {"欧阳娜", "李四"}
    assert found("oyn") == ["欧阳娜"]
    assert found("ouyang") == ["欧阳娜"]
    assert found("13800138003") == ["欧阳娜"]
    assert found("8003") == ["欧阳娜"]
    assert found("张记 上海") == ["上海张记商行"]
    assert found("伟张") == []
    assert found("zhang 8000") == ["张伟明"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "%",
        "_",
        "'",
        '"',
        "\\",
        "*",
        "a*",
        "AND",
        "NEAR(a b)",
        "search_open:",
        "\x00",
        "()",
        "🙂",
        "x" * 5000,
    ],
)
def test_no_text_breaks_the_search(text):
    make_customer("张伟")
    assert queries.search_ids(text, SYSTEM) == []


def test_search_takes_rare_and_traditional_characters():
    rare = make_customer("𠮷田龘")
    for text in ("𠮷", "龘", "𠮷田"):
        assert queries.search_ids(text, SYSTEM) == [rare.id]
    old = make_customer("張偉")
    assert queries.search_ids("张伟", SYSTEM) == [old.id]
    assert queries.search_ids("張", SYSTEM) == [old.id]


def test_the_count_is_capped_and_says_so(monkeypatch):
    from zhike.customers.queries import lists

    actions.create_customers(
        [CustomerInput(name=f"客{n}", region="x" if n % 2 else "y") for n in range(30)], by=SYSTEM
    )
    monkeypatch.setattr(lists, "COUNT_CAP", 10)
    page = queries.list_customers(viewer=SYSTEM, limit=5)
    assert (page.count.value, page.count.exact) == (10, False)
    monkeypatch.setattr(lists, "COUNT_CAP", 100)
    monkeypatch.setattr(lists, "COUNT_SCAN", 20)
    page = queries.list_customers(viewer=SYSTEM, limit=5, filters={"region": "x"})
    assert not page.count.exact
    assert 5 <= page.count.value <= 15
    monkeypatch.setattr(lists, "COUNT_SCAN", 100)
    page = queries.list_customers(viewer=SYSTEM, limit=5, filters={"region": "x"})
    assert (page.count.value, page.count.exact) == (15, True)


def test_a_page_costs_few_queries(django_assert_max_num_queries):
    house = make_house()
    for n in range(30):
        make_customer(f"客{n}", owner=house.anna, tags=["a"])
    with django_assert_max_num_queries(6):
        queries.list_customers(viewer=house.anna, sort="-value", limit=25)
    saved = queries.list_customers(viewer=house.anna, limit=1).rows[0]
    with django_assert_max_num_queries(12):
        queries.customer_page(saved.id, house.anna)
    with django_assert_max_num_queries(7):
        queries.search_customers("客", house.anna)
    with django_assert_max_num_queries(2):
        queries.brief_for(range(saved.id, saved.id + 30))


def test_special_dates_ahead_solar_lunar_and_across_the_year():
    saved = make_customer(
        dates=[
            DateInput("birthday", 1, 3, year=1980),
            DateInput("birthday", 11, 15, calendar="lunar", whose="family", person="母亲"),
            DateInput("founding", 6, 1, whose="firm"),
        ]
    )
    found = {d.occasion + d.whose: d for d in queries.special_dates_between(date(2026, 12, 20), 21)}
    assert set(found) == {"birthdayself", "birthdayfamily"}
    assert (found["birthdayself"].on, found["birthdayself"].years) == (date(2027, 1, 3), 47)
    assert found["birthdayfamily"].on == date(2026, 12, 23)
    assert list(queries.special_dates_between(date(2026, 12, 20), 21, [saved.id + 1])) == []


def test_bulk_readers_for_the_agenda():
    house = make_house()
    saved = make_customer(
        owner=house.anna,
        phone="13800138000",
        contacts=[
            ContactInput("mobile", "13800138000"),
            ContactInput("email", "a@example.com", consent="refused"),
        ],
    )
    other = make_customer(contacts=[])
    at = now() - timedelta(days=2)
    actions.record_interaction(InteractionInput(saved.id, "call", at=at), by=house.anna)
    brief = queries.brief_for([saved.id, other.id])
    assert (brief[saved.id].mobile, brief[saved.id].refused) == ("+8613800138000", frozenset({"email"}))
    assert brief[saved.id].has_channel("call")
    assert not brief[saved.id].has_channel("email")
    assert not brief[other.id].has_channel("call")
    assert abs(queries.last_contacts([saved.id, other.id])[saved.id] - at) < timedelta(seconds=1)
    assert other.id not in queries.last_contacts()
    assert [(pk, channel) for pk, channel, _ in queries.contacts_since(at - timedelta(days=1))] == [
        (saved.id, "call")
    ]
    set_score(saved, tier="A")
    (stale,) = queries.stale_customers(date(2026, 3, 8))
    assert (stale.customer_id, stale.gap) == (saved.id, "no_birthday")


def test_the_export_holds_what_the_viewer_sees():
    house = make_house()
    make_customer("甲", owner=house.anna, phone="13800138000", tags=["a", "b"])
    make_customer("乙", owner=house.bo)
    (row,) = export_customers(house.manager1, {})
    assert (row["name"], row["mobile"], row["tags"]) == ("甲", "13800138000", "a, b")
    assert len(list(export_customers(house.admin, {}))) == 2
    with pytest.raises(Forbidden):
        list(export_customers(house.anna, {}))
    import dataclasses

    blind = dataclasses.replace(house.analyst, permissions=house.analyst.permissions | {"customers.export"})
    assert {row["mobile"] for row in export_customers(blind, {})} == {""}
