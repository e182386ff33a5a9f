"""Entering and changing: customers, contact points, dates, relations, contacts made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhike.core.clock import today
from zhike.customers import actions, queries
from zhike.customers.forms import labels
from zhike.customers.models import Customer
from zhike.customers.rules import codes
from zhike.customers.tests.factories import make_customer
from zhike.customers.tests.pages import HTMX, at, browser_of, undo_of, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("named", "known"),
    [
        (labels.OCCASIONS, codes.OCCASIONS),
        (labels.RELATIONS, codes.RELATION_KINDS),
        (labels.SOURCES, codes.SOURCES),
        (labels.GAPS, codes.GAPS),
        (labels.WHOSE, codes.WHOSE),
        (labels.CONSENTS, codes.CONSENTS),
    ],
)
def test_every_code_has_a_name(named, known):
    assert set(known) <= set(named)


# ---------------------------------------------------------------- a new customer


def test_a_name_is_enough_to_enter_a_customer(house):
    response = browser_of(house.anna).post(at("create"), {"kind": "person", "name": "苏一诺"})
    made = Customer.objects.get(name="苏一诺")
    assert response.headers["Location"] == at("detail", made.pk)
    assert made.owner_id == house.anna.user_id


def test_a_whole_form_is_kept(house):
    sent = {
        "kind": "organisation",
        "name": "恒丰米业有限公司",
        "industry": "食品",
        "region": "苏州",
        "mobile": "138 1111 2222",
        "email": "A@Example.com",
        "tags": "团购、老客户",
        "source_code": "referral",
        "preferred_channel": "visit",
        "contact_from": "10:00",
        "contact_until": "11:30",
        "customer_since": "2020-02-29",
        "note": "先打电话",
    }
    browser_of(house.anna).post(at("create"), sent)
    page = queries.customer_page(Customer.objects.get().pk, house.anna)
    assert page.customer.kind == "organisation"
    assert page.tags == ["团购", "老客户"] or set(page.tags) == {"团购", "老客户"}
    assert {c.normal for c in page.contacts} == {"+8613811112222", "a@example.com"}


def test_a_refused_form_says_what_is_wrong_where(house):
    page = browser_of(house.anna).post(at("create"), {"kind": "person", "name": "", "mobile": "123"})
    assert page.status_code == 422
    assert "id_name_error" in page.content.decode()
    assert Customer.objects.count() == 0


def test_the_same_phone_is_told_before_a_second_record_is_made(house, zhou):
    client = browser_of(house.anna)
    sent = {"kind": "person", "name": "周小姐", "mobile": "13812345521"}
    page = client.post(at("create"), sent)
    assert page.status_code == 409
    assert "周婉清" in words(page)
    client.post(at("create"), {**sent, "allow_duplicate": "on"})
    assert Customer.objects.filter(name="周小姐").count() == 1


def test_a_customer_out_of_sight_is_never_named_in_the_warning(house, zhou):
    client = browser_of(house.bo)
    typed = client.post(at("duplicates"), {"mobile": "13812345521"}, headers=HTMX)
    sent = client.post(at("create"), {"kind": "person", "name": "周小姐", "mobile": "13812345521"})
    for answer in (typed, sent):
        assert "周婉清" not in words(answer)
        assert "already kept in the house" in words(answer)
    assert "周婉清" in words(browser_of(house.anna).post(at("duplicates"), {"mobile": "13812345521"}))


def test_who_may_not_create_gets_no_form(house):
    assert browser_of(house.analyst).get(at("create")).status_code == 403
    assert browser_of(house.anna).get(at("create"), {"kind": "robot"}).status_code == 400
    assert browser_of(house.anna).get(at("create"), {"kind": "organisation"}).status_code == 200


def test_the_picker_offers_only_customers_in_sight(house, zhou):
    assert "周婉清" in words(
        browser_of(house.anna).get(at("pick"), {"name": "customer", "customer_q": "zhou"})
    )
    assert "周婉清" not in words(
        browser_of(house.bo).get(at("pick"), {"name": "customer", "customer_q": "zhou"})
    )
    assert browser_of(house.bo).get(at("pick"), {"name": "evil"}).status_code == 400


# ---------------------------------------------------------------- the archive's head


def test_an_edit_changes_only_what_was_sent(house, zhou):
    client = browser_of(house.anna)
    sent = {"version": zhou.version, "name": "周婉清", "kind": "person", "region": "上海"}
    response = client.post(at("edit", zhou.id), sent, headers=HTMX)
    assert response.status_code == 204
    after = queries.get_customer(zhou.id, viewer=house.anna)
    assert after.region == "上海"
    client.post(undo_of(response), headers=HTMX)
    assert queries.get_customer(zhou.id, viewer=house.anna).region == ""


def test_undo_also_restores_days_and_hours(house, zhou):
    client = browser_of(house.anna)
    actions.update_customer(
        zhou.id,
        version=zhou.version,
        changes={"customer_since": today() - timedelta(days=900)},
        by=house.anna,
    )
    version = queries.get_customer(zhou.id, viewer=house.anna).version
    sent = {
        "version": version,
        "name": "周婉清",
        "kind": "person",
        "customer_since": "",
        "contact_from": "09:30",
    }
    response = client.post(at("edit", zhou.id), sent, headers=HTMX)
    client.post(undo_of(response), headers=HTMX)
    after = queries.get_customer(zhou.id, viewer=house.anna)
    assert after.customer_since == today() - timedelta(days=900)
    assert after.contact_from is None


def test_who_was_slower_sees_both_values(house, zhou):
    actions.update_customer(zhou.id, version=zhou.version, changes={"region": "上海"}, by=house.manager1)
    client = browser_of(house.anna)
    sent = {"version": zhou.version, "name": "周婉清", "kind": "person", "region": "杭州"}
    page = client.post(at("edit", zhou.id), sent)
    assert page.status_code == 409
    assert "上海" in words(page)
    assert "杭州" in words(page)
    assert client.post(at("edit", zhou.id), sent, headers=HTMX).status_code == 422
    now_current = queries.get_customer(zhou.id, viewer=house.anna).version
    assert f'name="version" value="{now_current}"' in page.content.decode()
    assert queries.get_customer(zhou.id, viewer=house.anna).region == "上海"


def test_who_may_not_edit_gets_no_form(house, zhou):
    assert browser_of(house.analyst).get(at("edit", zhou.id)).status_code == 403
    assert browser_of(house.read_only1).post(at("verify", zhou.id)).status_code == 403


def test_the_archive_is_confirmed_with_one_click(house, zhou):
    assert browser_of(house.anna).post(at("verify", zhou.id), headers=HTMX).status_code == 204
    assert queries.get_customer(zhou.id, viewer=house.anna).verified_at == today()


# ---------------------------------------------------------------- what hangs on a customer


def test_contact_points_are_added_changed_marked_and_removed(house, zhou):
    client = browser_of(house.anna)
    sent = {"kind": "wechat", "value": "zhou_wq", "label": "私人", "consent": "given"}
    assert client.post(at("contact_new", zhou.id), sent, headers=HTMX).status_code == 204
    wechat = next(c for c in queries.customer_page(zhou.id, house.anna).contacts if c.kind == "wechat")
    assert (wechat.value, wechat.consent, wechat.is_primary) == ("zhou_wq", "given", True)
    client.post(at("contact_edit", zhou.id, wechat.id), {**sent, "value": "zhou_new"}, headers=HTMX)
    client.post(at("contact_do", zhou.id, wechat.id, "invalid"), headers=HTMX)
    wechat = next(c for c in queries.customer_page(zhou.id, house.anna).contacts if c.kind == "wechat")
    assert (wechat.value, bool(wechat.invalid_reason)) == ("zhou_new", True)
    client.post(at("contact_do", zhou.id, wechat.id, "remove"), headers=HTMX)
    assert [c.kind for c in queries.customer_page(zhou.id, house.anna).contacts] == ["mobile"]
    assert client.post(at("contact_do", zhou.id, wechat.id, "remove")).status_code == 404


def test_a_wrong_number_is_refused_beside_its_field(house, zhou):
    page = browser_of(house.anna).post(
        at("contact_new", zhou.id), {"kind": "mobile", "value": "12", "consent": "unknown"}, headers=HTMX
    )
    assert page.status_code == 422
    assert "id_value_error" in page.content.decode()


def test_a_contact_of_another_customer_is_out_of_reach(house, zhou):
    other = make_customer("别人", owner=house.bo)
    foreign = queries.customer_page(other.id, house.bo).contacts[0]
    assert browser_of(house.anna).post(at("contact_do", zhou.id, foreign.id, "remove")).status_code == 404
    assert len(queries.customer_page(other.id, house.bo).contacts) == 1


def test_a_lunar_birthday_is_kept_and_previewed(house, zhou):
    client = browser_of(house.anna)
    typed = {"calendar": "lunar", "month": "12", "day": "30", "leap": "", "year": "1978"}
    assert "Next on" in words(client.get(at("date_preview"), typed))
    sent = {**typed, "occasion": "birthday", "whose": "family", "person": "王芳", "relation": "parent"}
    assert client.post(at("date_new", zhou.id), sent, headers=HTMX).status_code == 204
    kept = queries.customer_page(zhou.id, house.anna).dates[0]
    assert (kept.calendar, kept.month, kept.day, kept.person) == ("lunar", 12, 30, "王芳")
    assert client.get(at("date_edit", zhou.id, kept.id)).status_code == 200
    client.post(at("date_remove", zhou.id, kept.id), headers=HTMX)
    assert queries.customer_page(zhou.id, house.anna).dates == []


@pytest.mark.parametrize(
    "day",
    [{"month": "2", "day": "30"}, {"month": "2", "day": "29", "year": "2023"}, {"month": "13", "day": "1"}],
)
def test_a_day_that_does_not_exist_is_refused(house, zhou, day):
    client = browser_of(house.anna)
    sent = {"calendar": "solar", "occasion": "birthday", "whose": "self", **day}
    assert client.post(at("date_new", zhou.id), sent, headers=HTMX).status_code == 422
    assert "Next on" not in words(client.get(at("date_preview"), sent))


def test_relations_lead_to_the_other_customer_and_back(house, zhou):
    other = make_customer("孙志强", owner=house.anna)
    client = browser_of(house.anna)
    sent = {"kind": "introduced_by", "other": other.id}
    assert client.post(at("relation_new", zhou.id), sent, headers=HTMX).status_code == 204
    assert "孙志强" in words(client.get(at("detail", zhou.id)))
    assert "周婉清" in words(client.get(at("detail", other.id)))
    relation = queries.customer_page(zhou.id, house.anna).relations[0]
    client.post(at("relation_remove", zhou.id, relation.id), headers=HTMX)
    assert queries.customer_page(zhou.id, house.anna).relations == []


def test_a_relation_to_a_customer_out_of_sight_is_not_found(house, zhou):
    foreign = make_customer("看不见", owner=house.bo)
    sent = {"kind": "friend", "other": foreign.id}
    assert browser_of(house.anna).post(at("relation_new", zhou.id), sent).status_code == 404
    assert (
        browser_of(house.anna).post(at("relation_new", zhou.id), {"kind": "friend"}, headers=HTMX).status_code
        == 422
    )


def test_tags_and_owner_of_one_customer(house, zhou):
    client = browser_of(house.manager1)
    client.post(at("tags", zhou.id), {"tags": "老客户, 喜欢兰花"}, headers=HTMX)
    assert set(queries.customer_page(zhou.id, house.anna).tags) == {"老客户", "喜欢兰花"}
    assert (
        client.post(at("assign", zhou.id), {"owner": house.manager1.user_id}, headers=HTMX).status_code == 204
    )
    assert browser_of(house.anna).get(at("detail", zhou.id)).status_code == 404
    assert browser_of(house.manager1).get(at("assign", zhou.id)).status_code == 200
