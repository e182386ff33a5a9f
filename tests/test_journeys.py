"""A day with the product in a real browser, one journey for each audience."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.test_hardening_walk import own_folder  # noqa: F401 - a fixture
from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.models import CarePolicy, Task, TaskAnswer
from zhike.agenda.tests.factories import (
    make_contact,
    make_customer,
    make_order,
    set_score,
    slipping,
    with_rhythm,
)
from zhike.core import plugs
from zhike.core.clock import today
from zhike.core.worker import Worker
from zhike.customers.models import Customer, Interaction
from zhike.customers.rules.search import open_tokens
from zhike.refresh.actions import run_refresh
from zhike.refresh.tests.factories import AS_OF, make_firm
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folder")]

PASSWORD = "rice-before-the-jar-is-empty"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDTHS = pytest.mark.parametrize("width", [1440, 390])


# ---------------------------------------------------------------- the house and the browser


@pytest.fixture
def team():
    return make_team("华东一组")


@pytest.fixture
def seller(team):
    return make_viewer(Role.SALESPERSON, team=team, name="李思敏", login="lisimin", password=PASSWORD)


@pytest.fixture
def customers(seller) -> dict[str, Customer]:
    """A morning's customers: a promise, one who slips away, one who is about to run out."""
    made = {name: make_customer(seller, name=name) for name in ("周婉清", "罗成林", "顾长明")}
    for name, customer in made.items():
        Customer.objects.filter(pk=customer.pk).update(
            search_open=open_tokens(name, "person", customer.number)
        )
        make_order(customer, today() - timedelta(days=29), product="五常大米 10kg")
    with_rhythm(made["周婉清"], since=9, today=today())
    make_contact(
        made["周婉清"], today() - timedelta(days=6), by=seller, promise="回电报价", promise_due=today()
    )
    slipping(made["罗成林"], today=today())
    with_rhythm(made["顾长明"], since=29, today=today())
    rebuild_tasks(0, today())
    return made


@pytest.fixture
def log_in(live_server, page) -> Iterator[Any]:
    """Log in by the form, as a person does; leads to Today. At the end nothing is on its way any more."""
    page.set_default_timeout(10_000)
    page.emulate_media(reduced_motion="reduce")  # a dialog that is still fading in has pale text

    def through_the_form(login: str) -> Any:
        page.goto(f"{live_server.url}/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/account/" not in url)
        page.wait_for_load_state("networkidle")
        return page

    yield through_the_form
    page.wait_for_load_state("networkidle")


def check(page: Any) -> None:
    """The page as it stands is accessible, and nothing is wider than the screen."""
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 0)")  # nothing half under the search box that stays at the top
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def card(page: Any, name: str) -> Any:
    return page.locator("article.task", has=page.locator(f".task-who:text-is('{name}')"))


# ---------------------------------------------------------------- the salesperson's morning


@WIDTHS
def test_a_salesperson_works_through_the_morning(log_in, page, customers, width):
    page.set_viewport_size({"width": width, "height": 900})
    log_in("lisimin")
    assert page.inner_text("h1") == "今天优先跟进这 3 位客户"
    assert "回电报价" in card(page, "周婉清").inner_text()
    assert "五常大米" in card(page, "罗成林").inner_text()
    assert "10kg" not in page.inner_text("#day")
    check(page)

    card(page, "周婉清").get_by_role("button", name="已联系").click()
    card(page, "周婉清").get_by_role("button", name="有意向").click()
    page.wait_for_selector("h1:text-is('今天优先跟进这 2 位客户')")
    card(page, "罗成林").get_by_role("button", name="稍后").click()
    card(page, "罗成林").get_by_role("button", name="7 天后").click()
    card(page, "顾长明").get_by_role("button", name="不适用").click()
    card(page, "顾长明").get_by_role("button", name="依据的资料不对").click()
    page.wait_for_selector("article.task >> text=已移出名单：依据的资料不对")
    assert page.inner_text("h1") == "今天没有等着您的客户"
    check(page)

    kept = TaskAnswer.objects.filter(undone_at=None).select_related("task__customer")
    answers = {answer.task.customer.name: answer for answer in kept}
    assert {name: a.answer for name, a in answers.items()} == {
        "周婉清": "done",
        "罗成林": "later",
        "顾长明": "not_useful",
    }
    assert answers["顾长明"].reason == "wrong_data"
    assert answers["罗成林"].task.not_before == today() + timedelta(days=7)
    card(page, "周婉清").locator(".task-who").click()
    page.wait_for_selector("#timeline >> text=有意向")


def test_a_salesperson_answers_by_keyboard_and_takes_it_back(log_in, page, customers):
    log_in("lisimin")
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.wait_for_selector("h1:text-is('今天优先跟进这 2 位客户')")
    assert Interaction.objects.filter(customer=customers["周婉清"]).count() == 2
    page.click(".toast-undo")
    page.wait_for_selector("h1:text-is('今天优先跟进这 3 位客户')")
    assert Interaction.objects.filter(customer=customers["周婉清"]).count() == 1


def test_a_salesperson_sees_why_a_card_stands_where_it_stands(log_in, page, customers):
    log_in("lisimin")
    card(page, "罗成林").get_by_role("link", name="为什么排这里").click()
    page.wait_for_selector("dialog[open] >> text=紧迫程度")
    check(page)


