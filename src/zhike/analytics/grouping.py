"""Equal histories are counted once: a million customers have far fewer different (x, t_x, T)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.analytics.compiled import kernel

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats, Ints

TRIAL_ROWS = 50_000
WORTHWHILE = 0.7
"""Grouping stops when the first rows hold more different histories than this share."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Different histories with the number of customers that have each.

    `x_values` are the different frequencies, `x_code` points into them (many formulas depend on x alone).
    """

    x: Floats
    t_x: Floats
    T: Floats
    weight: Floats
    x_values: Floats
    x_code: Ints
    x_weight: Floats

    @property
    def size(self) -> int:
        return int(self.x.size)

    @property
    def total(self) -> float:
        """The number of customers (sum of the weights)."""
        return float(self.weight.sum())

    def take(self, rows: Ints) -> Histories:
        """Some of the histories (rows may repeat)."""
        return histories(self.x[rows], self.t_x[rows], self.T[rows], self.weight[rows])


def group(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Histories:
    """Group equal histories, where that pays; weights of 0 are left out."""
    kept = weight > 0
    if not kept.all():
        x, t_x, age, weight = x[kept], t_x[kept], age[kept], weight[kept]
    index = distinct(x, t_x, age)
    if index is None:
        return histories(x, t_x, age, weight)
    first, code = index
    together: Floats = np.bincount(code, weight, minlength=first.size).astype(np.float64)
    return histories(x[first], t_x[first], age[first], together)


def histories(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Histories:
    """Index the frequencies of histories as they are."""
    values, code = _codes_of_counts(x)
    by_value: Floats = np.bincount(code, weight, minlength=values.size).astype(np.float64)
    return Histories(x, t_x, age, weight, values, code, by_value)


def distinct(*columns: Floats) -> tuple[Ints, Ints] | None:
    """First row of each different combination, and for each row which combination it has.

    None when there are nearly as many combinations as rows. Combinations are in order of appearance.
    """
    size = columns[0].size
    if size > TRIAL_ROWS:
        trial, _ = _distinct([column[:TRIAL_ROWS] for column in columns])
        if trial.size > WORTHWHILE * TRIAL_ROWS:
            return None
    return _distinct(list(columns))


def _distinct(columns: list[Floats]) -> tuple[Ints, Ints]:
    # Adding 0.0 turns -0.0 into 0.0, so that equal numbers have equal bits.
    bits = [(column + 0.0).view(np.int64) for column in columns]
    while len(bits) < 3:
        bits.append(bits[-1])
    slots = 1 << max(4, int(2 * bits[0].size - 1).bit_length())
    first, code = _hash_rows(bits[0], bits[1], bits[2], slots)
    return first, code


@kernel
def _hash_rows(a: Ints, b: Ints, c: Ints, slots: int) -> tuple[Ints, Ints]:
    mask = np.uint64(slots - 1)
    shift = np.uint64(32)
    table = np.full(slots, -1, np.int64)
    first = np.empty(a.size, np.int64)
    code = np.empty(a.size, np.int64)
    found = 0
    for i in range(a.size):
        h = np.uint64(a[i]) * np.uint64(0x9E3779B97F4A7C15)
        h = ((h ^ (h >> shift)) + np.uint64(b[i])) * np.uint64(0xBF58476D1CE4E5B9)
        h = ((h ^ (h >> shift)) + np.uint64(c[i])) * np.uint64(0x94D049BB133111EB)
        slot = (h ^ (h >> shift)) & mask
        while True:
            g = table[slot]
            if g < 0:
                table[slot] = found
                first[found] = i
                code[i] = found
                found += 1
                break
            j = first[g]
            if a[j] == a[i] and b[j] == b[i] and c[j] == c[i]:
                code[i] = g
                break
            slot = (slot + np.uint64(1)) & mask
    return first[:found].copy(), code


def _codes_of_counts(x: Floats) -> tuple[Floats, Ints]:
    """Different counts in ascending order, and the place of each row in them."""
    largest = x.max() if x.size else 0.0
    if largest > 4 * x.size + 1_000_000:
        values, code = np.unique(x, return_inverse=True)
        return values, code.astype(np.int64)
    whole = x.astype(np.int64)
    present = np.bincount(whole, minlength=1) > 0
    place = np.cumsum(present) - 1
    return np.flatnonzero(present).astype(np.float64), place[whole]
