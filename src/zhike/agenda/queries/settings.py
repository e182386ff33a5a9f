"""The agenda's settings and the care policy, as the rules want them."""

from __future__ import annotations

from zhike.agenda.models import CarePolicy
from zhike.agenda.rules.settings import DEFAULT_POLICY, AgendaSettings, PolicyLine, from_stored
from zhike.core import settings_store

SETTINGS_KEY = "agenda"


def agenda_settings() -> AgendaSettings:
    """Return the firm's settings, shipped defaults where nothing was set."""
    return from_stored(settings_store.get(SETTINGS_KEY))


def policy_lines() -> list[PolicyLine]:
    """Return the active lines of the care policy; the shipped ones while the firm has not edited any."""
    rows = list(CarePolicy.objects.order_by("kind", "tier", "id"))
    if not rows:
        return list(DEFAULT_POLICY)
    return [_line(row) for row in rows if row.is_active]


def _line(row: CarePolicy) -> PolicyLine:
    return PolicyLine(
        kind=row.kind,
        tier=row.tier,
        channel=row.channel,
        whose=row.whose,
        every_days=row.every_days,
        days_ahead=row.days_ahead,
        shift=row.shift,
        minutes=row.minutes,
        budget_minor=row.budget_minor,
        by_role=row.by_role,
        promised=row.promised,
    )
