"""Days to remember: solar and lunar, of the customer, the family and the firm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from zhike.agenda.queries.settings import agenda_settings, policy_lines
from zhike.agenda.queries.sources.table import by_customer, variant
from zhike.agenda.rules import ranking
from zhike.agenda.rules.settings import AgendaSettings, PolicyLine
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.core.settings_store import firm
from zhike.customers.queries import UpcomingDate, special_dates_between
from zhike.staff.queries import holiday_table
from zhike.values.lunar import LunarDate
from zhike.values.money import Money
from zhike.values.workdays import Overrides, Shift, shift_off_rest_days

KEY = "special_date"
_LONGEST_AHEAD = 60
_LONGEST_SHIFT = 10
_LAST_TIER = "D"
_ROUND_AGES = frozenset({10, 20, 30, 40, 50, 60, 70, 80, 90, 100})


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """Every date whose day of action by the care policy has come or comes within the horizon."""
    s, lines, table = agenda_settings(), _policy(), holiday_table()
    reach = ctx.horizon_days + _LONGEST_SHIFT + max([_LONGEST_AHEAD, *(p.days_ahead for p in lines.values())])
    dates = [d for d in special_dates_between(ctx.today, reach, ctx.customer_ids) if _near(d, ctx, lines)]
    known = by_customer(("tier", "value_12m"), sorted({d.customer_id for d in dates}))
    for found in dates:
        row = known.get(found.customer_id)
        policy = row and lines.get((row["tier"] or _LAST_TIER, found.whose))
        if row and policy:
            draft = _draft(found, row, policy, ctx, s, table)
            if draft:
                yield draft


def _policy() -> dict[tuple[str, str], PolicyLine]:
    return {(p.tier, p.whose): p for p in policy_lines() if p.kind == "date"}


def _near(found: UpcomingDate, ctx: TaskContext, lines: Mapping[tuple[str, str], PolicyLine]) -> bool:
    ahead = found.days_ahead
    if ahead is None:
        ahead = max((p.days_ahead for (_, whose), p in lines.items() if whose == found.whose), default=0)
    return (found.on - ctx.today).days <= ahead + ctx.horizon_days + _LONGEST_SHIFT


def day_to_act(on: date, days_ahead: int, shift: str, table: Overrides) -> date:
    """The day to act: ``days_ahead`` before the date, moved off rest days as the policy says."""
    direction: Shift = shift if shift in {"before", "after"} else "none"  # type: ignore[assignment]
    moved = shift_off_rest_days(on - timedelta(days=days_ahead), direction, table)
    return min(moved, on)


def _draft(
    found: UpcomingDate,
    row: Mapping[str, Any],
    policy: PolicyLine,
    ctx: TaskContext,
    s: AgendaSettings,
    table: Overrides,
) -> TaskDraft | None:
    ahead = policy.days_ahead if found.days_ahead is None else found.days_ahead
    act = day_to_act(found.on, ahead, policy.shift, table)
    if (act - ctx.today).days > ctx.horizon_days:
        return None
    subject = f"{found.id}:{found.on.isoformat()}"
    return TaskDraft(
        source=KEY,
        customer_id=found.customer_id,
        subject=subject,
        due=act,
        why=_why(found, policy, row),
        words=[_words(found, policy, subject, ctx.today)],
        channel=policy.channel,
        value_at_stake=max(row["value_12m"], s.floor_value_minor),
        urgency=ranking.date_urgency((found.on - ctx.today).days, max((found.on - act).days, 0)),
        chance={"self": s.date_chance_self, "family": s.date_chance_family}.get(
            found.whose, s.date_chance_firm
        ),
        minutes=policy.minutes,
        expires=found.on,
        promised=policy.promised,
        for_role=policy.by_role,
    )


def _why(found: UpcomingDate, policy: PolicyLine, row: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    params = {"day": found.on, **_person(found)}
    code = f"date.{'family' if found.whose == 'family' else 'own'}"
    if found.calendar == "lunar":
        code, params = f"{code}.lunar", {**params, "lunar": LunarDate(found.month, found.day, found.leap)}
    lines: list[tuple[str, dict[str, Any]]] = [(code, params)]
    if found.years:
        lines.append((_years_code(found), {"n": found.years}))
    standard: dict[str, Any] = {"tier": row["tier"] or _LAST_TIER, "channel": policy.channel}
    if policy.budget_minor:
        budget = Money(policy.budget_minor, firm().currency)
        return [*lines, ("date.standard.budget", {**standard, "budget": budget})]
    return [*lines, ("date.standard", standard)]


def _person(found: UpcomingDate) -> dict[str, Any]:
    return {"occasion": found.occasion, "relation": found.relation, "person": found.person}


def _years_code(found: UpcomingDate) -> str:
    if found.occasion != "birthday":
        return "date.anniversary"
    return "date.round_age" if found.years in _ROUND_AGES else "date.age"


def _words(found: UpcomingDate, policy: PolicyLine, subject: str, today: date) -> tuple[str, dict[str, Any]]:
    when = "today" if found.on == today else "ahead"
    if found.occasion == "memorial":
        return "words.date.memorial", {}
    if found.whose == "family":
        return f"words.date.family.{when}", _person(found)
    if found.occasion == "cooperation":
        return f"words.date.cooperation.{when}", {}
    if found.whose == "firm" or found.occasion != "birthday":
        return f"words.date.firm.{when}", _person(found)
    if policy.channel == "gift" and when == "ahead":
        return "words.date.birthday.gift", {}
    return f"words.date.birthday.{when}.{variant(found.customer_id, subject, 2)}", {}
