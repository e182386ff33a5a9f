"""Plain rules for data too thin to fit a model: past rate and mean spending, drawn towards everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from zhike.analytics.buying import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats

PATIENCE = 2.0
"""A customer counts as alive until so many of their usual gaps have passed; then the chance halves again
after as many more."""


class PastRate:
    """Purchases go on at the past rate.

    Rate a week = (x + 1) / (T + 1/rho): the customer's own record plus one gap of everybody's, whose rate is
    rho = (sum x + 1/2) / (sum T + 26). P(alive) = min(1, 2^(1 - s/(2g))) after s weeks of silence with
    the usual gap g = 1/rate.
    """

    name: ClassVar[str] = "rule"
    rate_: float

    def fit(self, frequency: Floats, recency: Floats, T: Floats) -> Self:
        """Learn everybody's rate a week."""
        self.rate_ = float((frequency.sum() + 0.5) / (T.sum() + 26.0))
        return self

    def rate(self, frequency: Floats, T: Floats) -> Floats:
        """Purchases a week of each customer."""
        return (frequency + 1.0) / (T + 1.0 / self.rate_)

    def p_alive(self, frequency: Floats, recency: Floats, T: Floats) -> Floats:
        """Chance, 0 to 1, that a customer still is one."""
        gaps = (T - recency) * self.rate(frequency, T)
        result: Floats = np.minimum(1.0, 2.0 ** (1.0 - gaps / PATIENCE))
        return result

    def expected_purchases(self, horizon: float, frequency: Floats, recency: Floats, T: Floats) -> Floats:
        """Rate times weeks times P(alive)."""
        expected: Floats = horizon * self.rate(frequency, T) * self.p_alive(frequency, recency, T)
        return expected

    def p_purchase(self, horizon: float, frequency: Floats, recency: Floats, T: Floats) -> Floats:
        """P(alive) times the chance of a Poisson purchase."""
        some = -np.expm1(-horizon * self.rate(frequency, T))
        result: Floats = some * self.p_alive(frequency, recency, T)
        return result

    def discounted_purchases(
        self, horizon: float, annual_discount: float, frequency: Floats, recency: Floats, T: Floats
    ) -> Floats:
        """Expected purchases, discounted to the middle of the horizon."""
        middle = horizon / 2 / WEEKS_PER_YEAR
        expected = self.expected_purchases(horizon, frequency, recency, T)
        discounted: Floats = expected * (1 + annual_discount) ** -middle
        return discounted


def mean_spend(orders: Floats, amount: Floats) -> Floats:
    """Expected amount of a purchase: the customer's own purchases and one of everybody's mean."""
    everybody = amount.sum() / max(orders.sum(), 1.0)
    mean: Floats = (amount + everybody) / (orders + 1.0)
    return mean
