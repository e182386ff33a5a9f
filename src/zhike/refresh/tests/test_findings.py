"""The findings' arithmetic against plain Python on random firms."""

import datetime as dt
from collections import Counter, defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.refresh.rules.figures import add, curve, flow_rows
from zhike.warehouse import metrics
from zhike.warehouse.tests.test_metrics import AS_OF, BEGIN, fact_orders, fact_scores, house, orders

__all__ = ["house"]


@given(orders, st.integers(45, 90), st.integers(100, 200))
@settings(max_examples=40, deadline=None)
def test_monthly_flow_is_what_a_calendar_walk_finds(house, rows, lapsing, lost):
    days = metrics.intervals(metrics.purchase_days(fact_orders(house, rows)), AS_OF)
    ids = sorted({c for c, *_ in rows if c})
    limits = house.memory(
        "limits",
        pa.table(
            {
                "customer_id": pa.array(ids, pa.int64()),
                "team_id": pa.array([0] * len(ids), pa.int64()),
                "lapsing_days": pa.array([lapsing] * len(ids), pa.int64()),
                "lost_days": pa.array([lost] * len(ids), pa.int64()),
            }
        ),
    )
    found = flow_rows(house.run(metrics.monthly_flow(days, limits, AS_OF)).to_pylist(), AS_OF, 100)
    expected = walk(rows, lapsing, lost)
    for row in found:
        month = row.pop("month")
        assert row == {what: expected[month][what] for what in row}, month
    shown = {row for row in expected if any(expected[row].values())}
    assert not found or len(found) >= len(shown)


def walk(rows, lapsing, lost):  # noqa: C901 - a plain walk, so that it is plainly right
    """Look at every customer on every day."""
    bought = defaultdict(set)
    for customer, day, kind, _ in rows:
        if customer and kind == "sale" and BEGIN + dt.timedelta(days=day) <= AS_OF:
            bought[customer].add(BEGIN + dt.timedelta(days=day))
    result = defaultdict(Counter)
    for days in bought.values():
        last = None
        for n in range((AS_OF - BEGIN).days + 1):
            today = BEGIN + dt.timedelta(days=n)
            count = result[f"{today:%Y-%m}"]
            if today in days:
                if last is None:
                    count["new"] += 1
                elif (today - last).days > lost:
                    count["returned"] += 1
                last = today
            if last and (today - last).days == lost + 1:
                count["lost"] += 1
            if last and ((today + dt.timedelta(days=1)).month != today.month or today == AS_OF):
                away = (today - last).days
                count["active"] += away <= lapsing
                count["lapsing"] += lapsing < away <= lost
    for count in result.values():
        count["active"] -= count["new"] + count["returned"]
    return result


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_every_point_of_the_concentration_curve_is_exact(house, values):
    scores = house.memory("s", fact_scores(values))
    rows = house.run(metrics.concentration(scores)).to_pylist()
    teams = defaultdict(list)
    for row in rows:
        teams[row.pop("team_id")].append(row)
    points = curve(add({"concentration": rows} for rows in teams.values())["concentration"])
    total = sum(values)
    if not total:
        assert points == []
        return
    best = sorted(values, reverse=True)
    for point in points:
        n = round(point["customers"] * len(values))
        assert point["value"] == pytest.approx(sum(best[:n]) / total, abs=1e-12)
    assert points[0] == {"customers": 0.0, "value": 0.0}
    assert points[-1] == {"customers": 1.0, "value": 1.0}
