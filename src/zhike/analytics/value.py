"""Value of a customer over a horizon, with an interval, from whichever model of buying was chosen.

value = discounted expected purchases x expected amount of a purchase x margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from zhike.analytics.buying import BuyingModel
from zhike.analytics.gammagamma import GammaGamma
from zhike.analytics.rule import PastRate, mean_spend

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats
    from zhike.analytics.settings import ScoreSettings
    from zhike.analytics.summary import Summary

DAYS = 7.0
FEWEST_CUSTOMERS = 50
FEWEST_REPEATS = 30
FEWEST_SPENDERS = 10
TAIL = 0.10
"""Share of outcomes left out on either side of the 80 % interval."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a model expects of each buyer: see the fields of the same name in `ScoreResult`."""

    expected_orders: Floats
    expected_spend: Floats
    value: Floats
    value_low: Floats
    value_high: Floats


def is_thin(summary: Summary) -> bool:
    """Too little to fit a model on: plain rules apply."""
    buyers = int((summary.orders > 0).sum())
    return buyers < FEWEST_CUSTOMERS or int((summary.orders > 1).sum()) < FEWEST_REPEATS


def fit_spend(summary: Summary) -> GammaGamma | None:
    """Gamma-Gamma on the repeat purchases, or None where there are too few or it finds no maximum."""
    usable = (summary.frequency > 0) & (summary.monetary > 0)
    if int(usable.sum()) < FEWEST_SPENDERS:
        return None
    model = GammaGamma().fit(summary.frequency, summary.monetary)
    return model if model.converged_ else None


def expected_spend(summary: Summary, spend: GammaGamma | None) -> Floats:
    """Expected amount of a coming purchase of each buyer, by the model or by the plain rule."""
    if spend is None:
        return mean_spend(summary.orders.astype(np.float64), summary.amount)
    return spend.expected_spend(summary.frequency, summary.monetary)


def forecast(
    summary: Summary, model: BuyingModel | PastRate, spend: GammaGamma | None, settings: ScoreSettings
) -> Forecast:
    """Forecast every line of a summary (all must be buyers)."""
    history = (summary.frequency, summary.recency, summary.T)
    weeks = settings.horizon_days / DAYS
    expected = model.expected_purchases(weeks, *history)
    discounted = model.discounted_purchases(weeks, settings.annual_discount, *history)
    amount = expected_spend(summary, spend)
    some = model.p_purchase(weeks, *history)
    value = discounted * amount * settings.margin
    low, high = _interval(value, expected, some, _noise(summary, spend))
    return Forecast(
        expected_orders=expected,
        expected_spend=amount,
        value=value,
        value_low=low,
        value_high=high,
    )


def risk(summary: Summary, model: BuyingModel | PastRate, settings: ScoreSettings) -> tuple[Floats, Floats]:
    """P(still a customer) and P(no purchase in the coming risk_days) of each line (all must be buyers)."""
    history = (summary.frequency, summary.recency, summary.T)
    some = model.p_purchase(settings.risk_days / DAYS, *history)
    none: Floats = 1.0 - some
    return model.p_alive(*history), none


def _noise(summary: Summary, spend: GammaGamma | None) -> tuple[Floats, Floats]:
    """Squared relative spread of one purchase's amount, and of the customer's mean around its estimate."""
    ones = np.ones(summary.frequency.size)
    if spend is None:
        mine: Floats = np.divide(0.5, summary.orders + 1.0, dtype=np.float64)
        return 0.5 * ones, mine
    p, q, _ = (spend.params_[name] for name in GammaGamma.parameters)
    # 1/v is inverse gamma with shape px+q: relative variance of the mean p/v is 1/(px+q-2) where that exists.
    return ones / p, 1.0 / np.maximum(p * summary.frequency + q - 2.0, 0.5)


def _interval(
    value: Floats, expected: Floats, some: Floats, noise: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """80 % interval of what a customer brings: nothing with the chance of no purchase, else about a gamma.

    Moments of the total given at least one purchase; the gamma's quantiles by Wilson & Hilferty (1931).
    """
    bought = np.maximum(some, 1e-12)
    count = np.maximum(expected / bought, 1.0)
    # Given one purchase there are count - 1 more, about geometrically spread.
    count_spread = (count - 1.0) * count
    relative = count_spread / count**2 + noise[0] / count + noise[1]
    shape = 1.0 / np.maximum(relative, 1e-6)
    mean = np.divide(value, bought)

    def quantile(share: float) -> Floats:
        inside = (share - (1.0 - bought)) / bought
        z = ndtri(np.clip(inside, 1e-9, 1.0 - 1e-9))
        cube = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * np.sqrt(shape))
        return np.where(inside > 0, mean * np.maximum(cube, 0.0) ** 3, 0.0)

    return quantile(TAIL), quantile(1.0 - TAIL)
