"""How the firm stands, for people without customers of their own: aggregates and the calendar, no list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from zhike.agenda.models import Build
from zhike.core.permissions import Viewer
from zhike.values.workdays import festivals

FESTIVAL_DAYS = 75


@dataclass(frozen=True, slots=True)
class Start:
    """The day, the customers by tier and state (for those who may see findings), festivals to come."""

    day: date
    built_for: date | None
    customers: int = 0
    value: int = 0
    tiers: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    festivals: list[tuple[date, str]] = field(default_factory=list)


def start(viewer: Viewer, day: date) -> Start:
    """Return the overview for a viewer."""
    from zhike.refresh.queries import insight

    found = insight(viewer) if viewer.can("insight.read") else None
    built = Build.objects.order_by("-built_at", "-id").values_list("as_of", flat=True).first()
    return Start(
        day=day,
        built_for=built,
        customers=found.customers if found else 0,
        value=found.value if found else 0,
        tiers=[t for t in found.tiers if t["tier"]] if found else [],
        states=list(found.states) if found else [],
        festivals=_festivals(day),
    )


def _festivals(day: date) -> list[tuple[date, str]]:
    last = day + timedelta(days=FESTIVAL_DAYS)
    found = [*festivals(day.year), *festivals(day.year + 1)]
    return [(on, festival.value) for on, festival in found if day <= on <= last][:6]
