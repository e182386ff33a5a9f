"""What a firm can set about its scores, and what is acceptable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhike.analytics import ScoreSettings

KEY = "scores"
MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd")
BOUNDS: Mapping[str, tuple[float, float]] = {
    "tier_a": (1, 97),
    "tier_b": (1, 97),
    "tier_c": (1, 97),
    "tier_margin": (0, 50),
    "risk_days": (7, 365),
    "holdout_days": (0, 365),
    "annual_discount": (0, 100),
    "margin": (1, 100),
}
"""Lowest and highest acceptable value of each number."""


@dataclass(frozen=True, slots=True)
class FirmScoring:
    """Settings in the units people use: percents and days.

    tier_a, tier_b, tier_c: share of the twelve months' value in each tier (D has the rest); tier_margin:
    how far past a boundary a customer changes tier at once; margin: share of spending that counts as
    value.
    """

    tier_a: float = 50
    tier_b: float = 30
    tier_c: float = 15
    tier_margin: float = 10
    risk_days: int = 90
    holdout_days: int = 90
    annual_discount: float = 10
    margin: float = 100

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> FirmScoring:
        """Return stored settings, with defaults for what is not there."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for storing and for forms."""
        return asdict(self)

    def problems(self) -> dict[str, str]:
        """Return what is wrong by field: ``range`` or ``sum`` (A, B and C leave less than 1 % for D)."""
        found = {
            name: "range"
            for name, (low, high) in BOUNDS.items()
            if not isinstance(getattr(self, name), int | float) or not low <= getattr(self, name) <= high
        }
        if not found and self.tier_a + self.tier_b + self.tier_c > 99:
            found["tier_c"] = "sum"
        return found

    def for_analytics(self) -> ScoreSettings:
        """Return the settings in the units of :func:`zhike.analytics.score_customers`."""
        # The numerics take seconds to load; web processes, which only show settings, never need them.
        from zhike.analytics import ScoreSettings

        upper = (self.tier_a / 100, self.tier_b / 100, self.tier_c / 100)
        return ScoreSettings(
            tier_shares=(*upper, 1 - sum(upper)),
            tier_margin=self.tier_margin / 100,
            risk_days=int(self.risk_days),
            holdout_days=int(self.holdout_days),
            annual_discount=self.annual_discount / 100,
            margin=self.margin / 100,
        )
