"""The numbers the agenda works with: shipped defaults, edited under Settings, documented in the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

SOURCES: Final = ("promise", "special_date", "replenish", "slipping", "welcome", "care", "verify")
"""Sources shipped with the house; others hang themselves in through ``plugs.task_sources``."""


@dataclass(frozen=True, slots=True)
class AgendaSettings:
    """Thresholds, waiting times (days) and chances (0..1); money in minor units of the firm's currency."""

    horizon_days: int = 7
    keep_per_person: int = 60
    floor_value_minor: int = 10_000

    gap_any_days: int = 5
    gap_call_days: int = 7
    gap_message_days: int = 5
    gap_visit_days: int = 21
    gap_gift_days: int = 60
    retry_days: int = 2
    max_tries: int = 3
    rest_days: int = 21

    replenish_lead_days: int = 3
    replenish_min_orders: int = 3
    replenish_chance: float = 0.25

    slipping_overdue: float = 1.5
    slipping_gone: float = 8.0
    slipping_risk: float = 0.5
    slipping_min_value_minor: int = 0
    slipping_chance: float = 0.10
    slipping_quiet_days: int = 45

    welcome_after_days: int = 3
    welcome_until_days: int = 21
    welcome_chance: float = 0.05

    date_chance_self: float = 0.03
    date_chance_family: float = 0.02
    date_chance_firm: float = 0.02

    care_chance: float = 0.02
    care_rest_after_purchase_days: int = 7

    promise_chance: float = 0.30

    verify_chance: float = 0.01
    verify_after_days: int = 365
    verify_quiet_days: int = 180

    undo_minutes: int = 10

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for the store and the form."""
        return asdict(self)


def from_stored(stored: Mapping[str, Any] | None) -> AgendaSettings:
    """Defaults with what was stored over them; unknown keys of another version are left out."""
    known = {f.name for f in fields(AgendaSettings)}
    return AgendaSettings(**{k: v for k, v in (stored or {}).items() if k in known})


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of the care policy, see ``models.CarePolicy``."""

    kind: str
    tier: str
    channel: str
    whose: str = ""
    every_days: int = 0
    days_ahead: int = 0
    shift: str = "none"
    minutes: int = 10
    budget_minor: int = 0
    by_role: str = ""
    promised: bool = False


DEFAULT_POLICY: Final = (
    PolicyLine("contact", "A", "call", every_days=30, minutes=10),
    PolicyLine("contact", "A", "visit", every_days=90, minutes=60, budget_minor=20_000),
    PolicyLine("contact", "B", "call", every_days=60, minutes=10),
    PolicyLine("contact", "C", "wechat", every_days=120, minutes=5, by_role="service_agent"),
    PolicyLine(
        "date",
        "A",
        "gift",
        "self",
        days_ahead=5,
        shift="before",
        minutes=15,
        budget_minor=30_000,
        promised=True,
    ),
    PolicyLine("date", "A", "call", "family", days_ahead=1, shift="before", minutes=10, budget_minor=10_000),
    PolicyLine("date", "A", "call", "firm", days_ahead=3, shift="before", minutes=10),
    PolicyLine("date", "B", "call", "self", days_ahead=1, shift="before", minutes=10, promised=True),
    PolicyLine("date", "B", "wechat", "family", minutes=3),
    PolicyLine("date", "B", "wechat", "firm", minutes=3),
    PolicyLine("date", "C", "wechat", "self", minutes=3, by_role="service_agent"),
)
"""What a firm starts with: A monthly by call and quarterly by visit, B every two months,
C every four months by the service team."""
