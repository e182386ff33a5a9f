"""RFM: how recently, how often and for how much – scores, named cells, and what to do with each.

Scores are by quantile thresholds (a value equal to a threshold belongs below it, as equal customers must get
equal scores) or by the firm's own breaks. Source of the idea: Hughes (1994), "Strategic Database Marketing";
the names follow common practice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.analytics import checks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from zhike.analytics.checks import Floats

    Scores = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class RFMCell:
    """A named group of scores. `code` says who they are, `advice` what to do; both are codes, not text."""

    code: str
    advice: str


RFM_CELLS: tuple[RFMCell, ...] = (
    RFMCell("champion", "reward"),
    RFMCell("loyal", "upsell"),
    RFMCell("potential_loyal", "membership"),
    RFMCell("new", "onboard"),
    RFMCell("promising", "first_repeat"),
    RFMCell("needs_attention", "reactivate_soft"),
    RFMCell("about_to_sleep", "remind"),
    RFMCell("at_risk", "win_back"),
    RFMCell("cannot_lose", "call_now"),
    RFMCell("hibernating", "light_touch"),
    RFMCell("lost", "let_rest"),
)
"""Every named cell; `RFMScores.cell` points into this tuple."""

# Row: recency 5 (just bought) down to 1; column: frequency and amount together, 1 up to 5.
_MAP = (
    ("new", "potential_loyal", "potential_loyal", "loyal", "champion"),
    ("promising", "potential_loyal", "potential_loyal", "loyal", "champion"),
    ("about_to_sleep", "about_to_sleep", "needs_attention", "loyal", "loyal"),
    ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    ("lost", "lost", "hibernating", "at_risk", "cannot_lose"),
)
_CODES = [cell.code for cell in RFM_CELLS]
_GRID = np.array([[_CODES.index(code) for code in row] for row in _MAP], dtype=np.int8)[::-1]


@dataclass(frozen=True, slots=True)
class RFMScores:
    """Scores 1 … bins (bins = best) and the place of each customer's cell in RFM_CELLS; int8 arrays."""

    r: Scores
    f: Scores
    m: Scores
    cell: Scores

    @property
    def names(self) -> NDArray[np.str_]:
        """The cells' codes."""
        return np.array(_CODES)[self.cell]


class RFM:
    """Scores of recency, frequency and monetary value.

    bins: how many scores (2 … 9). breaks: own thresholds instead of quantiles, for each of "recency_days",
    "frequency", "monetary" that has them: bins - 1 ascending numbers; a value equal to a break is below it.
    After `fit` or `score`: `breaks_`, the thresholds in use.
    """

    breaks_: dict[str, Floats]

    def __init__(self, bins: int = 5, breaks: dict[str, Sequence[float]] | None = None) -> None:
        if not 2 <= bins <= 9:
            raise ValueError(f"bins is {bins}: it must be from 2 to 9")
        self.bins = bins
        self.breaks = {name: self._own(name, values) for name, values in (breaks or {}).items()}

    def fit(self, recency_days: ArrayLike, frequency: ArrayLike, monetary: ArrayLike) -> RFM:
        """Learn the thresholds (own breaks are kept)."""
        columns = _columns(recency_days, frequency, monetary)
        self.breaks_ = {name: self._thresholds(name, values) for name, values in columns.items()}
        return self

    def score(self, recency_days: ArrayLike, frequency: ArrayLike, monetary: ArrayLike) -> RFMScores:
        """Learn the thresholds from these customers and score them.

        recency_days: days since the last purchase (fewer is better); frequency: purchases; monetary: amount.
        Raises ValueError for wrong shapes and negative or non-finite values.
        """
        return self.fit(recency_days, frequency, monetary).predict(recency_days, frequency, monetary)

    def predict(self, recency_days: ArrayLike, frequency: ArrayLike, monetary: ArrayLike) -> RFMScores:
        """Score with the thresholds learnt before, so that two periods can be compared."""
        if not hasattr(self, "breaks_"):
            raise ValueError("RFM has not been fitted: call fit() or score() first")
        columns = _columns(recency_days, frequency, monetary)
        places = {name: _above(self.breaks_[name], values) for name, values in columns.items()}
        r = (self.bins - places["recency_days"]).astype(np.int8)
        f = (1 + places["frequency"]).astype(np.int8)
        m = (1 + places["monetary"]).astype(np.int8)
        return RFMScores(r, f, m, self._cells(r, f, m))

    def _own(self, name: str, values: Sequence[float]) -> Floats:
        if name not in {"recency_days", "frequency", "monetary"}:
            raise ValueError(f"breaks: {name!r} is unknown; use recency_days, frequency or monetary")
        own = checks.finite(f"breaks[{name!r}]", values, length=self.bins - 1)
        falling = np.diff(own) <= 0
        if falling.any():
            raise ValueError(f"breaks[{name!r}][{int(np.argmax(falling)) + 1}]: breaks must ascend")
        return own

    def _thresholds(self, name: str, values: Floats) -> Floats:
        if name in self.breaks:
            return self.breaks[name]
        if not values.size:
            return np.zeros(self.bins - 1)
        # The observed value at each share (no interpolation), by selection rather than a sort.
        places = np.ceil(np.arange(1, self.bins) / self.bins * values.size).astype(int) - 1
        thresholds: Floats = np.partition(values, places)[places]
        return thresholds

    def _cells(self, r: Scores, f: Scores, m: Scores) -> Scores:
        # Any number of bins is read on the scale 0 … 4, halves upwards.
        step = 4 / (self.bins - 1)
        recent = np.floor((r - 1) * step + 0.5).astype(np.int8)
        value = np.floor(((f.astype(np.int16) + m) / 2 - 1) * step + 0.5).astype(np.int8)
        cells: Scores = _GRID[recent, value]
        return cells


def _columns(recency_days: ArrayLike, frequency: ArrayLike, monetary: ArrayLike) -> dict[str, Floats]:
    recency = checks.numbers("recency_days", recency_days)
    return {
        "recency_days": recency,
        "frequency": checks.numbers("frequency", frequency, length=recency.size),
        "monetary": checks.numbers("monetary", monetary, length=recency.size),
    }


def _above(thresholds: Floats, values: Floats) -> NDArray[np.int64]:
    """How many thresholds lie below each value."""
    places: NDArray[np.int64] = np.searchsorted(thresholds, values, side="left")
    return places
