"""Who buys when and what: rhythms, pauses, lapses and returns, drawn with one generator from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Rng = np.random.Generator

DAYS = 730
_MAX_ORDERS = 120
_KINDS = ("rhythm", "irregular", "gifts", "once")
_SHARES = (0.34, 0.36, 0.12, 0.18)
_FESTIVAL_DAYS = (12, 250)  # days before the end at which gift buyers come more often, modulo a year


@dataclass(frozen=True)
class Behaviour:
    """One row a customer: mean gap in days, regularity (gamma shape), first and last day, scale."""

    gap: Floats
    shape: Floats
    start: Ints
    end: Ints
    kind: Ints
    scale: Floats


def behaviour(rng: Rng, customers: int, organisations: NDArray[np.bool_], mean_orders: float) -> Behaviour:
    """Draw how each customer buys.

    ``mean_orders`` scales the rates (about that many orders each in two years).
    """
    kind = rng.choice(len(_KINDS), customers, p=_SHARES)
    kind[organisations] = rng.choice([0, 0, 0, 1], int(organisations.sum()))
    base = np.choose(
        kind,
        [
            rng.gamma(9.0, 3.9, customers),
            rng.gamma(1.6, 55.0, customers),
            rng.gamma(6.0, 28.0, customers),
            np.full(customers, 4000.0),
        ],
    )
    gap = np.maximum(base * (10.0 / mean_orders), 2.0)
    shape = np.choose(
        kind,
        [
            rng.uniform(5, 14, customers),
            np.full(customers, 1.0),
            np.full(customers, 2.0),
            np.full(customers, 1.0),
        ],
    )
    start = np.where(
        rng.random(customers) < 0.45, -rng.integers(0, 60, customers), rng.integers(0, DAYS - 4, customers)
    )
    life = rng.exponential(np.choose(kind, [1500.0, 700.0, 1100.0, 500.0]), customers)
    end = np.minimum(np.maximum(start, 0) + life.astype(np.int64) + 1, DAYS)
    scale = rng.lognormal(0.0, 0.45, customers) * np.where(organisations, 9.0, 1.0)
    return Behaviour(gap, shape, start.astype(np.int64), end.astype(np.int64), kind, scale)


def purchase_days(rng: Rng, how: Behaviour) -> tuple[Ints, Ints]:
    """Return customer index and day (0 … 729) of every purchase, sorted by day."""
    owners: list[Ints] = []
    days: list[Ints] = []
    active = np.arange(len(how.gap))
    day = np.where(
        how.start > 0, how.start.astype(float), how.start + rng.gamma(how.shape, how.gap / how.shape)
    )
    for _ in range(_MAX_ORDERS):
        inside = (day < how.end[active]) & (day < DAYS)
        active, day = active[inside], day[inside]
        if not len(active):
            break
        real = day >= 0
        owners.append(active[real])
        days.append(day[real].astype(np.int64))
        shape = how.shape[active]
        pause = np.where(rng.random(len(active)) < 0.03, rng.uniform(2.0, 4.0, len(active)), 1.0)
        day = day + np.maximum(rng.gamma(shape, how.gap[active] / shape) * pause, 1.0)
    customer, at = np.concatenate(owners), np.concatenate(days)
    order = np.lexsort((customer, at))
    return customer[order], at[order]


@dataclass(frozen=True)
class Lines:
    """Order lines as columns: index of the order, position, product index, quantity, unit price ×10,000."""

    order: Ints
    position: Ints
    product: Ints
    quantity: Ints
    price_e4: Ints


def draw_lines(
    rng: Rng, customer: Ints, how: Behaviour, prices: Floats, categories: Ints, *, mean_lines: float
) -> Lines:
    """Draw the lines of every order: mostly the customer's favourites, sometimes what is popular."""
    count = 1 + rng.poisson(mean_lines - 1, len(customer))
    order = np.repeat(np.arange(len(customer)), count)
    position = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count) + 1
    favourites = _favourites(rng, len(how.gap), categories)
    picked = favourites[customer[order], rng.integers(0, favourites.shape[1], len(order))]
    popularity = 1.0 / (1.0 + np.arange(len(prices)) % 7)
    other = rng.choice(len(prices), len(order), p=popularity / popularity.sum())
    product = np.where(rng.random(len(order)) < 0.78, picked, other)
    wanted = how.scale[customer[order]] * rng.gamma(2.0, 0.9, len(order))
    quantity = np.maximum(1, np.round(wanted)).astype(np.int64)
    discount = np.where(rng.random(len(order)) < 0.15, 0.9, 1.0)
    return Lines(
        order, position, product, quantity, np.round(prices[product] * discount * 10_000).astype(np.int64)
    )


def _favourites(rng: Rng, customers: int, categories: Ints) -> Ints:
    """Return four favourite products a customer, from two categories."""
    groups = [np.flatnonzero(categories == c) for c in range(int(categories.max()) + 1)]
    weights = np.array([3.0 if c < 3 else 1.0 for c in range(len(groups))])
    first = rng.choice(len(groups), (customers, 2), p=weights / weights.sum())
    chosen = np.empty((customers, 4), dtype=np.int64)
    draws = rng.random((customers, 4))
    for group, members in enumerate(groups):
        for column in range(4):
            mine = first[:, column // 2] == group
            chosen[mine, column] = members[(draws[mine, column] * len(members)).astype(np.int64)]
    return chosen


def returned_orders(rng: Rng, orders: int, day: Ints, share: float = 0.018) -> tuple[Ints, Ints]:
    """Return the orders of which something goes back, and the day on which it does."""
    back = np.flatnonzero(rng.random(orders) < share)
    on = day[back] + rng.integers(1, 12, len(back))
    inside = on < DAYS
    return back[inside], on[inside]


def pick(rng: Rng, words: Any, size: int, weights: Any = None) -> Any:
    """Draw words with replacement as an object array."""
    return np.asarray(words, dtype=object)[rng.choice(len(words), size, p=weights)]
