"""The gallery in a real browser: accessible, nothing wider than the screen, every hook works."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = ["today", "list", "customer", "insight", "wizard", "form", "parts", "login", "error/404"]


def violations(page: Any) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found]


@pytest.fixture
def policy_breaches(page):
    """What the content policy refused; empty at the end."""
    found: list[str] = []
    page.on(
        "console", lambda line: found.append(line.text) if "Content Security Policy" in line.text else None
    )
    yield found
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(gallery, page, policy_breaches, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for name in PAGES:
        page.goto(f"{gallery}/{name}/")
        if name in {"insight", "customer"}:
            page.wait_for_selector("[data-chart] svg text")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_the_search_box_finds_while_one_types(gallery, page, policy_breaches):
    page.goto(f"{gallery}/list/")
    page.keyboard.press("/")
    page.keyboard.type("周")
    page.wait_for_selector("#search-results a")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/customer/?id=1")


def test_rows_are_chosen_by_keyboard(gallery, page):
    page.goto(f"{gallery}/list/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("tr.selected").count() == 2
    assert "已选 2 条" in page.inner_text("[data-bulk]")
    page.click("[data-bulk-clear]")
    assert page.locator("[data-bulk]").is_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    page.wait_for_selector("#shortcuts[open]")


def test_a_range_is_chosen_with_shift(gallery, page):
    page.goto(f"{gallery}/list/")
    page.locator("[data-select]").nth(0).click()
    page.locator("[data-select]").nth(3).click(modifiers=["Shift"])
    assert page.locator("tr.selected").count() == 4


def test_a_contact_is_logged_in_a_dialog_and_undone(gallery, page, policy_breaches):
    page.goto(f"{gallery}/today/")
    page.keyboard.press("w")
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []
    page.click("dialog[open] .btn.primary")
    page.wait_for_selector("dialog[open] .notice-red")
    page.fill("dialog[open] textarea", "说好了")
    page.fill("dialog[open] [name=phone]", "138")
    page.click("dialog[open] .btn.primary")
    page.wait_for_selector(".toast-undo")
    assert page.locator("dialog[open]").count() == 0
    page.click(".toast-undo")
    page.wait_for_selector("text=已撤销。")


def test_an_error_of_htmx_is_told(gallery, page):
    page.goto(f"{gallery}/parts/")
    page.get_by_text("出错", exact=True).click()
    page.wait_for_selector(".toast-error")


def test_the_theme_is_kept_without_a_flash(gallery, page):
    page.goto(f"{gallery}/today/")
    page.click(".me")
    page.click(".popover [data-theme-value=dark]")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert re.match(r"rgb\(18, 22, 20\)", page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_chart_turns_into_its_table(gallery, page, policy_breaches):
    page.goto(f"{gallery}/insight/")
    page.wait_for_selector("#curve svg text")
    page.click("#curve [data-chart-toggle]")
    assert page.locator("#curve table").is_visible()
    assert violations(page) == []


def test_the_phones_sheet_holds_the_whole_menu(gallery, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{gallery}/today/")
    page.click(".bottom-bar button")
    page.wait_for_selector("#more-sheet[open]")
    assert page.locator("#more-sheet .sheet-menu a").count() == 4
    assert violations(page) == []


def test_a_file_too_large_is_refused_before_it_travels(gallery, page):
    page.goto(f"{gallery}/wizard/")
    page.evaluate("document.querySelector('[data-dropzone]').dataset.maxMb = 1")
    page.set_input_files(
        "[type=file]", {"name": "big.csv", "mimeType": "text/csv", "buffer": b"x" * 2_000_000}
    )
    assert "big.csv" in page.inner_text("[data-dropzone-file]")
    assert page.evaluate("document.querySelector('[type=file]').validationMessage") != ""


def test_pages_hold_without_script(browser, gallery):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{gallery}/insight/")
    assert page.locator("#heat table").is_visible()
    context.close()
