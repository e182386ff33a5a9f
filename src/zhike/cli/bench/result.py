"""One measured number, its goal and its peer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

HIGHER_IS_BETTER = ("rows/s",)


@dataclass(frozen=True)
class Result:
    """A number with where it stands; ``name`` is dotted, from the group to the figure.

    ``goal`` is the bound to keep (an upper one; for rates a lower one), ``peer`` the same thing measured with
    another library in the same run, ``ratio`` how many times better than the peer we are (below 1: worse).
    ``size`` says how much was worked on, ``note`` what else one must know to read the number.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    peer: float | None = None
    peer_name: str = ""
    size: str = ""
    note: str = ""

    @property
    def group(self) -> str:
        """The name one asks for on the command line."""
        return self.name.split(".", 1)[0]

    @property
    def ok(self) -> bool | None:
        """Tell whether the goal is kept; None without a goal."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.unit in HIGHER_IS_BETTER else self.value <= self.goal

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        if self.peer is None or not self.value or not self.peer:
            return None
        return self.value / self.peer if self.unit in HIGHER_IS_BETTER else self.peer / self.value

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        ratio = self.ratio
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "goal": self.goal,
            "ok": self.ok,
            "peer": None if self.peer is None else rounded(self.peer),
            "peer_name": self.peer_name,
            "ratio": None if ratio is None else rounded(ratio),
            "size": self.size,
            "note": self.note,
        }


def rounded(value: float, digits: int = 3) -> float:
    """Round to so many digits that count; whole numbers from a hundred on."""
    if value == 0 or not math.isfinite(value):
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value, max(places, 0))


@dataclass(frozen=True)
class Size:
    """How much is measured on: customers, order lines in all; each page is called ``repeat`` times."""

    customers: int
    lines: int
    seed: int
    repeat: int

    def __str__(self) -> str:
        return f"{self.customers:,} customers, {self.lines:,} order lines"
