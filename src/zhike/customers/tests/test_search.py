"""Search: what is found, in which order, and what stays hidden."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhike.core.clock import now
from zhike.core.errors import Forbidden
from zhike.core.permissions import SYSTEM
from zhike.customers import actions, queries
from zhike.customers.actions import ContactInput, CustomerInput, DateInput, InteractionInput
from zhike.customers.queries import search as search_module
from zhike.customers.queries.export import export_customers
from zhike.customers.tests.factories import make_customer, make_house, set_score

pytestmark = pytest.mark.django_db


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
