"""The customer list: filters, sort, pages, columns, views, bulk commands, editing in place."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhike.core.clock import today
from zhike.customers import queries
from zhike.customers.models import Customer
from zhike.customers.tests.factories import make_customer, set_score
from zhike.customers.tests.pages import HTMX, browser_of, names, words

pytestmark = pytest.mark.django_db
LIST = "/customers/"


def test_only_customers_in_scope_are_listed(house):
    make_customer("张伟明", owner=house.anna)
    make_customer("李小龙", owner=house.bo)
    assert names(browser_of(house.anna).get(LIST)) == ["张伟明"]
    assert set(names(browser_of(house.admin).get(LIST))) == {"张伟明", "李小龙"}


def test_the_list_costs_few_queries(house, django_assert_max_num_queries):
    for n in range(60):
        make_customer(f"客户{n}", owner=house.anna, tags=["常客"])
    client = browser_of(house.admin)
    client.get(LIST)
    with django_assert_max_num_queries(15):
        assert len(names(client.get(LIST))) == 50


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "sort=password",
        "sort=-nothing",
        "cursor=abc",
        "tier__regex=A",
        "owner__password=x",
        "tier=X",
        "value__gte=abc",
        "columns=secret",
        "tier=A&tier=B",
        "last_purchase__gte=2026-02-30",
        "q=" + "x" * 81,
    ],
)
def test_an_address_outside_the_allow_list_is_a_bad_request(house, query):
    assert browser_of(house.admin).get(f"{LIST}?{query}").status_code == 400


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(
        ["sort", "cursor", "q", "columns", "tier", "state__in", "value__gte", "owner", "risk__lte"]
    ),
    value=st.text(max_size=40),
)
def test_no_parameter_breaks_the_page(house, key, value):
    response = browser_of(house.admin).get(LIST, {key: value})
    assert response.status_code in {200, 400}


def test_filters_are_chips_that_can_be_taken_away(house):
    a, b = make_customer("甲", owner=house.anna), make_customer("乙", owner=house.anna)
    set_score(a, tier="A", orders=1, value_12m=900_00)
    set_score(b, tier="D", orders=1, value_12m=100_00)
    page = browser_of(house.anna).get(LIST, {"tier__in": "A,B"})
    assert names(page) == ["甲"]
    assert "Tier: Tier A, Tier B" in words(page)
    assert f'href="{LIST}"' in page.content.decode()


def test_the_filter_form_leads_to_the_list_it_describes(house):
    client = browser_of(house.anna)
    sent = {
        "back": "sort=name&tier__in=A",
        "tier__in": ["B", "C"],
        "value__gte": "1000",
        "last_purchase__gte": "2026-01-31",
    }
    response = client.post(reverse("customers:filters"), sent, headers=HTMX)
    assert response.status_code == 204
    target = response.headers["HX-Redirect"]
    assert "tier__in=B%2CC" in target
    assert "value__gte=1000" in target
    assert "sort=name" in target
    assert client.get(target).status_code == 200


def test_the_filter_form_keeps_what_it_was_opened_with(house):
    page = browser_of(house.anna).get(reverse("customers:filters"), {"back": "tier__in=A&risk__gte=0.8"})
    text = page.content.decode()
    assert re.search(r'name="tier__in" value="A"[^>]*checked', text)
    assert re.search(r'name="risk__gte"[^>]*value="0.8"|value="0.8"[^>]*name="risk__gte"', text)


def test_a_refused_filter_comes_back_with_its_message(house):
    sent = {"back": "", "risk__gte": "7"}
    page = browser_of(house.anna).post(reverse("customers:filters"), sent, headers=HTMX)
    assert page.status_code == 422


def test_pages_go_forth_back_and_to_both_ends(house):
    for n in range(120):
        make_customer(f"K{n:03}", owner=house.anna, contacts=[])
    client = browser_of(house.anna)
    first = client.get(LIST, {"sort": "name"})
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    second = client.get(following.group(1).replace("&amp;", "&"))
    last = client.get(LIST, {"sort": "name", "cursor": "last"})
    assert names(first)[0] == "K000"
    assert names(second)[0] == "K050"
    assert names(last)[-1] == "K119"
    assert 'aria-label="First page"' in second.content.decode()
    assert 'aria-label="Last page"' in second.content.decode()
    back = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())
    assert names(client.get(back.group(1).replace("&amp;", "&"))) == names(first)


def test_searching_within_the_filters(house):
    a, b = make_customer("王小明", owner=house.anna), make_customer("王大力", owner=house.anna)
    set_score(a, tier="A", orders=1)
    set_score(b, tier="B", orders=1)
    client = browser_of(house.anna)
    assert set(names(client.get(LIST, {"q": "王"}))) == {"王小明", "王大力"}
    assert names(client.get(LIST, {"q": "wang", "tier": "B"})) == ["王大力"]
    part = client.get(LIST, {"q": "王"}, headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div id="list">')


def test_columns_are_remembered_and_contacts_need_their_class(house):
    make_customer("张伟明", owner=house.anna, phone="13812345521")
    client = browser_of(house.anna)
    client.post(
        reverse("customers:columns"), {"column": ["phone", "region"], "next": "/customers/?sort=name"}
    )
    page = client.get(LIST)
    assert "13812345521" not in page.content.decode()
    assert "5521" in words(page)
    assert "Churn risk" not in re.findall(r"<thead>.*</thead>", page.content.decode(), re.DOTALL)[0]
    analyst = browser_of(house.analyst)
    assert analyst.get(LIST, {"columns": "phone"}).status_code == 400
    assert "5521" not in words(analyst.get(LIST))


def test_a_view_is_kept_opened_and_deleted(house):
    client = browser_of(house.anna)
    sent = {"name": "老客户", "back": "tier__in=A&sort=name"}
    target = client.post(reverse("customers:view_new"), sent, headers=HTMX).headers["HX-Redirect"]
    page = client.get(target)
    assert "<h1>老客户</h1>" in page.content.decode()
    again = client.post(reverse("customers:view_new"), {"name": "", "back": ""}, headers=HTMX)
    assert again.status_code == 422
    view = queries.saved_views(house.anna)[0]
    foreign = browser_of(house.bo).post(reverse("customers:view_delete", args=[view.id]))
    assert foreign.status_code == 404
    client.post(reverse("customers:view_delete", args=[view.id]))
    assert queries.saved_views(house.anna) == []


def test_the_house_views_are_lists_that_open(house):
    client = browser_of(house.anna)
    addresses = re.findall(r'<nav class="views".*?</nav>', client.get(LIST).content.decode(), re.DOTALL)[0]
    found = [
        a.replace("&amp;", "&")
        for a in re.findall(r'href="(/customers/[^"]*)"', addresses)
        if "views/new" not in a
    ]
    assert len(found) == 5
    assert [client.get(a).status_code for a in found] == [200] * 5


def test_tags_of_many_are_put_on_and_undone(house):
    ids = [make_customer(f"客{n}", owner=house.anna).id for n in range(3)]
    client = browser_of(house.anna)
    response = client.post(
        reverse("customers:bulk_tags"), {"id": ids, "tags": "常客，团购", "how": "add"}, headers=HTMX
    )
    assert [set(r.tags) for r in queries.rows_for(ids, house.anna)] == [{"常客", "团购"}] * 3
    undo = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    assert browser_of(house.bo).post(undo).status_code == 404
    assert client.post(undo, headers=HTMX).status_code == 204
    assert [r.tags for r in queries.rows_for(ids, house.anna)] == [[], [], []]


def test_one_foreign_customer_in_a_selection_changes_nothing(house):
    mine, foreign = make_customer("我的", owner=house.anna), make_customer("别人的", owner=house.bo)
    sent = {"id": [mine.id, foreign.id], "tags": "常客", "how": "add"}
    assert browser_of(house.anna).post(reverse("customers:bulk_tags"), sent).status_code == 404
    assert queries.rows_for([mine.id], house.anna)[0].tags == []


def test_handing_over_needs_the_right_and_can_be_undone(house):
    customer = make_customer("要移交", owner=house.anna)
    sent = {"id": [customer.id], "owner": house.manager1.user_id}
    assert browser_of(house.anna).post(reverse("customers:bulk_assign"), sent).status_code == 403
    client = browser_of(house.manager1)
    response = client.post(reverse("customers:bulk_assign"), sent, headers=HTMX)
    assert queries.get_customer(customer.id, viewer=house.admin).owner_id == house.manager1.user_id
    client.post(json.loads(response.headers["HX-Trigger"])["toast"]["undo"], headers=HTMX)
    assert queries.get_customer(customer.id, viewer=house.admin).owner_id == house.anna.user_id
    assert client.post(reverse("customers:bulk_assign"), {"owner": house.manager1.user_id}).status_code == 400


def test_a_cell_is_edited_in_place(house):
    customer = make_customer("要改地区", owner=house.anna)
    client = browser_of(house.anna)
    cell = reverse("customers:cell", args=[customer.id, "region"])
    assert 'name="region"' in client.get(cell).content.decode()
    answer = client.post(cell, {"region": "苏州"}, headers=HTMX)
    assert "苏州" in answer.content.decode()
    assert queries.get_customer(customer.id, viewer=house.anna).region == "苏州"
    assert client.get(reverse("customers:cell", args=[customer.id, "password"])).status_code == 404
    assert client.get(reverse("customers:cell", args=[customer.id, "owner"])).status_code == 403
    assert browser_of(house.bo).post(cell, {"region": "x"}).status_code == 404


def test_a_damaged_undo_address_leads_nowhere(house):
    assert browser_of(house.anna).post(reverse("customers:undo", args=["nonsense"])).status_code == 404


def test_names_are_escaped(house):
    make_customer('<svg/onload=alert(1)>"', owner=house.anna)
    Customer.objects.update(name='<svg/onload=alert(1)>"', region="<b>x")
    text = browser_of(house.anna).get(LIST, {"columns": "region,owner"}).content.decode()
    assert "<svg/onload" not in text
    assert "<b>x" not in text


def test_empty_lists_teach_the_next_step(house):
    assert "Enter your first customer" in words(browser_of(house.anna).get(LIST))
    assert "No customer fits" in words(browser_of(house.anna).get(LIST, {"tier": "A"}))


def test_the_search_box_merges_what_the_slices_find(house):
    customer = make_customer("欧阳娜娜", owner=house.anna)
    client = browser_of(house.anna)
    live = client.get("/search/", {"q": "oynn"}, headers=HTMX).content.decode()
    assert reverse("customers:detail", args=[customer.id]) in live
    assert "<html" not in live
    assert "欧阳娜娜" in words(client.get("/search/", {"q": "欧阳"}))
    assert (
        reverse("customers:detail", args=[customer.id])
        not in browser_of(house.bo).get("/search/", {"q": "欧阳"}).content.decode()
    )
    assert client.get("/search/", {"foo": "1"}).status_code == 400
    assert client.get("/search/").status_code == 200


def test_a_quiet_customer_is_in_the_view_of_those_not_contacted(house):
    quiet, fresh = make_customer("久未联系", owner=house.anna), make_customer("刚联系", owner=house.anna)
    for one, days in ((quiet, 120), (fresh, 3)):
        set_score(one, tier="A", orders=1, last_contact=today() - timedelta(days=days))
    page = browser_of(house.anna).get(LIST, {"last_contact__lte": "-90d", "tier__in": "A,B,C"})
    assert names(page) == ["久未联系"]
    assert "Not contacted for 90 days" in page.content.decode()


@pytest.mark.parametrize("name", ["columns", "bulk_assign", "bulk_tags", "view_new", "filters"])
def test_commands_ask_for_a_csrf_token(house, name):
    assert (
        browser_of(house.admin, enforce_csrf_checks=True).post(reverse(f"customers:{name}")).status_code
        == 403
    )


def test_reading_addresses_take_no_post(house):
    client = browser_of(house.admin)
    assert client.post(LIST).status_code == 405
    assert client.get(reverse("customers:columns")).status_code == 405
