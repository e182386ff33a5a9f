"""How wrong the forecasts would have been: fit up to a cut-off, judge on the days after it.

Only customers known at the cut-off are judged. A purchase is a purchase day, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.analytics import metrics
from zhike.analytics.catalogue import buying_model
from zhike.analytics.rule import PastRate
from zhike.analytics.timing import PurchaseTiming
from zhike.analytics.value import expected_spend, fit_spend, is_thin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhike.analytics.buying import BuyingModel
    from zhike.analytics.checks import Floats, Ints
    from zhike.analytics.summary import Outcome, Summary, Transactions

DAYS = 7.0
FEWEST_JUDGED = 20
"""With fewer customers known at the cut-off there is nothing to judge."""
RECENCY_CLASSES = 10
CLEARLY = 0.001
"""A model is better than the one named before it when its error is less by more than this share."""

Guess = tuple["Floats", "Floats"]
"""Expected purchases, and the chance of at least one."""


@dataclass(frozen=True, slots=True)
class Holdout:
    """Result of a backtest.

    days, orders (purchase days of known customers in them), customers judged; models and baselines: name ->
    mae, rmse, correlation, bias_pct, auc_any_purchase, brier; next_purchase; spend; calibration: groups of
    equal size by forecast, each with its mean forecast and mean outcome. Undefined numbers are nan.
    """

    days: int
    orders: int
    customers: int
    models: dict[str, dict[str, float]]
    baselines: dict[str, dict[str, float]]
    next_purchase: dict[str, float]
    spend: dict[str, float]
    calibration: list[dict[str, float]]
    best: str

    def best_of(self, names: Iterable[str]) -> str:
        """The first of these models than which none is clearly better (by root mean squared error)."""
        return _best({name: self.models[name] for name in names})

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: nan becomes None."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        cleaned: dict[str, Any] = without_nan(fields)
        return cleaned


def without_nan(value: Any) -> Any:
    """The same structure with None for numbers that are not finite and plain types for NumPy's."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def backtest(rows: Transactions, as_of: int, days: int, names: Sequence[str]) -> Holdout | None:
    """Judge models on the last `days` days up to as_of; None when too few customers were known before."""
    cut = as_of - days
    summary = rows.summary(cut)
    known = np.flatnonzero(summary.orders > 0)
    if days < 1 or known.size < FEWEST_JUDGED:
        return None
    summary = summary.take(known)
    outcome = rows.outcome(cut, as_of).take(known)
    models = _fitted(summary, names)
    weeks = days / DAYS
    history = (summary.frequency, summary.recency, summary.T)
    guesses = {
        name: (model.expected_purchases(weeks, *history), model.p_purchase(weeks, *history))
        for name, model in models.items()
    }
    actual = outcome.orders.astype(np.float64)
    judged = {name: _judge(actual, guess) for name, guess in guesses.items()}
    best = _best(judged)
    recency = _recency_only(rows, summary, cut, days)
    return Holdout(
        days=days,
        orders=int(actual.sum()),
        customers=int(known.size),
        models=judged,
        baselines={
            "past_rate": _judge(actual, _past_rate(summary, weeks)),
            "recency_only": _judge(actual, recency),
        },
        next_purchase=_judge_timing(summary, outcome),
        spend=_judge_spend(summary, outcome, guesses[best][0]),
        calibration=_calibration(actual, guesses[best][0]),
        best=best,
    )


def _best(judged: dict[str, dict[str, float]]) -> str:
    least = min(found["rmse"] for found in judged.values())
    return next(name for name, found in judged.items() if found["rmse"] <= least * (1 + CLEARLY))


def _fitted(summary: Summary, names: Sequence[str]) -> dict[str, BuyingModel | PastRate]:
    history = (summary.frequency, summary.recency, summary.T)
    if is_thin(summary):
        return {PastRate.name: PastRate().fit(*history)}
    return {name: buying_model(name).fit(*history) for name in names}


def _judge(actual: Floats, guess: Guess) -> dict[str, float]:
    expected, chance = guess
    return {
        "mae": metrics.mae(actual, expected),
        "rmse": metrics.rmse(actual, expected),
        "correlation": metrics.correlation(actual, expected),
        "bias_pct": metrics.bias_pct(actual, expected),
        "auc_any_purchase": metrics.auc(actual, chance),
        "brier": metrics.brier(actual, chance),
    }


