"""Taking back a contact that was recorded by mistake a moment ago."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from zhike.core.changes import change
from zhike.core.clock import business_date
from zhike.core.errors import Invalid
from zhike.core.permissions import Scope, Viewer
from zhike.customers.actions.interactions import locked_interaction
from zhike.customers.models import Interaction, Score
from zhike.events.customers import InteractionsRecorded

_NEVER = date(1900, 1, 1)


def withdraw_interaction(pk: int, *, by: Viewer) -> None:
    """Delete an interaction (its last version stays in the history); salespeople only what they recorded."""
    by.require("interactions.write")
    with change("customers.withdraw_interaction", by=by) as c:
        row = locked_interaction(pk, by)
        if by.scope == Scope.OWN and not by.is_system and row.by_id != by.user_id:
            raise Invalid("Only the one who recorded it can take it back.")
        customer_id, withdrawn = row.customer_id, row.pk
        c.delete(row)
        latest = Interaction.objects.filter(customer_id=customer_id).aggregate(at=Max("at"))["at"]
        day = business_date(latest) if latest else _NEVER
        Score.objects.filter(customer_id=customer_id).update(last_contact=day)
        c.emit(InteractionsRecorded([withdrawn], [customer_id]))


def reopen_promise(pk: int, *, by: Viewer) -> None:
    """Take back that a promise was kept."""
    by.require("interactions.write")
    with change("customers.reopen_promise", by=by) as c:
        row = locked_interaction(pk, by)
        if c.update(row, promise_kept_at=None):
            c.emit(InteractionsRecorded([row.pk], [row.customer_id]))
