"""What every address of the API keeps to: tokens, problem documents, idempotency, strict JSON, headers."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from django.test import Client

from zhike.catalog.models import Product
from zhike.config.api import api
from zhike.core.clock import now
from zhike.core.models import IdempotencyKey
from zhike.customers.models import Customer
from zhike.customers.tests.factories import make_customer, make_house
from zhike.sales.models import Order
from zhike.staff.models import ApiToken, User
from zhike.staff.tests.factories import Caller, caller, make_token

pytestmark = pytest.mark.django_db

CUSTOMERS = "/api/v1/customers"
OPERATIONS = [
    (method.upper(), path.replace("{customer_id}", "1").replace("{order_id}", "1"))
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
]


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def anna(house):
    return caller(house.anna)


def path_of(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_without_a_token_nothing_answers(house, method, path):
    for token in ("", "zk_wrong", "x" * 5000, "zk_\udcff", "' OR 1=1 --"):
        answer = Caller(token.encode(errors="replace").decode()).call(method, path_of(path), {})
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_of_a_person_is_no_token(house):
    browser = Client()
    browser.force_login(User.objects.get(pk=house.admin.user_id))
    assert browser.get(CUSTOMERS).status_code == 401
    assert browser.post(CUSTOMERS, {"name": "x"}, content_type="application/json").status_code == 401


def test_a_token_ends_when_it_expires_is_revoked_or_its_user_leaves(house):
    for end in (
        lambda: ApiToken.objects.update(expires_at=now()),
        lambda: ApiToken.objects.update(revoked_at=now()),
        lambda: User.objects.filter(pk=house.anna.user_id).update(is_active=False),
    ):
        api = caller(house.anna)
        assert api.get(CUSTOMERS).status_code == 200
        end()
        assert api.get(CUSTOMERS).status_code == 401


def test_a_token_holds_until_its_last_moment(house):
    api = caller(house.anna)
    ApiToken.objects.update(expires_at=now() + timedelta(minutes=1))
    assert api.get(CUSTOMERS).status_code == 200


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        (["read"], "GET", "customers", 200),
        (["read"], "POST", "customers", 403),
        (["read"], "POST", "interactions", 403),
        (["read"], "POST", "orders", 403),
        (["customers.write"], "GET", "customers", 403),
        (["customers.write"], "POST", "customers", 201),
        (["interactions.write"], "POST", "customers", 403),
        (["orders.write"], "GET", "orders", 403),
        (["tasks.write"], "GET", "tasks", 403),
    ],
)
def test_a_token_may_what_its_scopes_say(house, scopes, method, path, status):
    bodies = {
        "customers": {"name": "新客"},
        "interactions": {"customer": 1, "channel": "call"},
        "orders": {"source": "till", "external_id": "1", "ordered_at": "2026-01-02T03:04:05Z",
                   "lines": [{"product": "P", "quantity": 1, "unit_price": 1}]},
    }  # fmt: skip
    answer = caller(house.anna, *scopes).call(method, f"/api/v1/{path}", bodies.get(path))
    assert answer.status_code == status, answer.content


def test_a_token_that_only_writes_orders_is_answered(house):
    body = {
        "source": "till",
        "external_id": "1",
        "ordered_at": "2026-01-02T03:04:05Z",
        "lines": [{"product": "P", "product_name": "米", "quantity": "1.5", "unit_price": "12.00"}],
    }
    Product.objects.create(code="P", name="米")
    answer = caller(house.anna, "orders.write").post("/api/v1/orders", body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["amount"] == "18.00"
    assert Order.objects.count() == 1


def test_nobody_writes_over_an_order_they_do_not_see(house):
    Product.objects.create(code="P", name="米")
    make_customer("顾长明", owner=house.bo, ref=("till", "C-1"))
    body = {
        "source": "till",
        "external_id": "1",
        "ordered_at": "2026-01-02T03:04:05Z",
        "lines": [{"product": "P", "quantity": 1, "unit_price": 10}],
    }
    assert caller(house.bo).post("/api/v1/orders", body | {"customer": "C-1"}).status_code == 200
    for change in ({}, {"customer": "C-1"}, {"note": "mine now"}):
        answer = caller(house.anna).post("/api/v1/orders", body | change)
        assert answer.status_code == 400
        assert "顾长明" not in answer.content.decode()
    assert Order.objects.get().note == ""
    assert caller(house.admin).post("/api/v1/orders", body | {"note": "checked"}).status_code == 200


def test_a_role_that_loses_a_right_loses_it_at_once(house):
    api = caller(house.anna)
    User.objects.filter(pk=house.anna.user_id).update(role="read_only")
    assert api.post(CUSTOMERS, {"name": "新客"}).status_code == 403


# ---------------------------------------------------------------- once


def test_the_same_key_gives_the_same_answer_and_one_record(anna):
    key = {"Idempotency-Key": "k-1"}
    first = anna.post(CUSTOMERS, {"name": "新客"}, headers=key)
    again = anna.post(CUSTOMERS, {"name": "新客"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Customer.objects.count() == 1


def test_the_same_key_for_something_else_is_422(anna):
    key = {"Idempotency-Key": "k-1"}
    anna.post(CUSTOMERS, {"name": "新客"}, headers=key)
    other = anna.post(CUSTOMERS, {"name": "另一位"}, headers=key)
    elsewhere = anna.post("/api/v1/interactions", {"name": "新客"}, headers=key)
    assert other.status_code == 422
    assert other.headers["Content-Type"] == "application/problem+json"
    assert elsewhere.status_code in {400, 422}
    assert Customer.objects.count() == 1


def test_keys_belong_to_their_caller(house, anna):
    key = {"Idempotency-Key": "k-1"}
    mine = anna.post(CUSTOMERS, {"name": "新客"}, headers=key)
    theirs = caller(house.bo).post(CUSTOMERS, {"name": "新客"}, headers=key)
    assert theirs.status_code == 201
    assert "Idempotent-Replayed" not in theirs.headers
    assert theirs.json()["id"] != mine.json()["id"]


@pytest.mark.parametrize("key", ["x" * 300, "a\x07b", "x" * 256])
def test_keys_that_can_not_be_kept_are_400(anna, key):
    assert anna.post(CUSTOMERS, {"name": "新客"}, headers={"Idempotency-Key": key}).status_code == 400
    assert not Customer.objects.exists()


def test_a_refused_write_does_not_use_its_key_up(anna):
    key = {"Idempotency-Key": "k-1"}
    assert anna.post(CUSTOMERS, {"name": ""}, headers=key).status_code == 400
    assert anna.post(CUSTOMERS, {"name": "新客"}, headers=key).status_code == 201
    assert IdempotencyKey.objects.count() == 1


# ---------------------------------------------------------------- bodies

HOSTILE = {
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "nul": b'{"name": "a\\u0000b"}',
    "half a character": b'{"name": "\\ud800"}',
    "twice": b'{"name": "a", "name": "b"}',
    "nan": b'{"name": NaN}',
    "huge number": b'{"name": "a", "owner": ' + b"9" * 5000 + b"}",
    "huge exponent": b'{"name": "a", "owner": 1e999}',
    "not utf-8": b'{"name": "\xff\xfe"}',
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "cut": b'{"name": "a"',
    "nothing": b"",
    "xml": b"<?xml version='1.0'?><a/>",
    "form": b"name=a",
}


@pytest.mark.parametrize("path", ["customers", "interactions", "orders", "tasks/1/done", "tasks/1/later"])
@pytest.mark.parametrize("body", list(HOSTILE.values()), ids=list(HOSTILE))
def test_bodies_that_are_no_json_of_ours_are_400(anna, path, body):
    answer = anna.post(f"/api/v1/{path}", body)
    assert answer.status_code == 400, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Customer.objects.exists()


def test_a_body_larger_than_the_limit_is_refused(anna):
    body = json.dumps({"name": "新客", "note": "x" * 3_000_000}).encode()
    assert anna.post(CUSTOMERS, body).status_code in {400, 413}


def test_other_charsets_and_compressed_bodies_are_415(anna):
    for charset in ("nope", "utf-7", "utf-16", "'"):
        answer = anna.post(CUSTOMERS, {"name": "a"}, content_type=f"application/json; charset={charset}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (415, "application/problem+json")
    packed = gzip.compress(b'{"name": "a"}')
    assert anna.post(CUSTOMERS, packed, headers={"Content-Encoding": "gzip"}).status_code == 415
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"external_id": "a\tb\nc" * 40},
        {"ordered_at": 1700000000},
        {"ordered_at": "2026-01-02T03:04:05"},
        {"ordered_at": "0001-01-01T00:00:00+14:00"},
        {"ordered_at": "9999-12-31T23:59:59-12:00"},
        {"currency": "GOLD"},
        {"kind": "gift"},
        {"exchange_rate": "0"},
        {"exchange_rate": "Infinity"},
        {"lines": []},
        {"lines": [{"product": "P", "quantity": "1e20", "unit_price": 1}]},
        {"lines": [{"product": "P", "quantity": "NaN", "unit_price": 1}]},
        {"lines": [{"product": "P", "quantity": 999999999999, "unit_price": 99999999999}]},
        {"lines": [{"product": "", "quantity": 1, "unit_price": 1}]},
        {"customer": "nobody knows"},
        {"seller": "nobody"},
        {"id": 1},
    ],
    ids=str,
)
def test_what_an_order_can_not_be_is_400(anna, more):
    body = {
        "source": "till",
        "external_id": "1",
        "ordered_at": "2026-01-02T03:04:05Z",
        "lines": [{"product": "P", "quantity": 1, "unit_price": 1}],
    } | more
    Product.objects.create(code="P", name="米")
    answer = anna.post("/api/v1/orders", body)
    assert answer.status_code == 400, answer.content
    assert not Order.objects.exists()


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/nothing", "/api/v2/customers", f"{CUSTOMERS}/", "/api/"]
)
def test_addresses_that_are_not_there_are_problems_too(anna, path):
    answer = anna.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "BREW"])
def test_methods_that_are_not_there_are_problems_too(anna, method):
    answer = anna.call(method, CUSTOMERS, {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_no_header_changes_the_method(house, anna):
    saved = make_customer("周婉清", owner=house.anna)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        anna.post(f"{CUSTOMERS}/{saved.id}", {"_method": "PATCH", "name": "x"}, headers={name: "PATCH"})
    assert Customer.objects.get().name == "周婉清"


def test_json_is_never_read_as_a_page(house, anna):
    make_customer("<script>alert(1)</script>", owner=house.anna)
    answer = anna.get(CUSTOMERS)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_description_lists_every_parameter_and_is_open(client):
    document = client.get("/api/v1/openapi.json").json()
    names = {p["name"] for p in document["paths"]["/api/v1/customers"]["get"]["parameters"]}
    assert {"tier", "value__gte", "sort", "cursor", "limit"} <= names
    assert document["components"]["securitySchemes"]["BearerToken"]["scheme"] == "bearer"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_documentation_page_shows_every_operation_without_a_log_in(client, house, language):
    client.cookies["zhike_lang"] = language
    html = client.get("/api/docs").content.decode()
    for path, methods in api.get_openapi_schema()["paths"].items():
        assert path in html
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in html


def test_the_token_of_a_person_is_made_once_and_kept_as_a_hash(house):
    secret = make_token(house.anna)
    row = ApiToken.objects.get()
    assert secret.startswith("zk_")
    assert secret not in {str(value) for value in row.__dict__.values()}