def _past_rate(summary: Summary, weeks: float) -> Guess:
    """Repeat purchases go on as often as so far."""
    expected = summary.frequency / np.maximum(summary.T, 1.0) * weeks
    return expected, -np.expm1(-expected)


def _recency_only(rows: Transactions, summary: Summary, cut: int, days: int) -> Guess:
    """What customers silent for as long did in the window before: means of ten classes of recency.

    Where there was no window before, the guess halves with every mean age of silence, and adds up to the
    purchases that the past rate of all would give.
    """
    before = rows.summary(cut - days)
    known = np.flatnonzero(before.orders > 0)
    if known.size < FEWEST_JUDGED * RECENCY_CLASSES:
        return _fading(summary, days / DAYS)
    earlier = before.take(known)
    outcome = rows.outcome(cut - days, cut).take(known)
    edges = np.quantile(earlier.recency_days, np.linspace(0, 1, RECENCY_CLASSES + 1)[1:-1])
    classes = np.searchsorted(edges, earlier.recency_days)
    members = np.maximum(np.bincount(classes, minlength=RECENCY_CLASSES), 1)
    mean = np.bincount(classes, outcome.orders, minlength=RECENCY_CLASSES) / members
    share = np.bincount(classes, outcome.orders > 0, minlength=RECENCY_CLASSES) / members
    now = np.searchsorted(edges, summary.recency_days)
    return mean[now], share[now]


def _fading(summary: Summary, weeks: float) -> Guess:
    age = max(float(summary.T.mean()), 1.0)
    weight = 0.5 ** (summary.recency_days / DAYS / age)
    total = summary.frequency.sum() / max(float(summary.T.sum()), 1.0) * weeks * summary.T.size
    expected = weight * total / weight.sum()
    return expected, -np.expm1(-expected)


def _judge_timing(summary: Summary, outcome: Outcome) -> dict[str, float]:
    """Forecast day against the day of the first purchase in the window, for those who made one."""
    forecast = PurchaseTiming().fit(summary).predict(summary)
    came = (outcome.next_day > 0) & (forecast.basis > 0)
    if not came.any():
        return dict.fromkeys(
            (
                "mae_days",
                "median_abs_days",
                "within_7_days",
                "interval80_coverage",
                "baseline_median_gap_mae_days",
            ),
            np.nan,
        ) | {"customers": 0}
    day = outcome.next_day[came]
    miss = np.abs(forecast.day[came] - day)
    inside = (day >= forecast.low[came]) & (day <= forecast.high[came])
    return {
        "mae_days": float(miss.mean()),
        "median_abs_days": float(np.median(miss)),
        "within_7_days": float((miss <= 7).mean()),
        "interval80_coverage": float(inside.mean()),
        "baseline_median_gap_mae_days": float(np.abs(_median_gap(summary)[came] - day).mean()),
        "customers": int(came.sum()),
    }


def _median_gap(summary: Summary) -> Ints:
    """The usual gap after the last purchase: own where there is one, else everybody's; not before as-of."""
    some = summary.frequency > 0
    usual = np.median(summary.log_gap_mean[some]) if some.any() else np.log(90.0)
    gap = np.rint(np.exp(np.where(some, summary.log_gap_mean, usual))).astype(np.int64)
    day: Ints = np.maximum(summary.last_day + gap, summary.as_of + 1)
    return day


def _judge_spend(summary: Summary, outcome: Outcome, expected: Floats) -> dict[str, float]:
    actual = np.maximum(outcome.amount, 0.0)
    spend = fit_spend(summary)
    predicted = expected * expected_spend(summary, spend)
    return {
        "mae": metrics.mae(actual, predicted),
        "bias_pct": metrics.bias_pct(actual, predicted),
        "normalized_gini": metrics.normalized_gini(actual, predicted),
    }


def _calibration(actual: Floats, expected: Floats, groups: int = 20) -> list[dict[str, float]]:
    order = np.argsort(expected, kind="stable")
    parts = [part for part in np.array_split(order, groups) if part.size]
    return [
        {
            "predicted": float(expected[part].mean()),
            "actual": float(actual[part].mean()),
            "customers": part.size,
        }
        for part in parts
    ]
