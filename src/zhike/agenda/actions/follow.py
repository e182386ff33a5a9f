"""Writes that follow from what happened to customers between two refreshes. Set-based, safe to repeat."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from zhike.agenda.actions.rebuild import recompute
from zhike.agenda.models import Task
from zhike.agenda.queries.answers import list_day
from zhike.agenda.queries.changes import leads_missing, owners_of, reached_customers
from zhike.agenda.queries.sources.table import chunks
from zhike.agenda.rules import quiet
from zhike.core.changes import change
from zhike.core.permissions import Viewer

_BY_ORDER = ("replenish", "slipping", "welcome")
_BY_CONTACT = ("care", "welcome")


def close_after_orders(customer_ids: Collection[int], *, by: Viewer) -> int:
    """Close what an order settles; it stays away until the next refresh has seen the order."""
    return _cover(customer_ids, _BY_ORDER, quiet.AFTER_ORDER_DAYS, "agenda.close_after_orders", by)


def close_after_contacts(
    interaction_ids: Collection[int], customer_ids: Collection[int], *, by: Viewer
) -> int:
    """Close the care of customers who were reached in these interactions."""
    reached = reached_customers(interaction_ids, customer_ids)
    return _cover(reached, _BY_CONTACT, quiet.CARE_DONE_DAYS, "agenda.close_after_contacts", by)


def _cover(
    customer_ids: Collection[int], sources: Collection[str], days: int, action: str, by: Viewer
) -> int:
    until, closed = list_day() + timedelta(days=days), 0
    for part in chunks(sorted(set(customer_ids))):
        rows = Task.objects.filter(customer_id__in=part, source__in=sources, state=Task.State.OPEN)
        ids = list(rows.values_list("id", flat=True))
        if not ids:
            continue
        with change(action, by=by) as c:
            closed += Task.objects.filter(pk__in=ids, state=Task.State.OPEN).update(
                state=Task.State.COVERED, quiet_until=until, postponed=False
            )
            new_leads = leads_missing(part)
            Task.objects.filter(pk__in=new_leads).update(is_lead=True)
            c.touched("agenda.task", [*ids, *new_leads], ["state", "is_lead"])
    return closed


def recompute_today(customer_ids: Collection[int], *, by: Viewer) -> int:
    """Build anew, for the day of the list, the tasks of a few customers."""
    return recompute(customer_ids, list_day(), by=by)


def hand_over(customer_ids: Collection[int], *, by: Viewer) -> int:
    """Let open tasks follow their customers to the new owner and team; promises of others stay with them."""
    moved = 0
    for part in chunks(sorted(set(customer_ids))):
        owners = owners_of(part)
        rows = Task.objects.filter(customer_id__in=part, state=Task.State.OPEN)
        changed = []
        for task in rows:
            owner_id, team_id = owners.get(task.customer_id, (task.owner_id, task.team_id))
            if (task.owner_id, task.team_id) != (owner_id, team_id):
                task.owner_id, task.team_id = owner_id, team_id
                changed.append(task)
        if changed:
            with change("agenda.hand_over", by=by) as c:
                Task.objects.bulk_update(changed, ["owner", "team"], batch_size=500)
                c.touched("agenda.task", [t.pk for t in changed], ["owner", "team"])
        moved += len(changed)
    return moved
