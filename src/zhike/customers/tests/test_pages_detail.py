"""The page of one customer: what it shows to whom, its figures, timeline, history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhike.core.clock import now, today
from zhike.customers import actions, queries
from zhike.customers.actions import ContactInput, DateInput, InteractionInput
from zhike.customers.tests.factories import make_customer, set_score
from zhike.customers.tests.pages import HTMX, browser_of, words
from zhike.customers.views import numbers

pytestmark = pytest.mark.django_db
TABS = ("overview", "orders", "interactions", "family", "numbers", "history")


@pytest.fixture
def zhou(house):
    saved = make_customer(
        "周婉清", owner=house.anna, phone="13812345521", region="苏州 姑苏区", form_of_address="周姐"
    )
    set_score(
        saved,
        tier="A",
        orders=18,
        state="active",
        value_12m=4_230_000,
        value_low=3_100_000,
        value_high=5_500_000,
        risk=0.18,
        risk_before=0.07,
        next_purchase=today() + timedelta(days=11),
        next_low=today() + timedelta(days=4),
        next_high=today() + timedelta(days=18),
        amount_12m=3_200_000,
        margin_12m=987_000,
        rfm_cell="loyal",
        r=4,
        f=5,
        m=5,
        first_purchase=today() - timedelta(days=700),
        last_purchase=today() - timedelta(days=8),
        mean_gap_days=38,
        basis="own_history",
        run_id=1,
        p_alive=0.9,
        expected_orders_12m=9.5,
        expected_spend=445_000,
    )
    return saved


def url(customer, name="detail", *more):
    return reverse(f"customers:{name}", args=[customer.id, *more])


def log(customer, by, **values):
    given = {"channel": "call", "summary": "聊了新茶", "outcome": "reached", **values}
    return actions.record_interaction(InteractionInput(customer_id=customer.id, **given), by=by)


def test_the_header_tells_who_it_is_and_the_figures_in_plain_words(house, zhou):
    page = browser_of(house.anna, "zh-hans").get(url(zhou))
    text = words(page)
    assert "周婉清" in text
    assert "138 1234 5521" in text
    assert "4.23 万元" in text
    assert "约八成可能在 3.1 万元–5.5 万元之间" in text
    assert "18% ↑" in text
    assert "忠实客户" in text


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_tab_opens_in_both_languages(house, zhou, tab, language):
    assert browser_of(house.anna, language).get(url(zhou), {"tab": tab}).status_code == 200


def test_the_page_costs_few_queries(house, zhou, django_assert_max_num_queries):
    for n in range(30):
        log(zhou, house.anna, at=now() - timedelta(days=n))
    client = browser_of(house.anna)
    client.get(url(zhou))
    with django_assert_max_num_queries(25):
        client.get(url(zhou))


@pytest.mark.parametrize(
    "name", ["detail", "timeline", "edit", "tags", "contact_new", "date_new", "relation_new"]
)
def test_a_customer_out_of_sight_does_not_exist(house, zhou, name):
    assert browser_of(house.bo).get(url(zhou, name)).status_code == 404
    assert browser_of(house.anna).get(reverse(f"customers:{name}", args=[10**18])).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "tab=secret",
        "foo=1",
        "show=all",
        "cursor=x",
        "tab=history&cursor=zzz",
        "tab=interactions&cursor=zzz",
        "tab=overview&tab=family",
    ],
)
def test_a_bad_address_is_a_bad_request(house, zhou, query):
    assert browser_of(house.anna).get(f"{url(zhou)}?{query}").status_code == 400


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["tab", "cursor", "show", "before"]), value=st.text(max_size=30))
def test_no_parameter_breaks_the_pages(house, zhou, name, value):
    client = browser_of(house.anna)
    assert client.get(url(zhou), {name: value}).status_code in {200, 400}
    assert client.get(url(zhou, "timeline"), {name: value}).status_code in {200, 400}


def test_contacts_and_private_days_stay_with_those_who_may_read_them(house, zhou):
    actions.add_special_date(zhou.id, DateInput("birthday", 5, 4, year=1978), by=house.anna)
    log(zhou, house.anna, summary="她女儿要高考", promise="帮她留票", promise_due=today())
    for viewer in (house.analyst, house.read_only1):
        for tab in TABS:
            text = words(browser_of(viewer).get(url(zhou), {"tab": tab}))
            assert "5521" not in text
            assert "周姐" not in text
            assert "1978" not in text
            assert "高考" not in text
            assert "留票" not in text


def test_a_customer_without_purchases_has_no_invented_figures(house):
    fresh = make_customer("新朋友", owner=house.anna)
    text = words(browser_of(house.anna).get(url(fresh)))
    assert "nothing bought yet" in text
    assert "0%" not in text
    assert "9999" not in text


@pytest.mark.parametrize("key", numbers.KEYS)
def test_every_figure_explains_itself(house, zhou, key):
    client = browser_of(house.anna)
    dialog = client.get(url(zhou, "explain", key), headers=HTMX)
    assert dialog.status_code == 200
    assert "<html" not in dialog.content.decode()
    assert client.get(url(zhou, "explain", key)).status_code == 200
    assert client.get(url(zhou, "explain", "wealth")).status_code == 404


def test_margin_is_for_those_who_know_the_cost(house, zhou):
    page = queries.customer_page(zhou.id, house.admin)
    with translation.override("en"):
        assert "margin" in numbers.figures(page.score, house.admin)[3].note
        assert "margin" not in numbers.figures(page.score, house.anna)[3].note
        assert "Margin" not in str(numbers.explain("amount", page, house.anna))


def test_an_overdue_purchase_is_amber(house, zhou):
    past = {"next_low": today() - timedelta(days=30), "next_high": today() - timedelta(days=2)}
    set_score(zhou, next_purchase=today() - timedelta(days=10), **past)
    figure = numbers.figures(queries.customer_page(zhou.id, house.anna).score, house.anna)[1]
    assert figure.tone == "amber"


def test_the_timeline_goes_on_until_its_end_without_gaps(house, zhou):
    for n in range(23):
        log(
            zhou,
            house.anna,
            summary=f"第{n:02}次",
            at=now() - timedelta(days=n),
            direction="in" if n % 3 else "out",
        )
    client = browser_of(house.anna)
    address, seen = url(zhou, "timeline"), ""
    for _ in range(5):
        text = client.get(address, headers=HTMX).content.decode()
        seen += text
        if "before=" not in text:
            break
        address = text.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&")
    assert [f"第{n:02}次" in seen for n in range(23)] == [True] * 23
    assert seen.count("第07次") == 1
    both = client.get(url(zhou, "timeline"), {"show": "two_way"}, headers=HTMX).content.decode()
    assert "第01次" in both
    assert "第03次" not in both


def test_contacts_of_one_instant_are_never_parted(house, zhou):
    at = now() - timedelta(days=2)
    for n in range(14):
        log(zhou, house.anna, summary=f"同时{n:02}", at=at)
    log(zhou, house.anna, summary="最近一次")
    client = browser_of(house.anna)
    first = client.get(url(zhou, "timeline"), headers=HTMX).content.decode()
    more = first.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&") if "before=" in first else ""
    seen = first + (client.get(more, headers=HTMX).content.decode() if more else "")
    assert [f"同时{n:02}" in seen for n in range(14)] == [True] * 14


def test_the_history_names_who_changed_what(house, zhou):
    actions.update_customer(
        zhou.id, version=zhou.version, changes={"region": "上海", "form_of_address": "周老师"}, by=house.anna
    )
    contact = queries.customer_page(zhou.id, house.anna).contacts[0]
    actions.update_contact(contact.id, ContactInput("mobile", "13900001111"), by=house.manager1)
    date_id = actions.add_special_date(zhou.id, DateInput("wedding", 10, 1), by=house.anna)
    actions.remove_special_date(date_id, by=house.anna)
    text = words(browser_of(house.anna).get(url(zhou), {"tab": "history"}))
    assert "苏州 姑苏区 → 上海" in text
    assert "周姐 → 周老师" in text
    assert "13812345521" in text
    assert house.manager1.name in text
    assert "Wedding day 1 Oct" in text
    assert "Entered" in text


def test_the_history_hides_values_of_classes_one_may_not_read(house, zhou):
    actions.update_customer(
        zhou.id, version=zhou.version, changes={"region": "上海", "form_of_address": "周老师"}, by=house.anna
    )
    text = words(browser_of(house.analyst).get(url(zhou), {"tab": "history"}))
    assert "上海" in text
    assert "周老师" not in text
    assert "not visible to you" in text


def test_a_long_history_is_paged(house, zhou):
    version = zhou.version
    for n in range(45):
        version = actions.update_customer(
            zhou.id, version=version, changes={"region": f"区{n:02}"}, by=house.anna
        ).version
    client = browser_of(house.anna)
    first = client.get(url(zhou), {"tab": "history"}).content.decode()
    older = first.split("cursor=")[1].split('"')[0]
    second = client.get(f"{url(zhou)}?tab=history&cursor={older}").content.decode()
    assert "区44" in first
    assert "区01" in second
    assert [f"区{n:02}</ins>" in first or f"区{n:02}</ins>" in second for n in range(45)] == [True] * 45


def test_texts_of_people_are_escaped_everywhere(house, zhou):
    evil = "<img src=x onerror=alert(1)>"
    actions.update_customer(
        zhou.id, version=zhou.version, changes={"name": evil, "note": evil, "hobbies": evil}, by=house.anna
    )
    log(zhou, house.anna, summary=evil, promise=evil, promise_due=today())
    actions.add_relation(zhou.id, kind="friend", name=evil, note=evil, by=house.anna)
    for tab in TABS:
        assert "<img src=x" not in browser_of(house.anna).get(url(zhou), {"tab": tab}).content.decode()
