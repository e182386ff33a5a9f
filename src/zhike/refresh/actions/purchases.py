"""Purchases out of the warehouse, as the arrays that the analytics take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhike.warehouse import Warehouse, metrics

EPOCH: Final = 719_163
"""``date(1970, 1, 1).toordinal()``: Arrow counts days from there."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Purchases:
    """Customers' days of purchase and of return up to a day, sorted by customer and day.

    ``customer`` is the place in ``ids`` (all customers, ascending), ``day`` an ordinal, ``minor`` > 0 a
    sale, < 0 a return, 0 a free order.
    """

    ids: Ints
    customer: Ints
    day: Ints
    minor: Ints

    @classmethod
    def read(cls, warehouse: Warehouse, ids: Ints, as_of: date) -> Purchases:
        """Read them; days after ``as_of`` are left out."""
        rows = warehouse.run(metrics.purchase_days(warehouse.table("fact_order")))
        day = ordinals(rows["day"])
        kept = day <= as_of.toordinal()
        customer = np.searchsorted(ids, rows["customer_id"].to_numpy()[kept]).astype(np.int64)
        return cls(ids, customer, day[kept], rows["amount_minor"].to_numpy()[kept])

    def totals(self) -> Ints:
        """Return what each customer spent in all, returns netted."""
        return _sums(self.customer, self.minor, self.ids.size)

    def last_but_one(self) -> Ints:
        """Return the ordinal of each customer's last but one purchase day, 0 where there is none."""
        bought = self.minor >= 0
        customer, day = self.customer[bought], self.day[bought]
        found = np.zeros(self.ids.size, dtype=np.int64)
        if customer.size > 1:
            last = np.flatnonzero(np.append(customer[1:] != customer[:-1], True))
            last = last[last > 0]
            last = last[customer[last - 1] == customer[last]]
            found[customer[last]] = day[last - 1]
        return found


def spread(rows: pa.Table, column: str, ids: Ints) -> Ints:
    """Return a column of rows keyed by customer_id for all customers, 0 where there is no row."""
    found = np.zeros(ids.size, dtype=np.int64)
    values = rows[column]
    numbers = ordinals(values) if pa.types.is_date(values.type) else values.to_numpy().astype(np.int64)
    found[np.searchsorted(ids, rows["customer_id"].to_numpy())] = numbers
    return found


def ordinals(days: pa.ChunkedArray) -> Ints:
    """Return dates as ``date.toordinal()`` numbers."""
    return np.asarray(days.cast(pa.int32()).to_numpy()).astype(np.int64) + EPOCH


def _sums(place: Ints, values: Ints, size: int) -> Ints:
    """Sum whole numbers by place, exactly (a float sum would lose cents beyond 2**53)."""
    found = np.zeros(size, dtype=np.int64)
    if place.size:
        starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
        found[place[starts]] = np.add.reduceat(values, starts)
    return found
