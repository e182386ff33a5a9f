"""Care due by the tier's cadence: what, how often and by whom stands in the care policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Max, Q
from numpy.typing import NDArray

from zhike.agenda.queries.settings import agenda_settings, policy_lines
from zhike.agenda.queries.sources.replenish import last_order_line
from zhike.agenda.queries.sources.table import Columns, best, scores, take, variant
from zhike.agenda.rules import ranking
from zhike.agenda.rules.settings import AgendaSettings, PolicyLine
from zhike.core.clock import day_bounds
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.customers.models import Interaction
from zhike.sales.queries import LastOrder, last_orders_for

KEY = "care"
_NAMES = ("tier", "last_contact", "last_purchase", "first_purchase", "value_12m")
_OWN_CHANNEL = frozenset({"visit", "meeting", "gift", "letter"})
NEVER = date(1900, 1, 1)


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """One task for each line of the policy whose period has run out since the last contact that counts."""
    s = agenda_settings()
    for policy in policy_lines():
        if policy.kind == "contact" and policy.every_days > 0:
            yield from _of_line(policy, ctx, s)


def _of_line(policy: PolicyLine, ctx: TaskContext, s: AgendaSettings) -> Iterator[TaskDraft]:
    soon = ctx.today + timedelta(days=ctx.horizon_days - policy.every_days)
    where = Q(tier=policy.tier, last_purchase__lt=ctx.today - timedelta(days=s.care_rest_after_purchase_days))
    if policy.channel not in _OWN_CHANNEL:
        where &= Q(last_contact__lte=soon)
    columns = _due(scores(where, _NAMES, ctx), policy, ctx)
    columns["urgency"] = np.asarray(ranking.care_urgency(columns["overdue"], policy.every_days), dtype=float)
    score = np.asarray(ranking.rank(columns["value_12m"], columns["urgency"], s.care_chance), dtype=float)
    rows = list(best(columns, score, s.keep_per_person))
    last = last_orders_for([row["customer_id"] for row in rows])
    for row in rows:
        yield _draft(row, policy, last.get(row["customer_id"]), ctx, s)


def _due(columns: Columns, policy: PolicyLine, ctx: TaskContext) -> Columns:
    today, never = ctx.today.toordinal(), NEVER.toordinal()
    counted = columns["last_contact"]
    if policy.channel in _OWN_CHANNEL:
        counted = _last_by_channel(columns["customer_id"], policy, ctx)
    columns["counted"] = counted
    start = np.where(counted > never, counted, np.minimum(columns["first_purchase"], today))
    columns["overdue"] = today - (start + policy.every_days)
    return take(columns, columns["overdue"] >= -ctx.horizon_days)


def _last_by_channel(ids: NDArray[Any], policy: PolicyLine, ctx: TaskContext) -> NDArray[np.int64]:
    """Ordinal of each customer's last contact on this channel within the period, else of NEVER."""
    since, _ = day_bounds(ctx.today - timedelta(days=policy.every_days + 1))
    rows = Interaction.objects.filter(channel=policy.channel, at__gte=since).exclude(outcome="not_reached")
    if ctx.customer_ids is not None:
        rows = rows.filter(customer_id__in=list(ctx.customer_ids)[:900])
    latest = {pk: at.date().toordinal() for pk, at in rows.values_list("customer_id").annotate(at=Max("at"))}
    never = NEVER.toordinal()
    return np.array([latest.get(pk, never) for pk in ids.tolist()], dtype=np.int64)


def _draft(
    row: dict[str, Any], policy: PolicyLine, last: LastOrder | None, ctx: TaskContext, s: AgendaSettings
) -> TaskDraft:
    overdue = int(row["overdue"])
    subject = f"{policy.channel}:{policy.tier}"
    return TaskDraft(
        source=KEY,
        customer_id=row["customer_id"],
        subject=subject,
        due=ctx.today - timedelta(days=min(overdue, 0)),
        why=_why(row, policy, last, ctx),
        words=_words(row, subject, policy, last),
        channel=policy.channel,
        value_at_stake=max(int(row["value_12m"]), s.floor_value_minor),
        urgency=float(row["urgency"]),
        chance=s.care_chance,
        minutes=policy.minutes,
        for_role=policy.by_role,
    )


def _why(
    row: dict[str, Any], policy: PolicyLine, last: LastOrder | None, ctx: TaskContext
) -> list[tuple[str, dict[str, Any]]]:
    counted = date.fromordinal(int(row["counted"]))
    standard = {"tier": policy.tier, "every": policy.every_days, "channel": policy.channel}
    if counted > NEVER:
        code = "care.since.channel" if policy.channel in _OWN_CHANNEL else "care.since"
        first = (code, {"day": counted, "n": (ctx.today - counted).days, "channel": policy.channel})
    elif date.fromordinal(int(row["last_contact"])) > NEVER:
        first = ("care.not_in_period", {"channel": policy.channel, "n": policy.every_days})
    else:
        first = ("care.never", {})
    own_words = policy.channel in {"call", "visit", "wechat"}
    code = f"care.standard.{policy.channel}" if own_words else "care.standard"
    return [first, (code, standard), *last_order_line(last)]


def _words(
    row: dict[str, Any], subject: str, policy: PolicyLine, last: LastOrder | None
) -> Sequence[tuple[str, dict[str, Any]]]:
    """An opening; that it "has been a while" is said only to those we have talked with."""
    if policy.channel in {"visit", "meeting"}:
        return [(f"words.care.visit.{variant(row['customer_id'], subject, 2)}", {})]
    talked = date.fromordinal(int(row["last_contact"])) > NEVER
    if last is None or not last.products:
        return [("words.care.plain" if talked else "words.care.first", {})]
    kind = variant(row["customer_id"], subject, 3 if talked else 2)
    return [(f"words.care.{kind}", {"item": last.products[0]})]
