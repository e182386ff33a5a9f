"""Customers and contacts over the API: what comes out, what goes in, and for whom."""

from datetime import timedelta

import pytest

from zhike.core.clock import now
from zhike.core.models import ChangelogEntry
from zhike.customers.models import ContactPoint, Customer, Interaction
from zhike.customers.tests.factories import make_customer, make_house, set_score
from zhike.staff.tests.factories import caller

pytestmark = pytest.mark.django_db

CUSTOMERS = "/api/v1/customers"
INTERACTIONS = "/api/v1/interactions"


@pytest.fixture
def house():
    return make_house()


def test_a_list_shows_the_own_customers_with_numbers_and_masked_phones(house):
    mine = make_customer("周婉清", owner=house.anna, phone="13800001111")
    make_customer("顾长明", owner=house.bo)
    set_score(mine, tier="A", value_12m=1_234_567, amount_12m=420_050)
    answer = caller(house.anna).get(CUSTOMERS)
    assert answer.status_code == 200
    (row,) = answer.json()["items"]
    assert (row["name"], row["tier"], row["value_12m"], row["amount_12m"]) == (
        "周婉清",
        "A",
        12_345.67,
        "4200.50",
    )
    assert row["phone"] == "138****1111"
    assert answer.json()["count"] == {"value": 1, "exact": True}


def test_filters_sort_and_cursor_walk_the_whole_list(house):
    for number in range(5):
        saved = make_customer(f"客户{number}", owner=house.anna)
        set_score(saved, tier="AB"[number % 2], value_12m=number * 100)
    api = caller(house.anna)
    first = api.get(CUSTOMERS, {"tier": "A", "sort": "-value", "limit": "2"}).json()
    assert [row["value_12m"] for row in first["items"]] == [4.0, 2.0]
    rest = api.get(CUSTOMERS, {"tier": "A", "sort": "-value", "limit": "2", "cursor": first["next"]}).json()
    assert [row["value_12m"] for row in rest["items"]] == [0.0]
    assert rest["next"] == ""
    assert len(api.get(CUSTOMERS, {"value__gte": "2", "tier__in": "A,B"}).json()["items"]) == 3


