"""The transactional outbox: events are rows of their cause's transaction; handlers run after commit.

At least once, unordered, versioned. The delivery row is the marker (event, handler): a handler's effects
and the marker commit together, so a handler's effects happen once however often it is tried.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction

from zhike.core.clock import now
from zhike.core.models import OutboxDelivery, OutboxEvent
from zhike.core.permissions import Viewer
from zhike.events.base import Event, event_class

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
_FIRST_DELAY_SECONDS = 5

Handler = Callable[[Any], None]
_handlers: dict[str, dict[str, Handler]] = {}


E = TypeVar("E", bound=Event)


def handles(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler of an event; it must be idempotent and may fail (it is tried again)."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _handlers.setdefault(event_type.__name__, {})[name] = handler
        return handler

    return register


def publish(events: Sequence[Event], *, by: Viewer, at: datetime) -> None:
    """Write events and one pending delivery per handler; call it inside the transaction that caused them."""
    for event in events:
        row = OutboxEvent.objects.create(
            name=type(event).__name__,
            version=event.version,
            payload=asdict(event),
            by_id=by.user_id,
            created_at=at,
        )
        handlers = _handlers.get(row.name, {})
        OutboxDelivery.objects.bulk_create(
            [OutboxDelivery(event=row, handler=name, next_try_at=at) for name in handlers]
        )


def deliver_due(limit: int = 200) -> int:
    """Run handlers that are due; returns how many were tried. Safe to run in several processes."""
    due = OutboxDelivery.objects.filter(state=OutboxDelivery.State.PENDING, next_try_at__lte=now())
    ids = list(due.order_by("next_try_at", "id").values_list("id", flat=True)[:limit])
    return sum(_deliver(pk) for pk in ids)


def _deliver(delivery_id: int) -> int:
    try:
        with transaction.atomic():
            delivery = _claim(delivery_id)
            if delivery is None:
                return 0
            _run(delivery)
            delivery.state = OutboxDelivery.State.DONE
            delivery.attempts += 1
            delivery.error = ""
            delivery.save(update_fields=["state", "attempts", "error"])
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is its failure, not the worker's
        _failed(delivery_id, error)
    return 1


def _claim(delivery_id: int) -> OutboxDelivery | None:
    rows = OutboxDelivery.objects.select_related("event").filter(
        pk=delivery_id, state=OutboxDelivery.State.PENDING
    )
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows.first()


def _run(delivery: OutboxDelivery) -> None:
    handler = _handlers.get(delivery.event.name, {}).get(delivery.handler)
    if handler is None:
        raise LookupError(f"no handler {delivery.handler} in this version")
    handler(event_class(delivery.event.name).from_payload(delivery.event.payload))


def _failed(delivery_id: int, error: Exception) -> None:
    logger.warning("handler failed", extra={"delivery": delivery_id, "error": type(error).__name__})
    with transaction.atomic():
        delivery = OutboxDelivery.objects.filter(pk=delivery_id, state=OutboxDelivery.State.PENDING).first()
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.error = f"{type(error).__name__}: {error}"[:2000]
        delivery.next_try_at = now() + timedelta(seconds=_FIRST_DELAY_SECONDS * 4 ** (delivery.attempts - 1))
        if delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = OutboxDelivery.State.DEAD
        delivery.save(update_fields=["attempts", "error", "next_try_at", "state"])


def retry(delivery_id: int) -> None:
    """Put a dead delivery back to pending, with its attempts counted anew."""
    OutboxDelivery.objects.filter(pk=delivery_id, state=OutboxDelivery.State.DEAD).update(
        state=OutboxDelivery.State.PENDING, attempts=0, next_try_at=now()
    )
