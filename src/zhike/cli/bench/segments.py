"""How long RFM takes from orders and from order lines, beside pandas where it is installed."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from zhike.cli.bench.measure import best

_FIRST = 738_000
_DAYS = 730
BINS = 5


def rfm(customers: int, lines: int, seed: int) -> dict[str, Any]:
    """Score from so many rows; returns (CPU, wall) seconds by figure, and those of pandas (None without it).

    ``orders``: one row an order, by customer and day, as a refresh hands them over. ``shuffled``: the same
    in any order. ``lines``: order lines in any order, a customer's lines of one day being one purchase.
    ``scores``: the scores alone, from recency, frequency and amount of each customer.
    """
    from zhike.analytics import RFM, compile_kernels, summarize

    compile_kernels()
    rng = np.random.default_rng(seed)
    ordered, shuffled, raw = _orders(rng, customers, lines), None, _lines(rng, customers, lines)
    mixed = rng.permutation(len(ordered[0]))
    shuffled = tuple(column[mixed] for column in ordered)
    end = _FIRST + _DAYS

    def whole(rows: Any) -> Any:
        known = summarize(*rows, as_of=end, customers=customers)
        return RFM(BINS).score(known.recency_days, known.orders, known.amount)

    known = summarize(*ordered, as_of=end, customers=customers)
    columns = known.recency_days, known.orders, known.amount
    return {
        "orders": best(lambda: whole(ordered)),
        "shuffled": best(lambda: whole(shuffled)),
        "lines": best(lambda: whole(raw)),
        "scores": best(lambda: RFM(BINS).score(*columns)),
        "peer": _peer(ordered, shuffled, raw, columns, end),
    }


def _orders(rng: Any, customers: int, rows: int) -> tuple[Any, Any, Any]:
    customer = rng.integers(0, customers, rows)
    day = _FIRST + rng.integers(0, _DAYS, rows)
    order = np.lexsort((day, customer))
    return customer[order], day[order], rng.gamma(2.0, 60.0, rows)


def _lines(rng: Any, customers: int, rows: int) -> tuple[Any, Any, Any]:
    """Draw lines of orders with 2.6 lines each, in any order."""
    orders = max(int(rows / 2.6), 1)
    customer, day = rng.integers(0, customers, orders), _FIRST + rng.integers(0, _DAYS, orders)
    of = rng.integers(0, orders, rows)
    return customer[of], day[of], rng.gamma(2.0, 30.0, rows)


def _peer(
    ordered: Any, shuffled: Any, raw: Any, columns: Any, end: int
) -> dict[str, tuple[float, float]] | None:
    with contextlib.suppress(ImportError):
        import pandas as pd

        def scores(table: Any) -> Any:
            parts = [-table["recency"], table["frequency"], table["amount"]]
            return [pd.qcut(part.rank(method="first"), BINS, labels=False) + 1 for part in parts]

        def whole(rows: Any) -> Any:
            frame = pd.DataFrame(dict(zip(("customer", "day", "amount"), rows, strict=True)))
            days = frame.groupby(["customer", "day"], sort=False)["amount"].sum().reset_index()
            found = days.groupby("customer").agg(
                last=("day", "max"), frequency=("day", "size"), amount=("amount", "sum")
            )
            return scores(found.assign(recency=end - found["last"]))

        table = pd.DataFrame(dict(zip(("recency", "frequency", "amount"), columns, strict=True)))
        return {
            "orders": best(lambda: whole(ordered), 1),
            "shuffled": best(lambda: whole(shuffled), 1),
            "lines": best(lambda: whole(raw), 1),
            "scores": best(lambda: scores(table), 1),
        }
    return None
