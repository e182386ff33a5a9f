"""Where a customer stands in the relation: prospect, new, active, lapsing, lost, returned.

By the customer's own rhythm: somebody who buys every thirty days and was last seen sixty days ago is lapsing,
somebody who buys once a year is not. The refresh applies the same limits to all customers at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

NEW_DAYS: Final = 60
"""A customer is new for so many days after the first purchase, while there was only one."""
LAPSING_GAPS: Final = 2.0
"""Lapsing: longer away than so many of their own mean gaps."""
LOST_GAPS: Final = 4.0
DEFAULT_GAP_DAYS: Final = 90.0
"""The gap assumed for customers with a single purchase."""
LEAST_LAPSING_DAYS: Final = 45
LEAST_LOST_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class StateLimits:
    """Whole days since the last purchase after which a customer counts as lapsing, and as lost."""

    lapsing: int
    lost: int


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchase days up to a day: how many, first, last, last but one, mean gap (0: unknown)."""

    days: int
    first: date | None = None
    last: date | None = None
    before: date | None = None
    mean_gap_days: float = 0.0


def state_limits(mean_gap_days: float) -> StateLimits:
    """Return the limits for a mean gap between purchases (0: unknown)."""
    gap = mean_gap_days if mean_gap_days > 0 else DEFAULT_GAP_DAYS
    lapsing = max(LAPSING_GAPS * gap, LEAST_LAPSING_DAYS)
    return StateLimits(int(lapsing), int(max(LOST_GAPS * gap, LEAST_LOST_DAYS)))


def customer_state(purchases: Purchases, as_of: date) -> str:
    """Return the state on a day; ``returned`` bought again after having been lost."""
    if purchases.days <= 0 or purchases.last is None or purchases.first is None:
        return "prospect"
    limits = state_limits(purchases.mean_gap_days)
    away = (as_of - purchases.last).days
    if away > limits.lapsing:
        return "lost" if away > limits.lost else "lapsing"
    if purchases.days == 1 and (as_of - purchases.first).days <= NEW_DAYS:
        return "new"
    back = purchases.before is not None and (purchases.last - purchases.before).days > limits.lost
    return "returned" if back else "active"
