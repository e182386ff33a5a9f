"""What a firm can set about its scores."""

from __future__ import annotations

from dataclasses import dataclass

from zhike.analytics import checks
from zhike.analytics.tiers import TierRule


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """Settings of `score_customers`.

    horizon_days: how far ahead value looks; risk_days: risk is P(no purchase in so many days); holdout_days:
    the last days that a second fit is judged on (0 = no backtest); annual_discount: .10 = 10 % a year;
    margin: share of spending that counts as value; tier_*: see `TierRule`; rfm_bins: scores 1 … bins;
    models: which of bg_nbd, mbg_nbd, pareto_nbd compete (the best in the backtest is used).
    """

    horizon_days: int = 365
    risk_days: int = 90
    holdout_days: int = 90
    annual_discount: float = 0.10
    margin: float = 1.0
    tier_shares: tuple[float, ...] = (0.50, 0.30, 0.15, 0.05)
    tier_margin: float = 0.10
    tier_repeats: int = 2
    rfm_bins: int = 5
    models: tuple[str, ...] = ("bg_nbd",)

    def __post_init__(self) -> None:
        for name in ("horizon_days", "risk_days", "holdout_days", "annual_discount", "margin"):
            checks.horizon(getattr(self, name), name)
        if not self.models:
            raise ValueError("models is empty: name at least one of bg_nbd, mbg_nbd, pareto_nbd")
        _ = self.tier_rule

    @property
    def tier_rule(self) -> TierRule:
        """The tiers' part of the settings."""
        return TierRule(self.tier_shares, self.tier_margin, self.tier_repeats)
