"""Every address of the project, walked by people who must not get in, or not that far."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.hardened import CANARY, addresses, browser_of, differences, ids_for, make_records, state
from zhike.agenda.models import CarePolicy
from zhike.core.models import ChangelogEntry
from zhike.customers.tests.factories import make_house
from zhike.staff.actions import rotate_calendar_address
from zhike.staff.models import User
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import caller, make_viewer

pytestmark = pytest.mark.django_db

ADDRESSES = addresses()
OPEN = {
    "healthz",
    "readyz",
    "api_docs",
    "api:openapi-json",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
}
"""What answers without a log-in. Anything new must be put here on purpose."""
OWN_THINGS = (
    "account_",
    "mfa_",
    "set_language",
    "api:openapi-json",
    "customers:columns",
    "customers:filters",
    "customers:view_new",
    "staff:me",
    "staff:calendar",
)
"""What everybody may change: their own log-in, language, columns and views."""
LIBRARIES = (
    "account_",
    "mfa_",
    "socialaccount_",
    "usersessions_",
    "set_language",
    "api:openapi",
    "api:api-root",
)
"""Addresses of libraries: they read their own parameters (``next`` of the log-in)."""
READ_BY_OTHERS = {"healthz", "readyz"}
"""Monitors add what they like to these, and must not take that for an outage."""
CONTACTS = [c for c in CANARY if c[:3] in {"138", "can"}]
HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cache-Control",
)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.IMPORTS_DIR = tmp_path


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def theirs(house):
    return make_records(house.bo, upload_by=house.admin)


def paths(records):
    """Every address that names these records (not the one that logs out, nor the one that may say 503)."""
    return [(a, a.fill(ids_for(a, records))) for a in ADDRESSES if a.name not in {"account_logout", "readyz"}]


def bodies(answer):
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def tells(answer) -> str:
    return bodies(answer) + " ".join(f"{name}: {value}" for name, value in answer.headers.items())


def test_the_walk_knows_the_house():
    names = {a.name for a in ADDRESSES}
    assert {"agenda:today", "customers:detail", "sales:detail", "insight:overview", "staff:people"} <= names
    assert len(names) > 100


def test_without_a_log_in_nothing_opens_but_what_is_meant_to(theirs):
    stranger, before = Client(raise_request_exception=False), state()
    opened = set()
    for address, path in paths(theirs):
        for method in ("get", "post"):
            answer = getattr(stranger, method)(path)
            text = tells(answer)
            assert answer.status_code < 500, (address, method)
            assert not any(secret in text for secret in CANARY), (address, method)
            if answer.status_code < 300:
                opened.add(address.name)
            elif answer.status_code == 302 and not path.startswith("/account/"):
                assert (
                    answer.headers["Location"].startswith("/account/login/") or address.name == "set_language"
                ), path
    assert opened <= OPEN
    assert differences(before) == []


def test_a_deactivated_person_is_a_stranger(house, theirs):
    browser, api = browser_of(house.bo), caller(house.bo)
    secret = rotate_calendar_address(by=house.bo)
    User.objects.filter(pk=house.bo.user_id).update(is_active=False)
    before = state()
    for address, path in paths(theirs):
        if address.name in OPEN or address.name.startswith(("account_", "mfa_", "set_language")):
            continue
        answer = browser.get(path)
        assert answer.status_code in {302, 401, 404, 405}, address
        assert not any(word in tells(answer) for word in CANARY), address
    assert api.get("/api/v1/customers").status_code == 401
    assert browser.get(f"/calendar/{secret}.ics").status_code == 404
    assert differences(before) == []


def test_a_salesperson_never_meets_the_records_of_another_team(house, theirs):
    browser, api, before = browser_of(house.anna), caller(house.anna), state()
    for address, path in paths(theirs):
        for method in ("get", "post"):
            if address.name.startswith(OWN_THINGS) and method == "post":
                continue
            answer = getattr(browser, method)(path, HTTP_HX_REQUEST="true")
            assert answer.status_code < 500, (address, method, bodies(answer)[:300])
            assert not any(word in tells(answer) for word in CANARY), (address, method)
            if address.converters and not path.startswith(("/account/", "/settings/", "/api/", "/calendar/")):
                assert answer.status_code in {400, 403, 404, 405}, (address, method, answer.status_code)
        if path.startswith("/api/v1/") and "{" not in path:
            answer = api.get(path)
            assert not any(word in tells(answer) for word in CANARY), path
            assert answer.status_code in {404, 405} or not address.converters, path
    changed = [name for name in differences(before) if name != "core.job"]
    assert changed == []


def test_a_manager_of_another_team_is_no_better_off(house, theirs):
    browser = browser_of(house.manager1)
    for address, path in paths(theirs):
        answer = browser.get(path)
        assert answer.status_code < 500, (address, bodies(answer)[:300])
        assert not any(word in tells(answer) for word in CANARY), address


def test_refused_records_leave_one_entry_with_who_what_and_from_where(house, theirs):
    before = ChangelogEntry.objects.count()
    assert (
        browser_of(house.anna).get(f"/customers/{theirs.customer}/", REMOTE_ADDR="10.0.0.9").status_code
        == 404
    )
    entry = ChangelogEntry.objects.latest("id")
    assert ChangelogEntry.objects.count() == before + 1
    assert (entry.action, entry.by_id, entry.ip) == ("access.refused", house.anna.user_id, "10.0.0.9")
    assert str(theirs.customer) in entry.note


def test_who_only_reads_changes_nothing(house):
    mine = make_records(house.anna, upload_by=house.admin)
    browser, before = browser_of(house.read_only1), state()
    for address, path in paths(mine):
        if not address.name.startswith(OWN_THINGS):
            answer = browser.post(
                path, {"id": mine.customer, "tag": "x", "name": "x", "value": "x", "outcome": "reached"}
            )
            assert answer.status_code in {400, 401, 403, 404, 405, 422}, (address, answer.status_code)
    assert differences(before) == []


def test_who_does_not_read_contacts_is_told_none_on_any_page(house):
    """An analyst sees every customer's numbers, and nobody's phone, notes, dates or form of address."""
    mine = make_records(house.anna, upload_by=house.admin)
    browser = browser_of(house.analyst)
    for address, path in paths(mine):
        text = tells(browser.get(path))
        assert not [secret for secret in CONTACTS if secret in text], address


def test_a_parameter_that_no_page_reads_is_400_everywhere(house):
    """A misspelt filter must not look like an answer; so everywhere, before rights and records are asked."""
    mine = make_records(house.anna, upload_by=house.admin)
    browser, api = browser_of(house.admin), caller(house.admin)
    for address, path in paths(mine):
        if address.name not in READ_BY_OTHERS and not address.name.startswith(LIBRARIES):
            asker = api if path.startswith("/api/v1/") else browser
            asked = asker.get(f"{path}?nonsense=1")
            if asked.status_code == 405 and asker is api:
                continue  # an address of the API that only takes writes
            assert asked.status_code == 400, (address, asked.status_code)
            assert "nonsense" in bodies(asked), address


def test_a_parameter_given_twice_is_400(house):
    """Two readers could choose differently: the first one, or the last."""
    browser = browser_of(house.admin)
    for path in ("/?user=a&user=b", "/sales/?kind=sale&kind=sale", "/customers/?tier=A&tier=B",
                 "/settings/changelog/?by=1&by=2", "/search/?q=a&q=b"):  # fmt: skip
        assert browser.get(path).status_code == 400, path


def test_looking_changes_nothing(house):
    mine = make_records(house.anna, upload_by=house.admin)
    CarePolicy.objects.all().delete()  # as on the first day: no look may write the shipped one
    browser, before = browser_of(house.admin), state()
    for address, path in paths(mine):
        if not address.name.startswith("mfa_"):
            assert browser.get(path).status_code < 500, address
            assert browser.head(path).status_code < 500, address
    assert differences(before) == []


def test_without_the_forms_token_nothing_is_written(house):
    mine = make_records(house.anna, upload_by=house.admin)
    browser, before = browser_of(house.admin, enforce_csrf_checks=True), state()
    for address, path in paths(mine):
        answer = browser.post(path, {"name": "x", "id": mine.customer})
        assert answer.status_code in {401, 403, 404, 405}, (address, answer.status_code)
    assert differences(before) == []


def test_every_answer_carries_the_headers_errors_too(house):
    mine = make_records(house.anna, upload_by=house.admin)
    for browser in (browser_of(house.admin), browser_of(house.anna), Client(raise_request_exception=False)):
        for address, path in paths(mine):
            for answer in (browser.get(path), browser.put(path)):
                missing = [name for name in HEADERS if name not in answer.headers]
                assert not missing, (address, answer.status_code, missing)
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "no-store" in answer.headers["Cache-Control"], address


@pytest.mark.parametrize(
    "value", ["0", "9" * 30, "-1", "abc", "1%00", "1%27", "1;x", "1.json", "%2e%2e", "1 OR 1=1"]
)
def test_ids_that_can_not_be_are_not_there(house, value):
    mine = make_records(house.anna, upload_by=house.admin)
    browser = browser_of(make_viewer(Role.ADMINISTRATOR))
    for address in ADDRESSES:
        if "int" in address.converters.values():
            ids = ids_for(address, mine)
            numbers = {name: value for name, kind in address.converters.items() if kind == "int"}
            answer = browser.get(address.fill(ids | numbers))
            assert answer.status_code in {400, 401, 404, 405}, (address, answer.status_code)
