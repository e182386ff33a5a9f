"""Valued customers who are slipping away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db.models import Avg, F, Q

from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.replenish import last_order_line
from zhike.agenda.queries.sources.table import Columns, best, day, scores, take, variant
from zhike.agenda.rules import ranking
from zhike.agenda.rules.settings import AgendaSettings
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.customers.models import Score
from zhike.sales.queries import LastOrder, last_orders_for

KEY = "slipping"
_NAMES = ("last_purchase", "mean_gap_days", "risk", "risk_before", "value_12m", "p_alive", "tier")


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """Customers silent for 1.5 of their own gaps or more, whose risk is high and has not fallen."""
    s = agenda_settings()
    where = Q(orders__gte=s.replenish_min_orders, mean_gap_days__gt=0, risk__gte=s.slipping_risk)
    valued = max(valued_from(), s.slipping_min_value_minor)
    where &= Q(risk__gte=F("risk_before"), value_12m__gte=int(valued * ranking.P_ALIVE_FLOOR))
    columns = _slipping(scores(where, _NAMES, ctx), ctx, s, valued)
    rows = list(best(columns, columns["score"], s.keep_per_person))
    last = last_orders_for([row["customer_id"] for row in rows])
    for row in rows:
        yield _draft(row, last.get(row["customer_id"]), ctx)


def valued_from() -> int:
    """The value from which a customer counts as valued: half the mean of tier B (minor units)."""
    found = Score.objects.filter(tier="B").aggregate(mean=Avg("value_12m"))["mean"]
    return int((found or 0) / 2)


def _slipping(columns: Columns, ctx: TaskContext, s: AgendaSettings, valued: int) -> Columns:
    columns["since"] = ctx.today.toordinal() - columns["last_purchase"]
    ratio = ranking.overdue_ratio(columns["since"], columns["mean_gap_days"].astype(float))
    columns["value"] = ranking.value_if_back(
        columns["value_12m"].astype(float), columns["p_alive"].astype(float)
    )
    columns["urgency"] = ranking.slipping_urgency(ratio)
    columns["chance"] = ranking.slipping_chance(columns["risk"].astype(float), s.slipping_chance)
    columns["score"] = np.asarray(ranking.rank(columns["value"], columns["urgency"], columns["chance"]))
    fits = (ratio >= s.slipping_overdue) & (ratio <= s.slipping_gone)
    return take(columns, fits & (columns["value"] >= valued))


def _draft(row: dict[str, Any], last: LastOrder | None, ctx: TaskContext) -> TaskDraft:
    subject = day(row["last_purchase"]).isoformat()
    rhythm = {"gap": round(row["mean_gap_days"]), "n": int(row["since"])}
    why = [
        ("slipping.rhythm", rhythm),
        ("slipping.back", {"share": 1.0 - row["risk"]}),
        *last_order_line(last),
    ]
    return TaskDraft(
        source=KEY,
        customer_id=row["customer_id"],
        subject=subject,
        due=ctx.today,
        why=why,
        words=_words(row["customer_id"], subject, last),
        channel="call",
        value_at_stake=round(row["value"]),
        urgency=float(row["urgency"]),
        chance=float(row["chance"]),
        minutes=10,
    )


def _words(customer_id: int, subject: str, last: LastOrder | None) -> list[tuple[str, dict[str, Any]]]:
    if last is None or not last.products:
        return [(f"words.slipping.plain.{variant(customer_id, subject, 2)}", {})]
    return [(f"words.slipping.{variant(customer_id, subject, 3)}", {"item": last.products[0]})]