@pytest.mark.parametrize(
    "query",
    [
        "sort=owner__password",
        "sort=(SELECT 1)",
        "sort=-id;DROP TABLE x",
        "tier=Z",
        "tier__regex=A",
        "owner__password__startswith=p",
        "value__gte=abc",
        "value=1e999",
        "owner=99999999999999999999999",
        "limit=0",
        "limit=1000000000",
        "limit=-1",
        "cursor=%F0%9F",
        "cursor=AAAA",
        "offset=5",
        "tier=A&tier=B",
        "region=%00",
        "last_purchase=2026-02-30",
    ],
)
def test_what_the_list_does_not_know_is_400(house, query):
    answer = caller(house.anna).get(f"{CUSTOMERS}?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400


def test_one_customer_has_archive_numbers_and_an_entity_tag(house):
    body = {
        "name": "周婉清",
        "form_of_address": "周姐",
        "contact_from": "09:30",
        "contacts": [{"kind": "mobile", "value": "138 0000 1111"}],
        "dates": [{"occasion": "birthday", "month": 4, "day": 11, "calendar": "lunar", "leap": True}],
        "tags": ["老客户"],
        "ref": {"source": "till", "external_id": "K-1"},
    }
    api = caller(house.anna)
    made = api.post(CUSTOMERS, body)
    assert made.status_code == 201, made.content
    answer = api.get(f"{CUSTOMERS}/{made.json()['id']}")
    assert answer.headers["ETag"] == '"1"'
    found = answer.json()
    assert found["contacts"][0]["normal"] == "+8613800001111"
    assert (found["dates"][0]["leap"], found["tags"], found["form_of_address"]) == (True, ["老客户"], "周姐")
    assert (found["owner"], found["contact_from"]) == (house.anna.user_id, "09:30:00")
    assert found["score"]["orders"] == 0


def test_who_does_not_read_contacts_gets_none_and_can_not_look_for_them(house):
    saved = make_customer(
        "周婉清", owner=house.anna, phone="13800001111", note="怕吵", form_of_address="周姐"
    )
    api = caller(house.read_only1)
    found = api.get(f"{CUSTOMERS}/{saved.id}")
    assert found.status_code == 200
    for hidden in ("contacts", "dates", "note", "form_of_address", "hobbies", "contact_from"):
        assert hidden not in found.json()
    listed = api.get(CUSTOMERS)
    assert "phone" not in listed.json()["items"][0]
    for text in (found.content.decode(), listed.content.decode()):
        assert not any(word in text for word in ("13800001111", "138****", "1111", "怕吵", "周姐"))
    assert api.get(CUSTOMERS, {"contact": "13800001111"}).status_code == 400
    assert api.get(CUSTOMERS, {"birthday_month": "4"}).status_code == 400


def test_somebody_elses_customer_does_not_exist(house):
    theirs = make_customer("顾长明", owner=house.bo, phone="13800002222")
    api = caller(house.anna)
    for answer in (
        api.get(f"{CUSTOMERS}/{theirs.id}"),
        api.patch(f"{CUSTOMERS}/{theirs.id}", {"name": "x"}),
        api.get(INTERACTIONS, {"customer": str(theirs.id)}),
        api.post(INTERACTIONS, {"customer": theirs.id, "channel": "call"}),
        api.post(CUSTOMERS, {"name": "新客", "referred_by": theirs.id}),
    ):
        assert answer.status_code == 404
        assert "顾长明" not in answer.content.decode()
    assert ChangelogEntry.objects.filter(action="access.refused", by_id=house.anna.user_id).count() == 5
    assert Customer.objects.get(pk=theirs.id).name == "顾长明"


def test_the_same_phone_outside_ones_sight_is_a_neutral_conflict(house):
    make_customer("顾长明", owner=house.bo, phone="13800002222")
    body = {"name": "新客", "contacts": [{"kind": "mobile", "value": "13800002222"}]}
    answer = caller(house.anna).post(CUSTOMERS, body)
    assert answer.status_code == 409
    assert "顾长明" not in answer.content.decode()
    assert caller(house.anna).post(CUSTOMERS, body | {"allow_duplicate": True}).status_code == 201


def test_the_same_reference_twice_is_a_conflict(house):
    api, ref = caller(house.anna), {"source": "till", "external_id": "K-1"}
    assert api.post(CUSTOMERS, {"name": "甲", "ref": ref}).status_code == 201
    assert api.post(CUSTOMERS, {"name": "乙", "ref": ref}).status_code == 409
    assert Customer.objects.count() == 1


def test_a_change_says_what_it_read(house):
    saved = make_customer("周婉清", owner=house.anna)
    api, url = caller(house.anna), f"{CUSTOMERS}/{saved.id}"
    changed = api.patch(url, {"region": "杭州"}, headers={"If-Match": '"1"'})
    assert changed.json() == {"id": saved.id, "number": saved.number, "version": 2}
    late = api.patch(url, {"region": "上海"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.headers["Content-Type"]) == (412, "application/problem+json")
    assert api.patch(url, {"region": "宁波"}, headers={"If-Match": 'W/"2"'}).status_code == 412
    assert api.patch(url, {"title": "店长"}).json()["version"] == 3
    row = Customer.objects.get(pk=saved.id)
    assert (row.region, row.title, row.name) == ("杭州", "店长", "周婉清")


def test_a_masked_phone_sent_back_leaves_the_number_alone(house):
    saved = make_customer("周婉清", owner=house.anna, phone="13800001111")
    point = ContactPoint.objects.get(customer=saved.id)
    entry = {"id": point.pk, "kind": "mobile", "value": "138****1111", "label": "店里"}
    assert caller(house.anna).patch(f"{CUSTOMERS}/{saved.id}", {"contacts": [entry]}).status_code == 200
    point.refresh_from_db()
    assert (point.normal, point.label) == ("+8613800001111", "店里")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 5000},
        {"name": "甲", "id": 7},
        {"name": "甲", "is_deleted": True},
        {"name": "甲", "version": 9},
        {"name": "甲", "gender": "robot"},
        {"name": "甲", "contacts": [{"kind": "fax", "value": "1"}]},
        {"name": "甲", "contacts": [{"kind": "mobile", "value": "1"}]},
        {"name": "甲", "contacts": [{"kind": "mobile", "value": "13800001111", "consent": "sold"}]},
        {"name": "甲", "contacts": {"kind": "mobile"}},
        {"name": "甲", "dates": [{"occasion": "birthday", "month": 2, "day": 30}]},
        {"name": "甲", "dates": [{"occasion": "birthday", "month": 10**30, "day": 1}]},
        {"name": "甲", "customer_since": 0},
        {"name": "甲", "customer_since": "0"},
        {"name": "甲", "customer_since": "2999-01-01"},
        {"name": "甲", "contact_from": "25:00"},
        {"name": "甲", "contact_from": "10:00:00+08:00"},
        {"name": "甲", "contact_from": "18:00", "contact_until": "09:00"},
        {"name": "甲", "referred_by": 10**30},
        {"name": "甲", "referred_by": -1},
        {"name": "甲", "client_uuid": "1"},
        {"name": "甲", "tags": ["x" * 500]},
        {"name": "甲", "tags": "x"},
        {"name": "甲", "credit_code": "91350100M000100Y4"},
        [],
        "x",
        None,
    ],
    ids=str,
)
def test_what_a_customer_can_not_be_is_400_and_changes_nothing(house, body):
    answer = caller(house.anna).post(CUSTOMERS, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert not Customer.objects.exists()


def test_the_owner_is_given_by_those_who_assign(house):
    body = {"name": "新客", "owner": house.bo.user_id}
    assert caller(house.anna).post(CUSTOMERS, body).status_code == 403
    for nobody in ({"owner": 10**9}, {"team": 10**9}):
        assert caller(house.admin).post(CUSTOMERS, {"name": "新客"} | nobody).status_code == 400
    made = caller(house.admin).post(CUSTOMERS, body)
    row = Customer.objects.get(pk=made.json()["id"])
    assert (row.owner_id, row.team_id) == (house.bo.user_id, house.team2.pk)


def test_a_contact_is_recorded_and_listed(house):
    saved = make_customer("周婉清", owner=house.anna)
    api = caller(house.anna)
    at = (now() - timedelta(hours=3)).isoformat()
    body = {"customer": saved.id, "channel": "call", "at": at, "outcome": "promised", "cost": "12.50"}
    made = api.post(INTERACTIONS, body | {"promise": "回电报价", "promise_due": now().date().isoformat()})
    assert made.status_code == 201, made.content
    row = Interaction.objects.get()
    assert (row.by_id, row.cost_minor, row.promise) == (house.anna.user_id, 1250, "回电报价")
    (found,) = api.get(INTERACTIONS, {"customer": str(saved.id)}).json()["items"]
    assert (found["cost"], found["promise"], found["user"]) == ("12.50", "回电报价", house.anna.user_id)
    one = api.get(f"{INTERACTIONS}/{row.pk}")
    assert (one.json(), one.headers["ETag"]) == (found, '"1"')
    hidden = caller(house.read_only1).get(INTERACTIONS).json()["items"][0]
    assert "summary" not in hidden
    assert "promise" not in hidden


def test_contacts_page_by_page(house):
    saved = make_customer("周婉清", owner=house.anna)
    api = caller(house.anna)
    for minute in range(5):
        at = (now() - timedelta(minutes=minute)).isoformat()
        api.post(INTERACTIONS, {"customer": saved.id, "channel": "call", "at": at})
    first = api.get(INTERACTIONS, {"limit": "3"}).json()
    second = api.get(INTERACTIONS, {"limit": "3", "cursor": first["next"]}).json()
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert len(set(ids)) == 5
    assert second["next"] == ""
    since = (now() - timedelta(seconds=90)).isoformat()
    assert len(api.get(INTERACTIONS, {"since": since}).json()["items"]) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"channel": "telepathy"},
        {"at": "2026-11-20T10:00:00"},
        {"at": 1700000000},
        {"at": "2999-01-01T00:00:00+08:00"},
        {"at": "0001-01-01T00:00:00+23:59"},
        {"minutes": -1},
        {"minutes": 10**30},
        {"cost": "NaN"},
        {"cost": "1e30"},
        {"promise": "回电"},
        {"promise_due": "soon"},
        {"user": 10**30},
        {"task_id": 1},
        {"customer": "x"},
    ],
    ids=str,
)
def test_what_a_contact_can_not_be_is_400(house, more):
    saved = make_customer("周婉清", owner=house.anna)
    body = {"customer": saved.id, "channel": "call"} | more
    assert caller(house.anna).post(INTERACTIONS, body).status_code == 400
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("query", ["customer=abc", "customer=1&customer=2", "since=now", "user=1", "sort=at"])
def test_unknown_parameters_of_the_contacts_are_400(house, query):
    assert caller(house.anna).get(f"{INTERACTIONS}?{query}").status_code == 400


@pytest.mark.parametrize("path", ["0", "99999999999999999999", "abc", "-1", "1.5", "1/../2", "1;x", "1.json"])
def test_ids_that_can_not_be_are_404(house, path):
    assert caller(house.anna).get(f"{CUSTOMERS}/{path}").status_code == 404
