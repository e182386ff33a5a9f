"""Rank = value at stake × urgency × chance to help × what the source has proved worth.

All functions take numbers or numpy arrays. Formulas and defaults: docs/reference/agenda.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOW_URGENCY: Final = 0.9
TODAY_URGENCY: Final = 0.4
P_ALIVE_FLOOR: Final = 0.2


def rank(value_at_stake: Any, urgency: Any, chance: Any, weight: Any = 1.0) -> Any:
    """Expected gain of acting, in the unit of ``value_at_stake``."""
    return value_at_stake * urgency * chance * weight


def group(urgency: float) -> str:
    """``now`` from 0.9, ``today`` from 0.4, else ``when_free``."""
    if urgency >= NOW_URGENCY:
        return "now"
    return "today" if urgency >= TODAY_URGENCY else "when_free"


def value_if_back(value_12m: Any, p_alive: Any) -> Any:
    """The twelve-month value if they are still a customer: value_12m / P(alive), P at least 0.2."""
    return value_12m / np.maximum(p_alive, P_ALIVE_FLOOR)


def overdue_ratio(days_since: Any, mean_gap_days: Any) -> Any:
    """How many of their own usual gaps a customer has been away (1 = just now due)."""
    return days_since / np.maximum(mean_gap_days, 1.0)


def slipping_urgency(ratio: Any) -> Any:
    """0.5 at 1.5 gaps, 0.8 at 3, and from 4 on a fifth less for each further gap, never under 0.2."""
    rising = 0.5 + 0.3 * np.clip((ratio - 1.5) / 1.5, 0.0, 1.0)
    return np.maximum(rising * 0.8 ** np.maximum(ratio - 4.0, 0.0), 0.2)


def slipping_chance(risk: Any, base: float) -> Any:
    """``base`` × 4·p·(1−p), p = 1 − risk: most where it is open; at least a tenth of base."""
    p = 1.0 - np.clip(risk, 0.0, 1.0)
    return base * np.maximum(4.0 * p * (1.0 - p), 0.1)


def certainty(low_day: Any, high_day: Any, mean_gap_days: Any) -> Any:
    """1 when the 80 % interval of the next purchase is a point, 0 when it is twice the usual gap or wider."""
    return np.clip(1.0 - (high_day - low_day) / (2.0 * np.maximum(mean_gap_days, 1.0)), 0.0, 1.0)


def replenish_urgency(days_left: Any, lead_days: int, sure: Any) -> Any:
    """0.35, plus up to 0.35 as the day comes near, plus up to 0.25 for certainty: at most 0.95."""
    near = 1.0 - np.clip(days_left, 0, lead_days + 1) / (lead_days + 1)
    return 0.35 + 0.35 * near + 0.25 * sure


def date_urgency(days_left: int, days_ahead: int) -> float:
    """0.6 on the day the preparation begins, rising to 1 on the day itself."""
    if days_ahead <= 0 or days_left <= 0:
        return 1.0
    return 0.6 + 0.4 * max(0.0, 1.0 - days_left / days_ahead)


def care_urgency(overdue_days: Any, every_days: Any) -> Any:
    """0.3 on the day care falls due, 0.7 when a whole further period has passed."""
    return 0.3 + 0.4 * np.clip(overdue_days / np.maximum(every_days, 1), 0.0, 1.0)


def welcome_urgency(days_since: Any, until_days: int) -> Any:
    """0.7 right after the first order, falling to 0.4 at the end of the welcome."""
    return 0.7 - 0.3 * np.clip(days_since / max(until_days, 1), 0.0, 1.0)


def promise_urgency(days_left: int) -> float:
    """1 from the day it falls due; before, 3 / (3 + days left)."""
    return 1.0 if days_left <= 0 else 3.0 / (3.0 + days_left)


VERIFY_URGENCY: Final = 0.2


def best_per_owner(owner: NDArray[np.int64], score: Floats, keep: int) -> NDArray[np.int64]:
    """Positions of the ``keep`` best rows of each owner (ties: the earlier row), in descending score."""
    if not len(owner):
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((np.arange(len(owner)), -score, owner))
    sorted_owner = owner[order]
    starts = np.flatnonzero(np.r_[True, sorted_owner[1:] != sorted_owner[:-1]])
    place = np.arange(len(owner)) - np.repeat(starts, np.diff(np.r_[starts, len(owner)]))
    kept = order[place < keep]
    return kept[np.lexsort((kept, -score[kept]))]


def fill_day(minutes: Sequence[int], promised: Sequence[bool], budget: int) -> list[bool]:
    """Which of the ranked cards are done today: in order, each that still fits into ``budget`` minutes.

    Promised ones are always taken, whatever the budget; so is the first card while any time is left.
    """
    used = sum(need for need, must in zip(minutes, promised, strict=True) if must)
    taken = []
    for place, (need, must) in enumerate(zip(minutes, promised, strict=True)):
        fits = must or (place == 0 and budget > 0) or used + need <= budget
        used += need if fits and not must else 0
        taken.append(fits)
    return taken
