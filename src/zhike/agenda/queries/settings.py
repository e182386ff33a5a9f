"""The agenda's settings and the care policy, as the rules want them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from zhike.agenda.models import CarePolicy, SourceWeight
from zhike.agenda.queries.texts.labels import channel_label
from zhike.agenda.rules.settings import DEFAULT_POLICY, AgendaSettings, PolicyLine, from_stored
from zhike.core import settings_store
from zhike.core.errors import NotFound
from zhike.values.enums import Tier

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


def policy_by_tier() -> list[tuple[str, list[CarePolicy], list[CarePolicy]]]:
    """Return (tier, contacts, dates) of the care policy, inactive lines included.

    While the firm has not changed any, these are the shipped ones: no key, but their place (``shipped``).
    """
    rows = list(CarePolicy.objects.order_by("tier", "kind", "every_days", "whose", "id")) or _shipped_rows()
    for row in rows:
        row.channel_label = channel_label(row.channel)  # type: ignore[attr-defined]
    return [
        (
            tier.value,
            [r for r in rows if r.tier == tier and r.kind == "contact"],
            [r for r in rows if r.tier == tier and r.kind == "date"],
        )
        for tier in Tier
    ]


def _shipped_rows() -> list[CarePolicy]:
    rows = []
    for position, line in enumerate(DEFAULT_POLICY, 1):
        row = CarePolicy(**asdict(line))
        row.shipped = position  # type: ignore[attr-defined]
        rows.append(row)
    return sorted(rows, key=lambda row: (row.tier, row.kind, row.every_days, row.whose))


def shipped_line(position: int) -> dict[str, Any]:
    """Return one line of the shipped policy (from 1) as plain values; raises :class:`NotFound`."""
    if not 1 <= position <= len(DEFAULT_POLICY):
        raise NotFound
    return {**asdict(DEFAULT_POLICY[position - 1]), "is_active": True}


def policy_line(pk: int) -> dict[str, Any]:
    """Return one line of the policy table as plain values; raises :class:`NotFound`."""
    row = CarePolicy.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if row is None:
        raise NotFound
    return {**asdict(_line(row)), "is_active": row.is_active}


def firm_weights() -> list[SourceWeight]:
    """Return what the firm's answers have taught about each source."""
    return list(SourceWeight.objects.filter(user__isnull=True).order_by("source"))
