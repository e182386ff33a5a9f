"""When a customer will probably buy next, if they buy again.

ln(days between purchases) of a customer is normal around the customer's own level, and the levels are normal
around everybody's: empirical Bayes with method-of-moments variances (Robbins 1956; Efron & Morris 1975), the
usual shrinkage of few observations towards the population. The forecast is conditional on the days that have
already passed without a purchase. Once they pass what nine of ten gaps would have been, the old rhythm says
nothing any more, and the wait is taken as memoryless (exponential) around a typical wait halfway, in
logarithms, between the customer's gap and the present silence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.analytics.checks import Floats, Ints
    from zhike.analytics.summary import Summary

NEXT_BASES = ("none", "own_rhythm", "population", "overdue")
"""What a forecast rests on; `NextPurchase.basis` points into this tuple."""
NONE, OWN, POPULATION, OVERDUE = range(4)

FEWEST_GAPS = 20
"""With fewer gaps between purchases in all there is no rhythm to speak of, and no forecast."""
OWN_GAPS = 2
"""From so many gaps on a forecast is called the customer's own rhythm."""
OVERDUE_SHARE = 0.10
INTERVAL = 0.80
FARTHEST_DAYS = 3650
"""Nothing is forecast farther ahead than ten years."""
LEAST_VARIANCE = 1e-4


@dataclass(frozen=True, slots=True)
class NextPurchase:
    """Day numbers of the median forecast and of its 80 % interval (0 = none), and what they rest on."""

    day: Ints
    low: Ints
    high: Ints
    basis: NDArray[np.int8]


class PurchaseTiming:
    """Rhythm of purchases, learnt from the gaps between them.

    After `fit`: `level_` (mean of ln days), `within_`, `between_` (variances), `gaps_` (how many were seen).
    """

    level_: float
    within_: float
    between_: float
    gaps_: int

    def fit(self, summary: Summary) -> Self:
        """Learn the population's rhythm."""
        gaps = summary.frequency
        self.gaps_ = int(gaps.sum())
        many = gaps >= 2
        freedom = (gaps[many] - 1).sum()
        spread = summary.log_gap_squares[many].sum() / freedom if freedom > 0 else 1.0
        self.within_ = max(float(spread), LEAST_VARIANCE)
        some = gaps >= 1
        # One gap counts half as much as many: their levels are known only as well as one gap tells.
        weight = gaps[some] / (1.0 + gaps[some])
        if not weight.size:
            self.level_, self.between_ = math.log(90.0), 1.0
            return self
        means = summary.log_gap_mean[some]
        self.level_ = float(np.average(means, weights=weight))
        excess = (means - self.level_) ** 2 - self.within_ / gaps[some]
        self.between_ = max(float(np.average(excess, weights=weight)), LEAST_VARIANCE)
        return self

    def predict(self, summary: Summary) -> NextPurchase:
        """Forecast for each customer as of the summary's day."""
        bought = summary.orders > 0
        if self.gaps_ < FEWEST_GAPS:
            nothing = np.zeros(bought.size, dtype=np.int64)
            return NextPurchase(nothing, nothing, nothing, np.zeros(bought.size, dtype=np.int8))
        level, spread = self._own(summary)
        silence = summary.recency_days.astype(np.float64)
        # Survival at the silence: the share of gaps that would have been longer.
        left = ndtr(-(np.log(np.maximum(silence, 0.5)) - level) / spread)
        overdue = left < OVERDUE_SHARE
        outer = (1 - INTERVAL) / 2
        days = [
            self._wait(level, spread, silence, left, overdue, share) for share in (outer, 0.5, 1.0 - outer)
        ]
        low, middle, high = (np.where(bought, summary.as_of + wait, 0) for wait in days)
        own = np.where(summary.frequency >= OWN_GAPS, OWN, POPULATION)
        basis = np.where(bought, np.where(overdue, OVERDUE, own), NONE).astype(np.int8)
        return NextPurchase(middle, low, high, basis)

    def _own(self, summary: Summary) -> tuple[Floats, Floats]:
        """Each customer's level of ln days and the spread of the next gap around it."""
        precision = summary.frequency / self.within_ + 1.0 / self.between_
        total = summary.log_gap_mean * summary.frequency / self.within_ + self.level_ / self.between_
        return total / precision, np.sqrt(1.0 / precision + self.within_)

    @staticmethod
    def _wait(
        level: Floats, spread: Floats, silence: Floats, left: Floats, overdue: NDArray[np.bool_], share: float
    ) -> Ints:
        """Whole days from as-of (at least 1) until a share of those who come back have done so."""
        rhythm = np.exp(level - spread * ndtri(np.maximum(left, OVERDUE_SHARE) * (1 - share))) - silence
        halfway = np.exp((level + np.log(np.maximum(silence, 1.0))) / 2)
        wait = np.where(overdue, -math.log1p(-share) * halfway, rhythm)
        days: Ints = np.rint(np.clip(wait, 1.0, FARTHEST_DAYS)).astype(np.int64)
        return days
