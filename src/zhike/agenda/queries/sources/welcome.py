"""New customers after their first order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import F, Q

from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.replenish import last_order_line
from zhike.agenda.queries.sources.table import best, day, scores, variant
from zhike.agenda.rules import ranking
from zhike.agenda.rules.settings import AgendaSettings
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.sales.queries import LastOrder, last_orders_for

KEY = "welcome"


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """Customers with one purchase so far, not contacted since, some days after it."""
    s = agenda_settings()
    first = ctx.today - timedelta(days=s.welcome_until_days)
    latest = ctx.today - timedelta(days=s.welcome_after_days) + timedelta(days=ctx.horizon_days)
    where = Q(orders=1, first_purchase__gte=first, first_purchase__lte=min(latest, ctx.today))
    where &= Q(last_contact__lte=F("first_purchase"))
    columns = scores(where, ("first_purchase", "value_12m", "amount_total"), ctx)
    columns["since"] = ctx.today.toordinal() - columns["first_purchase"]
    columns["urgency"] = np.asarray(
        ranking.welcome_urgency(columns["since"], s.welcome_until_days), dtype=float
    )
    columns["value"] = np.maximum(columns["value_12m"].astype(float), s.floor_value_minor)
    score = np.asarray(ranking.rank(columns["value"], columns["urgency"], s.welcome_chance), dtype=float)
    rows = list(best(columns, score, s.keep_per_person))
    last = last_orders_for([row["customer_id"] for row in rows])
    for row in rows:
        yield _draft(row, last.get(row["customer_id"]), s)


def _draft(row: dict[str, Any], last: LastOrder | None, s: AgendaSettings) -> TaskDraft:
    bought = day(row["first_purchase"])
    subject = bought.isoformat()
    item = last.products[0] if last and last.products else ""
    code = f"words.welcome.{variant(row['customer_id'], subject, 3)}" if item else "words.welcome.plain"
    return TaskDraft(
        source=KEY,
        customer_id=row["customer_id"],
        subject=subject,
        due=bought + timedelta(days=s.welcome_after_days),
        why=[("welcome.first", {"day": bought, "n": int(row["since"])}), *last_order_line(last)],
        words=[(code, {"item": item} if item else {})],
        channel="call",
        value_at_stake=round(row["value"]),
        urgency=float(row["urgency"]),
        chance=s.welcome_chance,
        minutes=5,
        expires=bought + timedelta(days=s.welcome_until_days),
    )
