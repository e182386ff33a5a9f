"""The next purchase is due or overdue: the jar is running empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import ExpressionWrapper, F, FloatField, Q
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.table import Columns, Ordinal, best, day, scores, take, variant
from zhike.agenda.rules import ranking
from zhike.agenda.rules.settings import AgendaSettings
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.core.settings_store import firm
from zhike.sales.queries import LastOrder, favourite_products_for, last_orders_for
from zhike.values.money import Money

KEY = "replenish"
_NAMES = ("last_purchase", "mean_gap_days", "next_low", "next_high", "expected_spend")


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """Customers with a rhythm of their own whose next purchase is expected within the lead time or late."""
    s = agenda_settings()
    where = Q(orders__gte=s.replenish_min_orders, mean_gap_days__gt=0, expected_spend__gt=0)
    columns = _due(scores(where & _around(ctx, s), _NAMES, ctx), ctx, s)
    rows = list(best(columns, columns["score"], s.keep_per_person))
    ids = [row["customer_id"] for row in rows]
    last, usual = last_orders_for(ids), favourite_products_for(ids, limit=1)
    for row in rows:
        yield _draft(row, last.get(row["customer_id"]), usual.get(row["customer_id"], []), ctx, s)


def _around(ctx: TaskContext, s: AgendaSettings) -> Q:
    """A rough cut in the database, a day wider than :func:`_due`: the usual day is near and not long past."""
    today, bought, gap = ctx.today.toordinal(), Ordinal("last_purchase"), F("mean_gap_days")
    usual = ExpressionWrapper(bought + gap, output_field=FloatField())
    late = ExpressionWrapper(bought + gap * s.slipping_overdue, output_field=FloatField())
    soon = today + s.replenish_lead_days + ctx.horizon_days + 1
    return Q(LessThanOrEqual(usual, float(soon))) & Q(GreaterThan(late, float(today - 1)))


def _due(columns: Columns, ctx: TaskContext, s: AgendaSettings) -> Columns:
    """The day by the customer's own rhythm, last purchase + usual gap, until 1.5 gaps have passed."""
    today = ctx.today.toordinal()
    gap = columns["mean_gap_days"].astype(float)
    since = today - columns["last_purchase"]
    columns["expected_day"] = columns["last_purchase"] + np.rint(gap).astype(np.int64)
    columns["sure"] = ranking.certainty(columns["next_low"], columns["next_high"], gap)
    left = columns["expected_day"] - today
    columns["urgency"] = ranking.replenish_urgency(left, s.replenish_lead_days, columns["sure"])
    columns["score"] = ranking.rank(columns["expected_spend"], columns["urgency"], s.replenish_chance)
    near = left <= s.replenish_lead_days + ctx.horizon_days
    return take(columns, near & (since > 0) & (ranking.overdue_ratio(since, gap) < s.slipping_overdue))


def _draft(
    row: dict[str, Any], last: LastOrder | None, usual: list[str], ctx: TaskContext, s: AgendaSettings
) -> TaskDraft:
    expected, bought = day(row["expected_day"]), day(row["last_purchase"])
    subject = bought.isoformat()
    return TaskDraft(
        source=KEY,
        customer_id=row["customer_id"],
        subject=subject,
        due=expected - timedelta(days=s.replenish_lead_days),
        why=[*_why(row, last, ctx), *_usual_line(last, usual)],
        words=_words(row, last, usual, subject, overdue=expected < ctx.today),
        channel="wechat",
        value_at_stake=int(row["expected_spend"]),
        urgency=float(row["urgency"]),
        chance=s.replenish_chance,
        minutes=5,
    )


def _why(row: dict[str, Any], last: LastOrder | None, ctx: TaskContext) -> list[tuple[str, dict[str, Any]]]:
    gap, expected = round(row["mean_gap_days"]), day(row["expected_day"])
    late = (ctx.today - expected).days
    if late > 0:
        since = (ctx.today - day(row["last_purchase"])).days
        lines = [("replenish.overdue", {"gap": gap, "since": since, "n": late})]
    else:
        lines = [("replenish.due", {"gap": gap, "day": expected})]
    narrow = 0 < row["next_high"] - row["next_low"] <= row["mean_gap_days"]
    if late <= 0 and narrow:
        lines.append(("replenish.interval", {"low": day(row["next_low"]), "high": day(row["next_high"])}))
    return [*lines, *last_order_line(last)]


def last_order_line(last: LastOrder | None) -> list[tuple[str, dict[str, Any]]]:
    """The last order as a reason: day, products, amount."""
    if last is None:
        return []
    params: dict[str, Any] = {"day": last.day, "amount": Money(last.amount_minor, firm().currency)}
    names = last.products[:2]
    params |= dict(zip(("item", "more"), names, strict=False))
    return [(("last_order.plain", "last_order", "last_order.two")[len(names)], params)]


def _usual_line(last: LastOrder | None, usual: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """The product the words will name, where the last order does not show it."""
    shown = last.products[:2] if last else []
    return [("replenish.usual", {"item": usual[0]})] if usual and usual[0] not in shown else []


def _words(
    row: dict[str, Any], last: LastOrder | None, usual: list[str], subject: str, *, overdue: bool
) -> list[tuple[str, dict[str, Any]]]:
    product = (usual or (last.products if last else []) or [""])[0]
    state = "late" if overdue else "soon"
    if not product:
        return [(f"words.replenish.{state}.plain", {})]
    return [(f"words.replenish.{state}.{variant(row['customer_id'], subject, 3)}", {"item": product})]
