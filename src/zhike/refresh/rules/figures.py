"""Adding up what runs found, and turning it into the rows that pages draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

Row = dict[str, Any]
Figures = Mapping[str, Sequence[Mapping[str, Any]]]

FLOW_MONTHS: Final = 24
KEYS: Final = {
    "rfm": ("r", "f", "m", "rfm_cell"),
    "tiers": ("tier",),
    "states": ("state",),
    "migration": ("tier_before", "tier"),
    "concentration": ("step",),
    "flow": ("month",),
}
"""What tells the rows of each kind apart; everything else in a row is a number that adds up."""


def add(parts: Iterable[Figures]) -> dict[str, list[Row]]:
    """Add figures of several teams; rows keep the order of their keys."""
    sums: dict[str, dict[tuple[Any, ...], Row]] = {kind: {} for kind in KEYS}
    for part in parts:
        for kind, keys in KEYS.items():
            for row in part.get(kind, ()):
                _add_row(sums[kind], keys, row)
    return {kind: [rows[key] for key in sorted(rows)] for kind, rows in sums.items()}


def _add_row(sums: dict[tuple[Any, ...], Row], keys: tuple[str, ...], row: Mapping[str, Any]) -> None:
    key = tuple(row[name] for name in keys)
    total = sums.get(key)
    if total is None:
        sums[key] = dict(row)
        return
    for name, value in row.items():
        if name not in keys:
            total[name] += value


def flow_rows(rows: Iterable[Mapping[str, Any]], as_of: date, months: int) -> list[Row]:
    """Return the last months' flow from changes by month (see ``monthly_flow``), oldest first.

    new, returned and lost happened in the month; active and lapsing stand at its end (active without that
    month's new and returned).
    """
    changes: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        changes[row["what"]][row["month"]] += row["customers"]
    last = as_of.year * 12 + as_of.month - 1
    begin = min((month for by_month in changes.values() for month in by_month), default=last)
    stands = {"bought": 0, "lapsing": 0}
    found = []
    for month in range(begin, last + 1):
        for what in stands:
            stands[what] += changes[what][month]
        came = {what: changes[what][month] for what in ("new", "returned", "lost")}
        # Who came and went within one month is in "came" without standing at its end.
        active = max(stands["bought"] - came["new"] - came["returned"], 0)
        found.append(
            {
                "month": f"{month // 12}-{month % 12 + 1:02d}",
                **came,
                "active": active,
                "lapsing": stands["lapsing"],
            }
        )
    return found[-months:]


def curve(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Return the concentration curve: shares of customers and value, best first, from (0, 0) to (1, 1).

    Every point is exact; between two, customers are alike to a tenth.
    """
    ordered = sorted(steps, key=lambda row: -row["step"])
    customers, value = sum(row["customers"] for row in ordered), sum(row["value"] for row in ordered)
    if not customers or not value:
        return []
    points = [{"customers": 0.0, "value": 0.0}]
    people = worth = 0
    for row in ordered:
        people, worth = people + row["customers"], worth + row["value"]
        points.append({"customers": people / customers, "value": worth / value})
    return points


def shares(rows: Iterable[Mapping[str, Any]], order: Sequence[str], key: str) -> list[Row]:
    """Return rows in a given order, with share_of_value and share_of_customers (of those who ever bought)."""
    found = {row[key]: row for row in rows}
    value = sum(row["value"] for row in found.values())
    buyers = sum(row["customers"] for name, row in found.items() if name)
    return [
        {
            **found[name],
            "share_of_value": found[name]["value"] / value if value else 0.0,
            "share_of_customers": found[name]["customers"] / buyers if buyers and name else 0.0,
        }
        for name in order
        if name in found
    ]
