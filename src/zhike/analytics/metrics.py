"""How good a forecast was. All take one-dimensional arrays of equal length; nan where undefined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats


def mae(actual: Floats, predicted: Floats) -> float:
    """Mean absolute error, in the unit of the input."""
    return float(np.mean(np.abs(actual - predicted))) if actual.size else np.nan


def rmse(actual: Floats, predicted: Floats) -> float:
    """Root of the mean squared error, in the unit of the input."""
    return float(np.sqrt(np.mean((actual - predicted) ** 2))) if actual.size else np.nan


def correlation(actual: Floats, predicted: Floats) -> float:
    """Pearson's correlation; nan when either side does not vary."""
    if actual.size < 2 or np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return np.nan
    return float(np.corrcoef(actual, predicted)[0, 1])


def bias_pct(actual: Floats, predicted: Floats) -> float:
    """By how many percent the total was forecast too high (+) or too low (-)."""
    total = actual.sum()
    return float(100.0 * (predicted.sum() - total) / total) if total else np.nan


def auc(happened: Floats, score: Floats) -> float:
    """Chance that somebody to whom it happened has the higher score (ties count half): Mann-Whitney."""
    positive = happened > 0
    yes = int(positive.sum())
    no = int(positive.size) - yes
    if yes == 0 or no == 0:
        return np.nan
    _, code, ties = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(ties) - (ties - 1) / 2
    ranks = middle[code.reshape(-1)]
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def brier(happened: Floats, probability: Floats) -> float:
    """Mean squared error of a probability: 0 is perfect, .25 is a coin."""
    return float(np.mean((probability - (happened > 0)) ** 2)) if happened.size else np.nan


def gini(actual: Floats, ordering: Floats) -> float:
    """Gini of the actual amounts when customers are ordered by a forecast, best last.

    Equal forecasts share their amounts evenly, so the order of rows does not matter.
    """
    total = actual.sum()
    if actual.size < 2 or total <= 0:
        return np.nan
    _, code = np.unique(ordering, return_inverse=True)
    members = np.bincount(code)
    amounts = np.bincount(code, actual)
    people = np.concatenate([[0.0], np.cumsum(members) / actual.size])
    money = np.concatenate([[0.0], np.cumsum(amounts) / total])
    area = np.sum(np.diff(people) * (money[1:] + money[:-1]) / 2)
    return float(1 - 2 * area)


def normalized_gini(actual: Floats, predicted: Floats) -> float:
    """Gini by the forecast over the Gini by the truth: 1 orders customers perfectly, 0 at random."""
    best = gini(actual, actual)
    return gini(actual, predicted) / best if best and np.isfinite(best) and best > 0 else np.nan