def test_anybody_is_found_by_initials_from_anywhere(log_in, page, customers):
    log_in("lisimin")
    page.keyboard.press("/")
    page.keyboard.type("gcm")
    page.wait_for_selector("#search-results >> text=顾长明")
    check(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/{customers['顾长明'].pk}/")


# ---------------------------------------------------------------- the manager


@WIDTHS
def test_a_manager_hands_a_customer_to_a_colleague(log_in, page, team, customers, width):
    make_viewer(Role.MANAGER, team=team, name="孙岩", login="sunyan", password=PASSWORD)
    other = make_viewer(Role.SALESPERSON, team=team, name="王磊", login="wanglei", password=PASSWORD)
    page.set_viewport_size({"width": width, "height": 900})
    log_in("sunyan")
    page.wait_for_url("**/team/")
    assert page.inner_text("h1") == "团队今天有 3 位客户要跟进"
    check(page)

    page.click("tr:has-text('李思敏') a[data-open-row]")
    page.wait_for_selector("article.task >> nth=2")
    check(page)
    card(page, "罗成林").locator(".task-who").click()
    page.click(".customer-head summary, .customer-head [popovertarget], .customer-head [aria-haspopup]")
    page.click("text=移交")
    page.select_option("dialog[open] select", label="王磊")
    page.click("dialog[open] .btn.primary")
    page.wait_for_selector(".customer-head >> text=王磊")
    assert Customer.objects.get(name="罗成林").owner_id == other.user_id

    page.wait_for_load_state("networkidle")
    Worker().drain()  # the handler that takes the tasks along

    page.goto(page.url.split("/customers/")[0] + "/team/")
    page.click("tr:has-text('王磊') a[data-open-row]")
    page.wait_for_selector(".task-who:text-is('罗成林')")
    assert page.locator("article.task").count() == 1


# ---------------------------------------------------------------- the analyst


@WIDTHS
def test_an_analyst_reads_the_figures_behind_a_picture(log_in, page, settings, tmp_path, monkeypatch, width):
    settings.WAREHOUSE_DIR = tmp_path / "warehouse"
    monkeypatch.setattr(plugs.after_scores, "_entries", {})
    make_firm(80)
    run_refresh(as_of=AS_OF)
    make_viewer(Role.ANALYST, name="方闻", login="fangwen", password=PASSWORD)
    page.set_viewport_size({"width": width, "height": 900})
    log_in("fangwen")
    page.goto(page.url + "insight/")
    page.wait_for_selector("#curve [data-chart] svg path", state="attached")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    drawn = page.eval_on_selector_all(
        "#curve svg path, #heat svg path", "paths => paths.map(p => getComputedStyle(p).fill)"
    )
    assert len({fill for fill in drawn if fill not in {"none", paper}}) > 3, (
        "the pictures have lost their colours"
    )
    check(page)

    page.click("#curve [data-chart-toggle]")
    assert page.locator("#curve table tbody tr").count() > 5
    assert page.locator("#curve table").is_visible()
    page.click("a:has-text('模型说明')")
    page.wait_for_selector("h1:has-text('预测依据什么')")
    assert "BG/NBD" in page.inner_text("main")
    check(page)


# ---------------------------------------------------------------- the administrator

ROWS = "客户编号,姓名,手机\nK1,张小明,13900001111\nK2,李丽,139\nK3,王芳,13900004444\n"


@pytest.fixture
def admin(log_in, page):
    make_viewer(Role.ADMINISTRATOR, name="何知行", login="admin", password=PASSWORD)
    return log_in("admin")


@WIDTHS
def test_an_administrator_imports_a_file_and_gets_the_wrong_rows_back(admin, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    root = page.url.rstrip("/").removesuffix("/team")
    page.goto(f"{root}/settings/import/")
    check(page)
    page.select_option("select[name=kind]", "customers")
    page.set_input_files(
        "input[name=file]", {"name": "客户.csv", "mimeType": "text/csv", "buffer": ROWS.encode("gbk")}
    )
    page.click("text=下一步")
    page.wait_for_selector("h1:text-is('每一列对应什么？')")
    assert "张小明" in page.inner_text("main")
    page.fill("input[name=source]", "pos")
    check(page)
    page.click("text=检查所有行")
    page.wait_for_selector("h1:text-is('正在逐行检查')")
    Worker().drain()
    page.wait_for_selector("h1:text-is('1 行有问题')")
    check(page)
    page.click("text=导入没问题的行")
    page.wait_for_selector("h1:text-is('正在导入')")
    Worker().drain()
    page.wait_for_selector("h1:text-is('导入完成')")
    assert set(Customer.objects.values_list("name", flat=True)) == {"张小明", "王芳"}
    with page.expect_download() as answer:
        page.click("text=下载有问题的行")
    wrong = answer.value.path().read_text(encoding="utf-8-sig")
    assert "李丽" in wrong
    assert "张小明" not in wrong


def test_a_change_of_the_care_policy_changes_a_list(admin, page, seller):
    cared = make_customer(seller, name="郝艳红")
    set_score(
        cared,
        tier="A",
        value_12m=900_000,
        first_purchase=today() - timedelta(days=300),
        last_purchase=today() - timedelta(days=20),
    )
    for channel in ("call", "visit"):
        make_contact(cared, today() - timedelta(days=20), channel=channel)
    rebuild_tasks(0, today())
    on_list = Task.objects.filter(customer=cared, source="care", state="open", due__lte=today())
    assert not on_list.exists()

    page.goto(page.url.removesuffix("team/") + "settings/care-policy/")
    check(page)
    page.click("#tier-A tr:has-text('每 30 天') a:has-text('编辑')")
    page.fill("dialog[open] input[name=every_days]", "14")
    page.click("dialog[open] .btn.primary")
    page.wait_for_selector("#tier-A >> text=每 14 天")
    assert CarePolicy.objects.filter(tier="A", channel="call", every_days=14).exists()
    rebuild_tasks(0, today())
    assert on_list.exists()
    page.goto(page.url.split("settings/")[0] + "?user=lisimin")
    assert "每 14 天打一次电话" in card(page, "郝艳红").inner_text()
