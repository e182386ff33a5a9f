"""Delivery of events: after commit, retried, once per handler, dead letters."""

from datetime import timedelta

import pytest

from zhike.core import outbox
from zhike.core.changes import change
from zhike.core.clock import now
from zhike.core.models import OutboxDelivery, Setting
from zhike.core.permissions import SYSTEM
from zhike.events import CustomersChanged, ScoresPublished

pytestmark = pytest.mark.django_db


@pytest.fixture
def handlers():
    before = {name: dict(found) for name, found in outbox._handlers.items()}
    outbox._handlers.clear()
    yield outbox._handlers
    outbox._handlers.clear()
    outbox._handlers.update(before)


def emit(event=None):
    with change("test.emit", by=SYSTEM) as c:
        c.emit(event or CustomersChanged(customer_ids=[1, 2]))


def make_due():
    OutboxDelivery.objects.update(next_try_at=now() - timedelta(seconds=1))


def test_each_handler_gets_the_event_once(handlers):
    seen = []

    @outbox.handles(CustomersChanged)
    def first(event):
        seen.append(("first", event.customer_ids))

    @outbox.handles(CustomersChanged)
    def second(event):
        seen.append(("second", event.customer_ids))

    emit()
    outbox.deliver_due()
    outbox.deliver_due()
    assert sorted(seen) == [("first", [1, 2]), ("second", [1, 2])]


def test_a_failing_handler_is_tried_again_and_does_not_disturb_the_other(handlers):
    tries = []

    @outbox.handles(CustomersChanged)
    def flaky(event):
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not yet")

    @outbox.handles(CustomersChanged)
    def steady(event):
        Setting.objects.create(key="steady", value=1)

    emit()
    for _ in range(4):
        make_due()
        outbox.deliver_due()
    assert len(tries) == 3
    assert set(OutboxDelivery.objects.values_list("state", flat=True)) == {"done"}


def test_the_effect_of_a_failed_try_is_undone(handlers):
    @outbox.handles(CustomersChanged)
    def half(event):
        Setting.objects.create(key="half", value=1)
        raise ValueError("broken in the middle")

    emit()
    outbox.deliver_due()
    assert not Setting.objects.filter(key="half").exists()
    delivery = OutboxDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert delivery.next_try_at > now()
    assert "broken in the middle" in delivery.error


def test_what_keeps_failing_becomes_a_dead_letter_that_can_be_tried_again(handlers):
    broken = [True]

    @outbox.handles(CustomersChanged)
    def stubborn(event):
        if broken[0]:
            raise ValueError("no")

    emit()
    for _ in range(outbox.MAX_ATTEMPTS + 2):
        make_due()
        outbox.deliver_due()
    delivery = OutboxDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("dead", outbox.MAX_ATTEMPTS)
    broken[0] = False
    outbox.retry(delivery.pk)
    outbox.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "done"


def test_fields_of_a_newer_version_are_left_out():
    event = ScoresPublished.from_payload({"run_id": 1, "as_of": "2026-11-22", "customers": 3, "later": True})
    assert event == ScoresPublished(run_id=1, as_of="2026-11-22", customers=3)
