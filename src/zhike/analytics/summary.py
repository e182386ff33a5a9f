"""From transactions to one line a customer.

Transactions of one customer on one day are one purchase. Refunds (negative amounts) are netted against the
customer's purchases up to their day, the latest first, and are never a purchase themselves; what finds no
purchase to be netted against (the purchase lies before the data) is reported, not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.analytics import checks
from zhike.analytics.compiled import kernel

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import ArrayLike, NDArray

    from zhike.analytics.checks import Floats, Ints

DAYS = 7.0
"""Days in a week: the models' unit of time."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One line a customer; arrays of equal length, 0 where a customer has no purchase.

    customer: as handed in (or 0 … n-1); orders: purchase days; frequency: repeat purchase days (orders - 1);
    recency, T: weeks from first to last purchase and from first purchase to as_of; monetary: mean net amount
    of the repeat purchase days; amount: net amount of all purchase days; first_amount: of the first;
    first_day, last_day: day numbers;
    log_gap_mean, log_gap_squares: mean and sum of squared deviations of ln(days between purchases).
    """

    as_of: int
    customer: NDArray[Any]
    orders: Ints
    frequency: Floats
    recency: Floats
    T: Floats
    monetary: Floats
    amount: Floats
    first_amount: Floats
    first_day: Ints
    last_day: Ints
    log_gap_mean: Floats
    log_gap_squares: Floats
    rows: int
    refund_rows: int
    unmatched_refunds: float

    @property
    def buyers(self) -> NDArray[np.bool_]:
        """Who has at least one purchase."""
        return self.orders > 0

    @property
    def recency_days(self) -> Ints:
        """Days since the last purchase (0 for those without any)."""
        return np.where(self.orders > 0, self.as_of - self.last_day, 0)

    def take(self, lines: Ints) -> Summary:
        """Some of the lines, in the order given."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        cut = {name: value[lines] for name, value in values.items() if isinstance(value, np.ndarray)}
        return Summary(**{**values, **cut})


def summarize(
    customer: ArrayLike,
    day: Any,
    amount: ArrayLike | None = None,
    *,
    as_of: dt.date | int | None = None,
    customers: int | None = None,
) -> Summary:
    """Frequency, recency, T and monetary of each customer from transactions in any order.

    customer: any ids; with `customers` = n they must be indices 0 … n-1, and the result has n lines,
    otherwise one line for each customer with a purchase, sorted by id.
    day: dates, datetime64 or day numbers (`date.toordinal()`); rows after as_of (default: the last day) are
    ignored. amount: of the row; negative is a refund; without amounts every row is a purchase of 0.
    Raises ValueError that names the argument and the first bad position.
    """
    days = checks.day_numbers("day", day)
    amounts = np.zeros(days.size) if amount is None else checks.finite("amount", amount, length=days.size)
    ids: NDArray[Any] | None = None
    if customers is None:
        raw = np.asarray(customer)
        if raw.shape != days.shape:
            raise ValueError(
                f"customer has the shape {raw.shape}, day {days.shape}: they must be equally long"
            )
        ids, index = np.unique(raw, return_inverse=True)
        code = index.astype(np.int64).reshape(days.shape)
    else:
        code = checks.indices("customer", customer, customers, length=days.size)
    end = checks.day_number("as_of", as_of) if as_of is not None else int(days.max(initial=1))
    count = customers if ids is None else ids.size
    result = _summarize(code, days, amounts, end, int(count or 0))
    if ids is None:
        return result
    buyers = np.flatnonzero(result.orders > 0)
    return replace(result.take(buyers), customer=ids[buyers])


