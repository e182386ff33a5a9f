"""Tiers by share of value, with hysteresis so that nobody is promoted in May and demoted in June.

A is the smallest group of best customers that together bring the first share of the value, B the next group,
and so on. A customer changes tier when the value lies `margin` past the boundary, or when two (`repeats`)
runs in a row propose a change in the same direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.analytics import checks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from zhike.analytics.checks import Floats

    Tiers = NDArray[np.int8]

TIERS = ("A", "B", "C", "D")
NONE = -1
"""No tier yet (a new customer, the first run)."""


@dataclass(frozen=True, slots=True)
class TierRule:
    """How tiers are made.

    shares: share of the whole value in each tier, best first (the last takes the rest); margin: how far past
    a boundary a change is immediate; repeats: 2 = a change proposed twice in a row happens, 1 = at once.
    """

    shares: tuple[float, ...] = (0.50, 0.30, 0.15, 0.05)
    margin: float = 0.10
    repeats: int = 2

    def __post_init__(self) -> None:
        if len(self.shares) < 2 or any(not 0 <= share <= 1 for share in self.shares):
            raise ValueError(f"shares is {self.shares}: at least two shares from 0 to 1")
        if abs(sum(self.shares) - 1) > 1e-6:
            raise ValueError(
                f"shares is {self.shares}: together they must be 1, they are {sum(self.shares):g}"
            )
        if not 0 <= self.margin < 1:
            raise ValueError(f"margin is {self.margin}: it must be from 0 to 1 (exclusive)")
        if self.repeats not in {1, 2}:
            raise ValueError(f"repeats is {self.repeats}: it must be 1 or 2")


@dataclass(frozen=True, slots=True)
class TierResult:
    """tier: the tier that holds; proposal: what the value alone says (hand it back next time).

    boundaries: the value from which a customer belongs to each tier but the last.
    """

    tier: Tiers
    proposal: Tiers
    boundaries: Floats


def assign_tiers(
    value: ArrayLike,
    previous_tier: ArrayLike | None = None,
    previous_proposal: ArrayLike | None = None,
    rule: TierRule | None = None,
) -> TierResult:
    """Tiers of customers with these values (amounts >= 0); -1 in the previous arrays means none.

    Customers without a value are in the last tier. Equal values get equal proposals.
    """
    rule = rule or TierRule()
    values = checks.numbers("value", value)
    boundaries = _boundaries(values, rule)
    proposal = _place(values, boundaries)
    tier = _previous("previous_tier", previous_tier, values.size, len(rule.shares))
    pending = _previous("previous_proposal", previous_proposal, values.size, len(rule.shares))
    return TierResult(_held(values, boundaries, proposal, tier, pending, rule), proposal, boundaries)


def migration(before: ArrayLike, after: ArrayLike, tiers: int = len(TIERS)) -> NDArray[np.int64]:
    """Customers by tier before (row) and after (column); the last row and column are "none"."""
    old = np.asarray(before, dtype=np.int64)
    new = np.asarray(after, dtype=np.int64)
    size = tiers + 1
    pairs = np.where(old < 0, tiers, old) * size + np.where(new < 0, tiers, new)
    return np.bincount(pairs, minlength=size * size).reshape(size, size)


def _boundaries(values: Floats, rule: TierRule) -> Floats:
    ordered = np.sort(values)[::-1]
    total = ordered.sum()
    if total <= 0:
        return np.full(len(rule.shares) - 1, np.inf)
    reached = np.cumsum(ordered) / total
    # The first customer with whom the share is reached closes the tier; 1e-12 forgives rounding.
    ends = np.searchsorted(reached, np.cumsum(rule.shares)[:-1] - 1e-12, side="left")
    found: Floats = ordered[np.minimum(ends, ordered.size - 1)]
    return np.maximum(found, np.nextafter(0.0, 1.0))


def _place(values: Floats, boundaries: Floats) -> Tiers:
    """Tier by value alone: how many boundaries lie above it."""
    below = np.searchsorted(boundaries[::-1], values, side="right")
    return (boundaries.size - below).astype(np.int8)


def _held(
    values: Floats, boundaries: Floats, proposal: Tiers, tier: Tiers, pending: Tiers, rule: TierRule
) -> Tiers:
    if rule.repeats == 1:
        return proposal
    # Where the customer would stand if the value were a margin worse (to rise) or better (to fall).
    surely_up = _place(values / (1 + rule.margin), boundaries)
    surely_down = _place(values / (1 - rule.margin), boundaries)
    result = tier.copy()
    up = (surely_up < tier) & (tier != NONE)
    down = (surely_down > tier) & (tier != NONE)
    result[up] = surely_up[up]
    result[down] = surely_down[down]
    known = (tier != NONE) & (pending != NONE)
    rises = known & (proposal < tier) & (pending < tier)
    falls = known & (proposal > tier) & (pending > tier)
    # Both runs must support the move, so it goes as far as the more careful of the two.
    result[rises] = np.minimum(result[rises], np.maximum(proposal, pending)[rises])
    result[falls] = np.maximum(result[falls], np.minimum(proposal, pending)[falls])
    result[tier == NONE] = proposal[tier == NONE]
    return result


def _previous(name: str, values: ArrayLike | None, size: int, tiers: int) -> Tiers:
    if values is None:
        return np.full(size, NONE, dtype=np.int8)
    array = np.asarray(values)
    if array.shape != (size,):
        raise ValueError(f"{name} has the shape {array.shape}: ({size},) is expected")
    bad = (array < NONE) | (array >= tiers)
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(f"{name}[{at}] is {array[at]}: it must be from -1 (none) to {tiers - 1}")
    return array.astype(np.int8)
