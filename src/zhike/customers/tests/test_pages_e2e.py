"""A salesperson's way through the customers, in a real browser: accessible, by keyboard, on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from zhike.core.clock import now, today
from zhike.customers import actions, queries
from zhike.customers.actions import DateInput, InteractionInput
from zhike.customers.tests.factories import House, make_customer, make_house, set_score
from zhike.customers.tests.pages import browser_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def house() -> House:
    made = make_house()
    for n, name in enumerate(["周婉清", "恒丰米业有限公司", "沈嘉禾", "顾长明"]):
        kind = "organisation" if "公司" in name else "person"
        saved = make_customer(name, owner=made.anna, kind=kind, region="苏州", tags=["老客户"])
        set_score(
            saved,
            tier="ABCD"[n],
            orders=n + 1,
            state="active",
            value_12m=4_000_000 - n * 1_000_000,
            value_high=5_000_000,
            risk=0.2 * n,
            next_purchase=today() + timedelta(days=5),
            next_low=today(),
            run_id=1,
            rfm_cell="loyal",
            next_high=today() + timedelta(days=9),
            last_purchase=today() - timedelta(days=9),
            basis="own_history",
            first_purchase=today() - timedelta(days=90),
        )
    first = queries.search_ids("周婉清", made.anna)[0]
    actions.add_special_date(first, DateInput("birthday", 8, 15, "lunar", year=1978), by=made.anna)
    actions.record_interaction(
        InteractionInput(
            first,
            "wechat",
            at=now() - timedelta(days=3),
            direction="in",
            summary="问新茶",
            promise="到货告诉她",
            promise_due=today(),
        ),
        by=made.anna,
    )
    return made


@pytest.fixture
def at(live_server, page, house) -> Any:
    """Open an address of the house as Anna."""
    session = browser_of(house.anna).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )

    def go(path: str) -> Any:
        page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("networkidle")
        return page

    return go


def violations(page: Any) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_list_and_customer_are_accessible_and_fit(at, page, house, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    first = queries.search_ids("周婉清", house.anna)[0]
    tabs = [
        f"/customers/{first}/{tab}"
        for tab in ("", "?tab=family", "?tab=numbers", "?tab=history", "?tab=interactions")
    ]
    for path in ("/customers/", "/customers/?tier=A&q=x", "/customers/new/", *tabs):
        at(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_dialogs_are_accessible(at, page, house):
    first = queries.search_ids("周婉清", house.anna)[0]
    page.emulate_media(reduced_motion="reduce")  # a dialog that is still fading in has pale text
    at("/customers/")
    for opener in ("text=筛选", "text=保存这个视图"):
        page.click(opener)
        page.wait_for_selector("dialog[open]")
        assert violations(page) == [], opener
        page.keyboard.press("Escape")
    at(f"/customers/{first}/")
    for opener in (".tiles a >> nth=0", ".customer-head .btn.primary"):
        page.click(opener)
        page.wait_for_selector("dialog[open]")
        assert violations(page) == [], opener
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]", state="detached")


def test_a_contact_is_logged_from_the_customer_and_taken_back(at, page, house):
    first = queries.search_ids("周婉清", house.anna)[0]
    at(f"/customers/{first}/")
    page.keyboard.press("w")
    page.wait_for_selector("dialog[open]")
    page.click("dialog label:has-text('拜访')")
    page.fill("dialog textarea[name=summary]", "看了新到的春兰")
    page.click("dialog .btn.primary")
    page.wait_for_selector("#timeline >> text=看了新到的春兰")
    page.click(".toast-undo")
    page.wait_for_selector("#timeline >> text=看了新到的春兰", state="detached")
    assert queries.list_interactions(viewer=house.anna, customer_id=first).rows[0].summary == "问新茶"


def test_a_promise_is_kept_with_one_click(at, page, house):
    first = queries.search_ids("周婉清", house.anna)[0]
    at(f"/customers/{first}/")
    page.click("#timeline button:has-text('已兑现')")
    page.wait_for_selector("#timeline .text-green")


def test_the_list_is_worked_by_keyboard(at, page, house):
    at("/customers/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("tr.selected").count() == 2
    page.click("[data-bulk] button:has-text('标签')")
    page.wait_for_selector("dialog[open] input[name=tags]")
    page.fill("dialog input[name=tags]", "喜欢喝茶")
    page.click("dialog .btn.primary")
    page.wait_for_selector("#rows >> text=喜欢喝茶")
    assert page.locator("#rows .badge:has-text('喜欢喝茶')").count() == 2
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector("dialog[open] input[name=name]")


def test_a_cell_is_edited_in_place_and_undone(at, page, house):
    at("/customers/?columns=region")
    page.click("#rows .inline-edit >> nth=0")
    page.fill("#rows input[name=region]", "杭州")
    page.keyboard.press("Enter")
    page.wait_for_selector("#rows .inline-edit:has-text('杭州')")
    page.click(".toast-undo")
    page.wait_for_selector("#rows .inline-edit:has-text('杭州')", state="detached")


def test_the_list_filters_while_one_types(at, page, house):
    at("/customers/")
    page.fill(".search-input input", "sjh")
    page.wait_for_selector("#rows tbody tr:only-child")
    assert page.inner_text("#rows [data-open-row]") == "沈嘉禾"
    assert "q=sjh" in page.url


def test_the_same_number_is_told_while_one_types(at, page, house):
    make_customer("孙志强", owner=house.anna, phone="13912345678")
    make_customer("看不见的人", owner=house.bo, phone="13912340000")
    at("/customers/new/")
    page.fill("input[name=mobile]", "13912345678")
    page.wait_for_selector("#duplicates >> text=孙志强")
    page.fill("input[name=mobile]", "13912340000")
    page.wait_for_selector("#duplicates >> text=公司里已有登记")
    assert "看不见的人" not in page.inner_text("#duplicates")


def test_an_explanation_opens_with_its_basis(at, page, house):
    first = queries.search_ids("周婉清", house.anna)[0]
    at(f"/customers/{first}/")
    page.click(".tiles a >> nth=2")
    page.wait_for_selector("dialog[open] >> text=怎么算的")