@dataclass(frozen=True, slots=True)
class Transactions:
    """Rows sorted by customer (0 … customers-1), then day, so that they can be read as of several days."""

    customer: Ints
    day: Ints
    amount: Floats
    customers: int

    @classmethod
    def sort(cls, customer: Ints, day: Ints, amount: Floats, customers: int) -> Transactions:
        """Bring checked rows into order (nothing is copied when they are)."""
        if not _is_sorted(customer, day):
            customer, day, amount = _sort(customer, day, amount, customers)
        return cls(customer, day, amount, customers)

    def until(self, end: int) -> Transactions:
        """The rows up to and including a day."""
        within = self.day <= end
        if within.all():
            return self
        return Transactions(self.customer[within], self.day[within], self.amount[within], self.customers)

    def summary(self, end: int) -> Summary:
        """One line a customer as of a day."""
        rows = self.until(end)
        return _summary(rows, end)

    def outcome(self, start: int, end: int) -> Outcome:
        """What each customer did on the days after `start` up to `end`."""
        return Outcome(*_outcome(self.customer, self.day, self.amount, self.customers, start, end))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened in a window: purchase days, net amount (may be negative), day of the first (0 = none)."""

    orders: Ints
    amount: Floats
    next_day: Ints

    def take(self, lines: Ints) -> Outcome:
        """Some of the customers, in the order given."""
        return Outcome(self.orders[lines], self.amount[lines], self.next_day[lines])


def _summarize(code: Ints, days: Ints, amounts: Floats, end: int, count: int) -> Summary:
    within = days <= end
    if not within.all():
        code, days, amounts = code[within], days[within], amounts[within]
    return _summary(Transactions.sort(code, days, amounts, count), end)


def _summary(rows: Transactions, end: int) -> Summary:
    whole, real, refund_rows, unmatched = _lines(rows.customer, rows.day, rows.amount, rows.customers)
    orders, first, last = whole
    repeats = np.maximum(orders - 1, 0)
    bought = orders > 0
    return Summary(
        as_of=end,
        customer=np.arange(rows.customers),
        orders=orders,
        frequency=repeats.astype(np.float64),
        recency=(last - first) / DAYS,
        T=np.where(bought, (end - first) / DAYS, 0.0),
        monetary=np.where(repeats > 0, (real[0] - real[1]) / np.maximum(repeats, 1), 0.0).clip(min=0.0),
        amount=real[0],
        first_amount=real[1],
        first_day=first,
        last_day=last,
        log_gap_mean=real[2],
        log_gap_squares=real[3],
        rows=int(rows.day.size),
        refund_rows=int(refund_rows),
        unmatched_refunds=float(unmatched),
    )


@kernel
def _is_sorted(code: Ints, days: Ints) -> bool:
    for i in range(1, code.size):
        if code[i] < code[i - 1] or (code[i] == code[i - 1] and days[i] < days[i - 1]):
            return False
    return True


@kernel
def _sort(code: Ints, days: Ints, amounts: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    """Rows by customer, then day: counting sort of the values, then a small sort within each customer."""
    start = np.zeros(count + 1, np.int64)
    for i in range(code.size):
        start[code[i] + 1] += 1
    for c in range(count):
        start[c + 1] += start[c]
    place = start[:count].copy()
    by_code = np.empty(code.size, np.int64)
    by_day = np.empty(code.size, np.int64)
    value = np.empty(code.size)
    for i in range(code.size):
        at = place[code[i]]
        by_day[at] = days[i]
        value[at] = amounts[i]
        place[code[i]] = at + 1
    for c in range(count):
        low = start[c]
        high = start[c + 1]
        by_code[low:high] = c
        if high - low > 64:
            order = np.argsort(by_day[low:high], kind="mergesort")
            by_day[low:high] = by_day[low:high][order]
            value[low:high] = value[low:high][order]
            continue
        for i in range(low + 1, high):
            day = by_day[i]
            amount = value[i]
            j = i - 1
            while j >= low and by_day[j] > day:
                by_day[j + 1] = by_day[j]
                value[j + 1] = value[j]
                j -= 1
            by_day[j + 1] = day
            value[j + 1] = amount
    return by_code, by_day, value


@kernel
def _one_day(code: Ints, days: Ints, amounts: Floats, i: int) -> tuple[int, float, int]:
    """The rows of one customer's day from row i on: next row, amount sold (-1 = no sale), refund rows."""
    c = code[i]
    day = days[i]
    sold = -1.0
    refunds = 0
    while i < code.size and code[i] == c and days[i] == day:
        if amounts[i] < 0.0:
            refunds += 1
        else:
            sold = max(sold, 0.0) + amounts[i]
        i += 1
    return i, sold, refunds


@kernel
def _net(left: Floats, top: int, refunded: float) -> float:
    """Take a refund off the latest purchases; returns what found none."""
    k = top - 1
    while refunded > 0.0 and k >= 0:
        taken = min(refunded, left[k])
        left[k] -= taken
        refunded -= taken
        k -= 1
    return refunded


@kernel
def _lines(
    code: Ints, days: Ints, amounts: Floats, count: int
) -> tuple[tuple[Ints, Ints, Ints], tuple[Floats, Floats, Floats, Floats], int, float]:
    """Walk the sorted rows customer by customer, day by day."""
    orders = np.zeros(count, np.int64)
    first = np.zeros(count, np.int64)
    last = np.zeros(count, np.int64)
    total = np.zeros(count)
    first_amount = np.zeros(count)
    gap_mean = np.zeros(count)
    gap_squares = np.zeros(count)
    left = np.zeros(64)  # what remains of each purchase day of the customer after refunds
    refund_rows = 0
    unmatched = 0.0
    i = 0
    while i < code.size:
        c = code[i]
        top = 0
        while i < code.size and code[i] == c:
            begin = i
            i, sold, refunds = _one_day(code, days, amounts, begin)
            if sold >= 0.0:
                if top == left.size:
                    left = np.concatenate((left, np.zeros(top)))
                left[top] = sold
                if top == 0:
                    first[c] = days[begin]
                else:
                    gap = np.log(float(days[begin] - last[c]))
                    change = gap - gap_mean[c]
                    gap_mean[c] += change / top
                    gap_squares[c] += change * (gap - gap_mean[c])
                last[c] = days[begin]
                top += 1
            if refunds:
                refund_rows += refunds
                part = amounts[begin:i]
                unmatched += _net(left, top, -part[part < 0.0].sum())
        orders[c] = top
        if top > 0:
            first_amount[c] = left[0]
            total[c] = left[:top].sum()
    return (orders, first, last), (total, first_amount, gap_mean, gap_squares), refund_rows, unmatched


@kernel
def _outcome(
    code: Ints, days: Ints, amounts: Floats, count: int, start: int, end: int
) -> tuple[Ints, Floats, Ints]:
    orders = np.zeros(count, np.int64)
    total = np.zeros(count)
    first = np.zeros(count, np.int64)
    latest = np.zeros(count, np.int64)
    for i in range(code.size):
        day = days[i]
        if day <= start or day > end:
            continue
        c = code[i]
        total[c] += amounts[i]
        if amounts[i] >= 0.0 and day != latest[c]:
            latest[c] = day
            orders[c] += 1
            if first[c] == 0:
                first[c] = day
    return orders, total, first
