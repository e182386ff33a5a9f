"""What came of contacts, beside comparable customers. Observed, not proven: nobody was chosen by lot.

``WorkResult.data`` holds: ``contacted`` (customers reached last week), ``bought`` (of them, since that day),
``amount`` (minor units, their sales since), ``expected`` (the share of customers of the same tiers, whom
nobody contacted that week, who bought since: the tiers' shares weighted as among the contacted),
``promises_due`` and ``promises_kept`` (this month), ``month_contacted`` and ``month_bought`` (contacted
31–60 days ago; bought within 30 days).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

FEW: Final = 100
"""Under this number of people a difference is shown with the note that they are few."""
TOO_FEW: Final = 10
"""Under this number no comparison is shown."""

Orders = Mapping[int, Sequence[tuple[date, int]]]


def of_week(
    contacted: Mapping[int, date],
    orders: Orders,
    strata: Mapping[int, str],
    baseline: Mapping[str, tuple[int, int]],
) -> dict[str, Any]:
    """The week's figures of one person."""
    bought = [c for c, day in contacted.items() if any(on >= day for on, _ in orders.get(c, ()))]
    amount = sum(value for c in bought for on, value in orders[c] if on >= contacted[c])
    return {
        "contacted": len(contacted),
        "bought": len(bought),
        "amount": amount,
        "expected": expected_share([strata.get(c, "") for c in contacted], baseline),
    }


def expected_share(tiers: Sequence[str], baseline: Mapping[str, tuple[int, int]]) -> float | None:
    """The share one would expect of these people without a contact; None where nothing can be compared."""
    shares = [baseline[t][1] / baseline[t][0] for t in tiers if t in baseline]
    return sum(shares) / len(shares) if shares else None


def bought_within(contacted: Mapping[int, date], orders: Orders, days: int) -> int:
    """How many of the contacted bought within ``days`` days of the contact."""
    return sum(
        any(0 <= (on - day).days <= days for on, _ in orders.get(c, ())) for c, day in contacted.items()
    )
