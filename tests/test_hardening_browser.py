"""The pages in a real browser under the real content policy: it refuses nothing they need."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from tests.hardened import make_records
from tests.test_hardening_walk import own_folder  # noqa: F401 - a fixture
from zhike.config.middleware import CSP
from zhike.customers.tests.factories import make_house
from zhike.staff.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def inside(live_server, page):
    """A logged-in page, its mine of records, and what the policy refused."""
    house = make_house()
    mine = make_records(house.anna, upload_by=house.admin)
    client = Client()
    client.force_login(User.objects.get(pk=house.admin.user_id))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security" in line.text else None)
    return live_server.url, mine, refused


def test_the_policy_allows_no_inline_script_and_no_inline_style():
    assert "unsafe" not in CSP
    assert "frame-ancestors 'none'" in CSP


def test_no_page_needs_what_the_policy_refuses(inside, page):
    url, mine, refused = inside
    for path in (
        "/",
        "/team/",
        "/customers/",
        f"/customers/{mine.customer}/",
        "/sales/",
        f"/sales/orders/{mine.order}/",
        "/insight/",
        "/settings/",
        "/settings/import/",
        f"/settings/import/{mine.run}/",
        "/account/2fa/",
        "/account/password/change/",
        "/api/docs",
    ):
        answer = page.goto(url + path)
        page.wait_for_load_state("networkidle")
        assert answer is not None
        assert answer.status == 200, path
        assert refused == [], path


@pytest.mark.parametrize("width", [1280, 390])
def test_the_api_page_is_accessible_and_fits(inside, page, width):
    url, _, _ = inside
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{url}/api/docs")
    page.locator("#customers summary").nth(1).click()
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}
    found = Axe().run(page, options=rules).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_of_hostile_people_do_not_run(live_server, page, inside):
    url, _, _ = inside
    house = make_house()
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    bad = make_records(house.anna, '"><img src=x onerror=alert(1)>', upload_by=house.admin)
    for path in (
        "/customers/",
        f"/customers/{bad.customer}/",
        f"/sales/orders/{bad.order}/",
        f"/tasks/{bad.task}/",
    ):
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
    assert ran == []
