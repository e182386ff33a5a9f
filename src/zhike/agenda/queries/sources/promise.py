"""Promises made in an interaction that fall due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.table import by_customer
from zhike.agenda.rules import ranking
from zhike.core.clock import business_date
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.customers.queries import Promise, open_promises
from zhike.staff.models import User
from zhike.staff.rules.roles import ROLES, Role

KEY = "promise"


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """Every promise that is open and due within the horizon, on the list of who gave it or of the owner."""
    s = agenda_settings()
    found = list(open_promises(ctx.today + timedelta(days=ctx.horizon_days), ctx.customer_ids))
    known = by_customer(("value_12m",), sorted({p.customer_id for p in found}))
    everywhere = _who_see_all()
    for promise in found:
        row = known.get(promise.customer_id, {"value_12m": 0, "owner_id": None})
        keeps_own = promise.user_id in everywhere or row["owner_id"] is None
        yield TaskDraft(
            source=KEY,
            customer_id=promise.customer_id,
            subject=str(promise.interaction_id),
            due=promise.due,
            why=_why(promise, ctx),
            words=[
                (
                    "words.promise.late" if promise.due < ctx.today else "words.promise",
                    {"promise": promise.promise},
                )
            ],
            channel=promise.channel or "call",
            value_at_stake=max(row["value_12m"], s.floor_value_minor),
            urgency=ranking.promise_urgency((promise.due - ctx.today).days),
            chance=s.promise_chance,
            minutes=10,
            promised=True,
            owner_id=promise.user_id if keeps_own else None,
        )


def _who_see_all() -> set[int]:
    """Active people who see every customer: what they promised stays theirs."""
    roles = [r.value for r in Role if ROLES[r].scope == "all" and "agenda.answer" in ROLES[r].permissions]
    return set(User.objects.filter(is_active=True, role__in=roles).values_list("id", flat=True))


def _why(promise: Promise, ctx: TaskContext) -> list[tuple[str, dict[str, object]]]:
    late = (ctx.today - promise.due).days
    made = {"promise": promise.promise, "day": business_date(promise.at), "channel": promise.channel}
    if late > 0:
        return [("promise.made", made), ("promise.late", {"n": late, "due": promise.due})]
    return [("promise.made", made), ("promise.today" if late == 0 else "promise.due", {"due": promise.due})]
