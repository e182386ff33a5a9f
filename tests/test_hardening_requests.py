"""Requests no honest browser sends: refused plainly, quickly, without telling anything."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from tests.hardened import NAME, browser_of, make_records, state
from tests.test_hardening_walk import own_folder  # noqa: F401 - a fixture
from zhike.customers.tests.factories import make_customer, make_house
from zhike.staff.actions import rotate_calendar_address
from zhike.staff.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]

GARBAGE = [
    "'",
    "(SELECT 1 FROM pg_sleep(5))",
    "-id--",
    "id;DROP TABLE customers_customer",
    "1') AND (SELECT SLEEP(10)) AND ('1",
    "9" * 40,
    "-1",
    "1e999",
    "NaN",
    "\ud7ff\uffff",
    "\u202eexe",
    "%_%_%",
    "(a+)+$" * 20,
    "../../etc/passwd",
    "{{7*7}}",
    "x" * 3000,
    "2026-02-30",
    "٣",
]
PARAMETERS = {
    "/": ["user", "source"],
    "/team/": ["x"],
    "/search/": ["q"],
    "/customers/": ["q", "sort", "cursor", "limit", "page", "view", "columns", "tier", "value__gte", "owner",
                    "created", "tag", "birthday_month", "contact", "last_purchase__lte", "risk__gte",
                    "name__regex", "owner__password__startswith", "ordering"],
    "/customers/filters/": ["field", "key", "tier"],
    "/customers/pick/": ["q", "name"],
    "/customers/dates/preview/": ["month", "day", "calendar", "leap", "year"],
    "/customers/new/": ["name", "next"],
    "/customers/interactions/new/": ["customer", "channel", "task"],
    "/customers/{customer}/": ["tab", "before"],
    "/customers/{customer}/timeline/": ["before", "limit", "kind", "cursor"],
    "/sales/": ["customer", "kind", "channel", "place", "seller", "from", "until", "sort", "cursor", "limit"],
    "/insight/": ["period", "tier"],
    "/insight/model/": ["run"],
    "/settings/changelog/": ["before", "by", "action"],
    "/settings/holidays/": ["year"],
    "/settings/jobs/": ["state"],
    "/settings/import/": ["kind", "before", "page"],
    "/settings/import/{run}/": ["encoding", "mapping", "step", "source"],
    "/settings/care-policy/new/": ["kind", "tier"],
    "/settings/people/": ["q"],
}  # fmt: skip
PAIRS = [(path, name) for path, names in PARAMETERS.items() for name in names]
TOLD = ("syntax error", "sqlite", "psycopg", "Traceback", "OperationalError", "DatabaseError", "django.db")


@pytest.fixture
def house():
    return make_house()


@pytest.mark.parametrize(("path", "name"), PAIRS, ids=str)
def test_garbage_in_a_parameter_is_refused_or_finds_nothing(house, path, name):
    mine = make_records(house.anna, upload_by=house.admin)
    browser = browser_of(house.admin)
    url = path.format(customer=mine.customer, run=mine.run)
    before = state()
    for value in GARBAGE:
        began = time.monotonic()
        answer = browser.get(url, {name: value})
        assert answer.status_code in {200, 302, 400, 404, 414, 422}, (value, answer.status_code)
        assert time.monotonic() - began < 2, value
        html = answer.content.decode()
        assert not [word for word in TOLD if word in html], (value, answer.status_code)
    assert browser.get(f"{url}?{name}=%00").status_code == 400
    assert browser.get(f"{url}?{name}=%ff%fe").status_code in {200, 302, 400, 404, 422}
    assert state() == before


@pytest.mark.parametrize(
    "query",
    [
        "sort=note",
        "sort=phone",
        "sort=search_contact",
        "sort=owner__password",
        "note=x",
        "phone=1",
        "contact=13800001111",
        "contact__is=13800001111",
        "birthday_month=3",
        "hobbies=x",
        "form_of_address=x",
    ],
)
def test_hidden_fields_neither_sort_nor_filter(house, query):
    make_customer(NAME, owner=house.anna, phone="13800001111")
    answer = browser_of(house.analyst).get(f"/customers/?{query}")
    assert answer.status_code == 400
    assert NAME not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["13800001111", "0000 1111", "1111", "canary@example.com", "canary", "金丝雀备注"]
)
def test_who_does_not_read_contacts_can_not_search_by_them(house, query):
    make_records(house.anna, upload_by=house.admin)
    for path in ("/search/", "/customers/"):
        assert NAME not in browser_of(house.analyst).get(path, {"q": query}).content.decode(), path
    found = browser_of(house.anna).get("/search/", {"q": "13800001111"}).content.decode()
    assert NAME in found


@pytest.mark.parametrize("query", [NAME, "guchangming", "gcm", "13800001111", "K-CANARY", "1"])
def test_a_search_stays_within_ones_own_customers(house, query):
    theirs = make_records(house.bo, upload_by=house.admin)
    for path in ("/search/", "/customers/", "/customers/pick/"):
        html = browser_of(house.anna).get(path, {"q": query}, HTTP_HX_REQUEST="true").content.decode()
        assert f"/customers/{theirs.customer}/" not in html, path
        assert f"/sales/orders/{theirs.order}/" not in html, path
        assert "138 " not in html
    assert (
        NAME in browser_of(house.bo).get("/search/", {"q": "顾长明"}, HTTP_HX_REQUEST="true").content.decode()
    )


def test_the_calendar_holds_ones_own_customers_alone(house):
    make_records(house.bo, upload_by=house.admin)
    make_records(house.anna, "安娜的客户", upload_by=house.admin)
    secret = rotate_calendar_address(by=house.anna)
    feed = Client().get(f"/calendar/{secret}.ics").content.decode().replace("\r\n ", "")
    assert "安娜的客户" in feed
    assert NAME not in feed
    assert rotate_calendar_address(by=house.anna) != secret
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404


@pytest.mark.parametrize("secret", ["x", "0", "x" * 5000, "%2e%2e", "' OR ''='"])
def test_a_guessed_calendar_address_is_not_there(house, secret):
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404
    assert Client().get("/calendar/.ics").status_code == 404


# ---------------------------------------------------------------- hosts, redirects, methods


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1@evil.example", "127.0.0.1:80.evil.example", "", "a b"]
)
@pytest.mark.parametrize(
    "path", ["/", "/account/login/", "/account/password/reset/", "/api/v1/customers", "/nothing"]
)
def test_other_hosts_are_400(house, host, path):
    answer = Client(raise_request_exception=False).get(path, HTTP_HOST=host)
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


def test_forwarded_headers_of_strangers_are_ignored(house):
    forged = {
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_FOR": "1.2.3.4",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    answer = Client().get("/customers/", **forged)
    assert "evil" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/account/login/")


TARGETS = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/%0d%0aSet-Cookie:x=1",
    "\thttps://evil.example",
    "///evil.example",
    "http:///evil.example",
]


@pytest.mark.parametrize("target", TARGETS)
def test_redirects_stay_in_the_house(house, target):
    make_user(login="he", password="correct horse")
    form = {"login": "he", "password": "correct horse", "next": target}
    answers = [
        Client().post("/account/login/", form),
        Client().post("/i18n/setlang/", {"language": "en", "next": target}),
        browser_of(house.anna).post("/customers/columns/", {"column": ["name"], "next": target}),
        browser_of(house.anna).post("/account/logout/", {"next": target}),
        browser_of(house.anna).get("/customers/filters/", {"next": target}),
    ]
    for answer in answers:
        location = answer.headers.get("Location", "/")
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location
        assert location.isprintable()
        assert not answer.cookies.get("x")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_methods_nobody_offers_are_405(house, method):
    browser = browser_of(house.anna)
    for path in ("/", "/customers/", "/sales/", "/settings/me/", "/healthz"):
        answer = browser.generic(method, path)
        assert answer.status_code in {403, 405}, path


def test_hidden_methods_are_only_text(house):
    mine = make_records(house.anna, upload_by=house.admin)
    before = state()
    browser = browser_of(house.anna)
    browser.get(f"/customers/{mine.customer}/", {"_method": "DELETE"})
    browser.get(f"/customers/{mine.customer}/", HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")
    assert state() == before


# ---------------------------------------------------------------- too much of everything


def test_endless_addresses_parameters_and_fields_are_refused(house):
    browser = browser_of(house.anna)
    assert browser.get("/customers/?q=" + "x" * 20_000).status_code == 414
    assert browser.get("/customers/?" + "&".join(f"a{i}=1" for i in range(1000))).status_code == 414
    many = {f"f{i}": "1" for i in range(3000)}
    assert browser.post("/customers/new/", many).status_code == 400
    assert browser.post("/customers/bulk/tags/", {"id": ["1"] * 1500, "tag": "x"}).status_code in {
        400,
        404,
        422,
    }


def test_parameters_given_twice_are_refused(house):
    browser = browser_of(house.anna)
    for query in ("tier=A&tier=B", "sort=name&sort=value", "cursor=a&cursor=b"):
        assert browser.get(f"/customers/?{query}").status_code == 400


@pytest.mark.parametrize("charset", ["nope", "utf-7", "utf-16"])
def test_unknown_charsets_and_compressed_bodies_are_415(house, charset):
    browser = browser_of(house.anna)
    answer = browser.generic(
        "POST", "/customers/new/", b"name=x", f"application/x-www-form-urlencoded; charset={charset}"
    )
    assert answer.status_code == 415
    assert browser.generic("POST", "/customers/new/", b"x", HTTP_CONTENT_ENCODING="gzip").status_code == 415


def test_a_giant_password_is_refused_at_once(house):
    make_user(login="he", password="correct horse")
    began = time.monotonic()
    answer = Client().post("/account/login/", {"login": "he", "password": "x" * 1_000_000})
    assert answer.status_code in {200, 400}
    assert "sessionid" not in answer.cookies
    assert time.monotonic() - began < 2


def test_broken_cookies_are_no_log_in(house):
    client = Client(raise_request_exception=False)
    for value in ("x" * 4000, "\x01", "../../x", "gAN9cQAu"):
        client.cookies["sessionid"] = value
        client.cookies["messages"] = value
        client.cookies["zhike_lang"] = "../../etc"
        assert client.get("/customers/").status_code == 302


def test_an_address_that_is_not_there_is_a_friendly_page(house):
    for client, language, word in (
        (browser_of(house.anna), "zh-hans", "记录"),
        (browser_of(house.anna), "en", "record"),
    ):
        client.cookies["zhike_lang"] = language
        answer = client.get("/customers/999999/")
        assert answer.status_code == 404
        assert word in answer.content.decode()
