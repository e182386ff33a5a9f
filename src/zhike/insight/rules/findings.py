"""Findings: the one sentence above a chart, as a code with figures.

The page renders it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from zhike.values import Text

Row = Mapping[str, Any]
_CLEAR_CHANGE = 0.05


def concentration(tiers: Sequence[Row]) -> Text | None:
    """How much of the value the first tier brings, and how many people that is."""
    first = next((t for t in tiers if t["tier"] == "A"), None)
    if first is None or not first["value"]:
        return None
    return Text("concentration", {"value": first["share_of_value"], "people": first["share_of_customers"]})


def share_at(points: Sequence[Row], people: float) -> float:
    """Return the share of value (0..1) that the most valuable share of customers brings."""
    for before, after in pairwise(points):
        if after["customers"] >= people:
            width = after["customers"] - before["customers"]
            part = (people - before["customers"]) / width if width else 0.0
            return float(before["value"] + part * (after["value"] - before["value"]))
    return 1.0 if points else 0.0


def flow(rows: Sequence[Row]) -> Text | None:
    """Whether more customers slip away than three months before (the last month is not over: left out)."""
    if len(rows) < 5:
        return None
    now, before = rows[-2], rows[-5]
    if not before["lapsing"] or not now["lapsing"]:
        return Text("flow_steady", {"active": now["active"]})
    change = now["lapsing"] / before["lapsing"] - 1
    if change > _CLEAR_CHANGE:
        return Text("flow_more_lapsing", {"change": change})
    if change < -_CLEAR_CHANGE:
        return Text("flow_fewer_lapsing", {"change": -change})
    return Text("flow_steady", {"active": now["active"]})


def migration(rows: Sequence[Row]) -> Text | None:
    """How many customers moved up and down between tiers."""
    order = {tier: n for n, tier in enumerate("ABCD")}
    scored = [r for r in rows if r["from"] in order and r["to"] in order]
    if not scored:
        return None
    up = sum(r["customers"] for r in scored if order[r["to"]] < order[r["from"]])
    down = sum(r["customers"] for r in scored if order[r["to"]] > order[r["from"]])
    return Text("migration", {"up": up, "down": down})


def heat(rfm: Sequence[Row]) -> Text | None:
    """How many good customers (f and m of 4 or 5) have not bought for long (r of 1 or 2)."""
    if not rfm:
        return None
    sleeping = [r for r in rfm if r["r"] <= 2 and r["f"] >= 4 and r["m"] >= 4]
    return Text(
        "heat_sleeping",
        {"people": sum(r["customers"] for r in sleeping), "value": sum(r["value"] for r in sleeping)},
    )


def churn(rows: Sequence[Row]) -> tuple[float, float] | None:
    """Return the share of customers lost in the three months before the last three, and in the last three.

    Lost in a quarter over those who stood (active, new, returned or lapsing) at its beginning; None before
    there are seven whole months. The current month is not over and is left out.
    """
    whole = list(rows[:-1])
    if len(whole) < 7:
        return None
    return _lost_share(whole[-7:-3]), _lost_share(whole[-4:])


def _lost_share(rows: Sequence[Row]) -> float:
    standing = sum(rows[0][name] for name in ("active", "new", "returned", "lapsing"))
    return sum(r["lost"] for r in rows[1:]) / standing if standing else 0.0


def accuracy(card: Row) -> Text | None:
    """How wrong the last backtest was, all customers together."""
    holdout = card.get("holdout")
    if not holdout:
        return None
    chosen = (holdout.get("models") or {}).get(card.get("chosen"))
    if not chosen or chosen.get("bias_pct") is None:
        return None
    return Text("accuracy", {"bias": chosen["bias_pct"] / 100, "days": holdout["days"]})
