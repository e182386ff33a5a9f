"""Text of hostile people: shown as text wherever it comes out, and never a line of its own in the log."""

from __future__ import annotations

import logging
import re

import pytest

from tests.hardened import addresses, browser_of, ids_for, make_records
from tests.test_hardening_walk import bodies, own_folder  # noqa: F401 - a fixture
from zhike.config.logs import OneLine, SafeStream
from zhike.core.settings_store import firm
from zhike.customers.tests.factories import make_house
from zhike.staff import actions as staff
from zhike.staff.models import Team, User

TEXTS = [
    '"><svg/onload=alert(1)>',
    "</script><script>alert(1)",
    "'><img src=x onerror=a()>",
    "{{7*7}}{% debug %}${7*7}",
]
INLINE = re.compile(r"<[^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)", re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_is_shown_as_text_on_every_page(own_folder, text):  # noqa: F811
    house = make_house()
    User.objects.filter(pk=house.anna.user_id).update(name=text)
    Team.objects.filter(pk=house.team1.pk).update(name=text)
    staff.set_firm(by=house.admin, name=text[:20])
    mine = make_records(house.anna, text, upload_by=house.admin)
    shown = set()
    for viewer in (house.admin, house.anna):
        browser = browser_of(viewer)
        for address in addresses():
            if address.name in {"account_logout", "readyz"}:
                continue
            answer = browser.get(address.fill(ids_for(address, mine)))
            html = bodies(answer)
            assert answer.status_code < 500, (address, html[:300])
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            assert text not in html or "{{" in text, address
            assert "<svg/onload" not in html, address
            assert "<img src=x" not in html, address
            assert not SCRIPT.search(html), address
            assert not INLINE.search(QUOTED.sub('""', html)), address
            assert "SECRET_KEY" not in html, address
            if "{{" not in text and "alert" in html:
                shown.add(address.name)
    if "svg" in text:
        assert {"agenda:today", "customers:list", "customers:detail", "sales:detail", "staff:people"} <= shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["q=%3Csvg/onload=alert(1)%3E", "view=%22%3E%3Cscript%3E", "next=//evil.example"]
)
def test_what_comes_in_the_address_goes_out_as_text(own_folder, query):  # noqa: F811
    house = make_house()
    browser = browser_of(house.admin)
    for path in (
        "/",
        "/customers/",
        "/search/",
        "/sales/",
        "/insight/",
        "/account/login/",
        "/settings/",
        "/nothing",
    ):
        answer = browser.get(f"{path}?{query}")
        html = answer.content.decode()
        assert answer.status_code < 500
        assert "<svg/onload" not in html
        assert '"><script' not in html
        assert "//evil.example" not in answer.headers.get("Location", "")


@pytest.mark.django_db
def test_the_firm_keeps_its_name_as_it_was_written(own_folder):  # noqa: F811
    house = make_house()
    staff.set_firm(by=house.admin, name="<b>米</b>")
    assert firm().name == "<b>米</b>"


@pytest.mark.pure
@pytest.mark.parametrize(
    "hostile",
    ["a\n2026-11-01 INFO login ok admin", "a\r\nx", "a\x1b[2Jb", "a\u2028b", "a\u202eb", "a\x00b", "a\x85b"],
)
def test_a_record_is_one_line_whatever_it_tells(hostile):
    record = logging.LogRecord("zhike", logging.WARNING, "f", 1, "refused %s", (hostile,), None)
    line = OneLine().format(record)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


@pytest.mark.pure
def test_a_traceback_is_one_line_too():
    try:
        int("a\nforged line")
    except ValueError as error:
        record = logging.LogRecord(
            "zhike", logging.ERROR, "f", 1, "broke", (), (ValueError, error, error.__traceback__)
        )
    assert len(OneLine().format(record).splitlines()) == 1


@pytest.mark.pure
def test_a_full_disk_under_the_log_disturbs_nobody():
    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

        def flush(self):
            raise OSError(28, "No space left on device")

    handler = SafeStream(Full())
    handler.setFormatter(OneLine())
    handler.handle(logging.LogRecord("zhike", logging.ERROR, "f", 1, "broke", (), None))


@pytest.mark.django_db
def test_an_unknown_address_is_logged_without_breaking_the_line(client, caplog):
    make_house()
    with caplog.at_level(logging.WARNING):
        client.get("/nothing%0a2026-11-01 INFO login ok admin")
    assert all(len(OneLine().format(record).splitlines()) == 1 for record in caplog.records)
