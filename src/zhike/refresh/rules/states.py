"""Where customers stand in the relation: prospect, new, active, lapsing, lost, returned.

By the customer's own rhythm: somebody who buys every thirty days and was last seen three months ago is
lapsing, somebody who buys once a year is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhike.customers.rules.codes import STATES
from zhike.customers.rules.state import (
    DEFAULT_GAP_DAYS,
    LAPSING_GAPS,
    LEAST_LAPSING_DAYS,
    LEAST_LOST_DAYS,
    LOST_GAPS,
    NEW_DAYS,
)

__all__ = ["STATES", "Limits", "limits", "states"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """Whole days without a purchase after which a customer counts as lapsing, as lost."""

    lapsing: Ints
    lost: Ints


def limits(mean_gap_days: Floats) -> Limits:
    """Return each customer's limits (mean gap 0: unknown)."""
    gap = np.where(mean_gap_days > 0, mean_gap_days, DEFAULT_GAP_DAYS)
    lapsing = np.maximum(LAPSING_GAPS * gap, LEAST_LAPSING_DAYS)
    lost = np.maximum(LOST_GAPS * gap, LEAST_LOST_DAYS)
    return Limits(np.floor(lapsing).astype(np.int64), np.floor(lost).astype(np.int64))


def states(
    *, days: Ints, first: Ints, last: Ints, before: Ints, mean_gap: Floats, as_of: int
) -> NDArray[np.int8]:
    """Return places in :data:`STATES`.

    days: purchase days up to as_of; first, last, before: ordinals of the first, the last and the last but
    one (0: none); mean_gap: days between purchases (0: unknown).
    """
    limit = limits(mean_gap)
    away = as_of - last
    conditions = [
        days <= 0,
        away > limit.lost,
        away > limit.lapsing,
        (days == 1) & (as_of - first <= NEW_DAYS),
        (before > 0) & (last - before > limit.lost),
    ]
    places = [STATES.index(name) for name in ("prospect", "lost", "lapsing", "new", "returned")]
    return np.select(conditions, places, default=STATES.index("active")).astype(np.int8)
