"""The dialogs in which contacts with customers are logged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhike.core.clock import today
from zhike.customers import queries
from zhike.customers.models import Interaction
from zhike.customers.tests.factories import make_customer
from zhike.customers.tests.pages import HTMX, at, browser_of, undo_of, words

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- contacts made


def test_a_contact_is_logged_with_defaults_and_undone(house, zhou):
    client = browser_of(house.anna)
    form = client.get(at("interaction_new"), {"customer": zhou.id}, headers=HTMX)
    assert "周婉清" in words(form)
    response = client.post(
        at("interaction_new"),
        {"customer": zhou.id, "channel": "wechat", "direction": "in", "summary": "问新茶"},
        headers=HTMX,
    )
    assert response.status_code == 204
    row = queries.list_interactions(viewer=house.anna, customer_id=zhou.id).rows[0]
    assert (row.channel, row.direction, row.summary, row.user_id) == (
        "wechat",
        "in",
        "问新茶",
        house.anna.user_id,
    )
    client.post(undo_of(response), headers=HTMX)
    assert Interaction.objects.count() == 0


def test_the_same_form_sent_twice_is_one_contact(house, zhou):
    sent = {
        "customer": zhou.id,
        "channel": "call",
        "direction": "out",
        "client_uuid": "6d1f7d0e-0c0e-4c43-9d5a-2f5e1c6e7a11",
    }
    client = browser_of(house.anna)
    for _ in range(2):
        assert client.post(at("interaction_new"), sent, headers=HTMX).status_code == 204
    assert Interaction.objects.count() == 1


def test_a_typed_name_that_finds_one_customer_will_do(house, zhou):
    client = browser_of(house.anna)
    sent = {"customer_q": "周婉清", "channel": "call", "direction": "out"}
    assert client.post(at("interaction_new"), sent, headers=HTMX).status_code == 204
    page = client.post(at("interaction_new"), {**sent, "customer_q": "没有这个人"}, headers=HTMX)
    assert page.status_code == 422
    assert "Choose the customer" in words(page)


def test_a_promise_needs_its_day_and_is_kept_with_one_click(house, zhou):
    client = browser_of(house.anna)
    sent = {"customer": zhou.id, "channel": "call", "direction": "out", "promise": "送样品"}
    assert client.post(at("interaction_new"), sent, headers=HTMX).status_code == 422
    client.post(
        at("interaction_new"), {**sent, "promise_due": str(today() + timedelta(days=3))}, headers=HTMX
    )
    row = queries.list_interactions(viewer=house.anna, customer_id=zhou.id).rows[0]
    assert "送样品" in words(client.get(at("detail", zhou.id)))
    response = client.post(at("promise_keep", row.id), headers=HTMX)
    assert queries.get_interaction(row.id, viewer=house.anna).promise_kept_at is not None
    client.post(undo_of(response), headers=HTMX)
    assert queries.get_interaction(row.id, viewer=house.anna).promise_kept_at is None


def test_a_contact_is_edited_under_its_version(house, zhou):
    client = browser_of(house.anna)
    sent = {
        "customer": zhou.id,
        "channel": "call",
        "direction": "out",
        "minutes": "10",
        "cost": "12.50",
        "at": "2026-01-05T10:30",
    }
    client.post(at("interaction_new"), sent, headers=HTMX)
    row = queries.list_interactions(viewer=house.anna, customer_id=zhou.id).rows[0]
    assert (row.minutes, row.cost_minor, f"{row.at:%Y-%m-%d %H:%M}") == (10, 1250, "2026-01-05 02:30")
    edit = at("interaction_edit", row.id)
    assert 'value="2026-01-05T10:30"' in client.get(edit).content.decode()
    changed = {**sent, "summary": "补充", "version": row.version}
    assert client.post(edit, changed, headers=HTMX).status_code == 204
    assert client.post(edit, changed).status_code == 409
    assert browser_of(house.bo).get(edit).status_code == 404


def test_contacts_are_for_those_who_may_write_them(house, zhou):
    assert browser_of(house.analyst).get(at("interaction_new")).status_code == 403
    foreign = make_customer("别人", owner=house.bo)
    assert browser_of(house.anna).get(at("interaction_new"), {"customer": foreign.id}).status_code == 404
    sent = {"customer": foreign.id, "channel": "call", "direction": "out"}
    assert browser_of(house.anna).post(at("interaction_new"), sent).status_code == 404
    assert browser_of(house.anna).get(at("interaction_new"), {"channel": "telepathy"}).status_code == 400


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.dictionaries(
        st.sampled_from(
            [
                "customer",
                "channel",
                "direction",
                "outcome",
                "summary",
                "promise",
                "promise_due",
                "at",
                "minutes",
                "cost",
                "client_uuid",
                "content_kind",
                "version",
                "customer_q",
            ]
        ),
        st.text(max_size=30)
        | st.sampled_from(["call", "out", "2026-02-30", "-1", "1e309", "99999999999999999999"]),
    )
)
def test_no_entry_breaks_the_contact_form(house, zhou, sent):
    response = browser_of(house.anna).post(
        at("interaction_new"), {"customer": str(zhou.id), **sent}, headers=HTMX
    )
    assert response.status_code in {204, 404, 422}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.dictionaries(
        st.sampled_from(
            [
                "name",
                "kind",
                "gender",
                "region",
                "contact_from",
                "customer_since",
                "mobile",
                "email",
                "tags",
                "source_code",
                "referred_by_id",
                "client_uuid",
                "owner_id",
                "credit_code",
                "note",
                "version",
            ]
        ),
        st.text(max_size=40) | st.sampled_from(["person", "1", "-5", "24:61", "9" * 30]),
    )
)
def test_no_entry_breaks_the_archive_forms(house, zhou, sent):
    client = browser_of(house.anna)
    assert client.post(at("create"), sent).status_code in {302, 400, 404, 409, 422}
    assert client.post(at("edit", zhou.id), sent).status_code in {302, 404, 409, 422}


@pytest.mark.parametrize("name", ["create", "interaction_new", "duplicates"])
def test_writes_ask_for_a_csrf_token(house, name):
    assert browser_of(house.anna, enforce_csrf_checks=True).post(at(name)).status_code == 403


@pytest.mark.parametrize(
    "name", ["verify", "contact_do", "date_remove", "relation_remove", "promise_keep", "undo"]
)
def test_nothing_is_changed_by_a_get(house, zhou, name):
    args = {
        "contact_do": (zhou.id, 1, "remove"),
        "date_remove": (zhou.id, 1),
        "relation_remove": (zhou.id, 1),
        "undo": ("x",),
    }
    assert browser_of(house.anna).get(at(name, *args.get(name, (zhou.id,)))).status_code == 405
