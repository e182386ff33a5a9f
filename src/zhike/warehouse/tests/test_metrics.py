"""Metrics against plain Python on random firms."""

import datetime as dt
from collections import defaultdict

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.warehouse import build, metrics, open_warehouse, star

BEGIN = dt.date(2025, 1, 1)
AS_OF = dt.date(2026, 6, 30)

orders = st.lists(
    st.tuples(
        st.integers(0, 6),  # customer, 0: anonymous
        st.integers(0, 600),  # day
        st.sampled_from(["sale", "sale", "sale", "return"]),
        st.integers(0, 10_000),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_warehouse(tmp_path_factory.mktemp("warehouse")) as opened:
        yield opened


def fact_orders(house, rows):
    defaults = {f.name: "" if pa.types.is_string(f.type) else 0 for f in star.FACT_ORDER.schema}
    table = []
    for n, (customer, days, kind, amount) in enumerate(rows):
        signed = amount if kind == "sale" else -amount
        row = {"order_id": n, "customer_id": customer, "day": BEGIN + dt.timedelta(days=days), "kind": kind}
        scope = {"owner_id": customer, "team_id": customer % 2}
        table.append({**defaults, **row, **scope, "amount_minor": signed, "firm_minor": signed})
    return house.memory("o", pa.Table.from_pylist(table, schema=star.FACT_ORDER.schema))


@given(orders)
@settings(max_examples=40, deadline=None)
def test_purchase_days_keep_sales_and_returns_apart(house, rows):
    expected = defaultdict(int)
    for customer, day, kind, amount in rows:
        if customer and (kind == "sale" or amount):
            expected[customer, BEGIN + dt.timedelta(days=day), kind] += amount if kind == "sale" else -amount
    found = house.run(metrics.purchase_days(fact_orders(house, rows))).to_pylist()
    keys = [(r["customer_id"], r["day"], "sale" if r["amount_minor"] >= 0 else "return") for r in found]
    assert dict(zip(keys, (r["amount_minor"] for r in found), strict=True)) == dict(expected)
    assert keys == sorted(keys, key=lambda k: (k[0], k[1], k[2] == "return"))


@given(
    st.lists(
        st.tuples(st.lists(st.integers(-9_999, 99_999), min_size=1, max_size=6), st.floats(0.01, 900)),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_a_foreign_orders_lines_sum_to_its_amount_in_the_firms_currency(house, foreign):
    heads, lines = [], []
    for n, (amounts, rate) in enumerate(foreign):
        total = sum(amounts)
        heads.append(
            {
                "order_id": n,
                "day": BEGIN,
                "kind": "sale",
                "amount_minor": total,
                "firm_minor": round(total * rate),
            }
        )
        lines += [{"order_id": n, "line_no": i, "amount_minor": a} for i, a in enumerate(amounts)]
    defaults = {f.name: "" if pa.types.is_string(f.type) else 0 for f in star.FACT_ORDER.schema}
    head_rows = pa.Table.from_pylist([{**defaults, **h} for h in heads], schema=star.FACT_ORDER.schema)
    line_rows = pa.Table.from_pylist(
        [{"product_id": 1, "quantity_milli": 1, "cost_minor": 0, **line} for line in lines]
    )
    made = build.fact_order_line(house.memory("l", line_rows), house.memory("h", head_rows))
    found = house.run(made.group_by("order_id").agg(s=made.firm_minor.sum(), n=made.count())).to_pylist()
    assert {r["order_id"]: r["s"] for r in found} == {h["order_id"]: h["firm_minor"] for h in heads}
    assert sum(r["n"] for r in found) == len(lines)


def fact_scores(values):
    rows = [
        {
            "run_id": 1,
            "customer_id": n,
            "r": 1,
            "value_12m": v,
            "team_id": n % 3,
            "tier": "A",
            "tier_before": "",
        }
        for n, v in enumerate(values, 1)
    ]
    defaults = {f.name: "" if pa.types.is_string(f.type) else 0 for f in star.FACT_SCORE.schema}
    return pa.Table.from_pylist([{**defaults, **row} for row in rows], schema=star.FACT_SCORE.schema)


def test_last_year_counts_365_days_and_guesses_only_unknown_costs(house):
    defaults = {f.name: "" if pa.types.is_string(f.type) else 0 for f in star.FACT_ORDER_LINE.schema}
    rows = [
        {"customer_id": 1, "day": AS_OF - dt.timedelta(days=364), "firm_minor": 1_000, "cost_minor": 600},
        {"customer_id": 1, "day": AS_OF - dt.timedelta(days=365), "firm_minor": 9_000, "cost_minor": 1},
        {"customer_id": 1, "day": AS_OF, "firm_minor": 500, "cost_minor": 0},
        {"customer_id": 1, "day": AS_OF, "firm_minor": -100, "cost_minor": -60},
        {"customer_id": 2, "day": AS_OF + dt.timedelta(days=1), "firm_minor": 500, "cost_minor": 100},
        {"customer_id": 0, "day": AS_OF, "firm_minor": 500, "cost_minor": 100},
    ]
    lines = house.memory(
        "ly", pa.Table.from_pylist([{**defaults, **r} for r in rows], schema=star.FACT_ORDER_LINE.schema)
    )
    found = house.run(metrics.last_year(lines, AS_OF, 30)).to_pylist()
    assert found == [{"customer_id": 1, "amount_12m": 1_400, "margin_12m": 400 - 40 + 150}]


def test_facts_whose_customer_changed_hands_are_found_and_rescoped(house):
    facts = fact_orders(house, [(1, 1, "sale", 5), (2, 1, "sale", 7), (0, 1, "sale", 9)])
    people = house.memory(
        "people", pa.table({"customer_id": [1, 2], "owner_id": [1, 9], "team_id": [1, 0]}).cast(
            pa.schema([("customer_id", pa.int64()), ("owner_id", pa.int64()), ("team_id", pa.int64())])
        ),
    )  # fmt: skip
    assert house.run(build.out_of_scope(facts, people)).to_pylist() == [{"rows": 1}]
    now = house.run(build.rescoped(facts, people).order_by("order_id")).to_pylist()
    assert [(r["customer_id"], r["owner_id"], r["team_id"]) for r in now] == [(1, 1, 1), (2, 9, 0), (0, 0, 0)]


def test_sales_by_counts_orders_once(house):
    defaults = {f.name: "" if pa.types.is_string(f.type) else 0 for f in star.FACT_ORDER_LINE.schema}
    rows = [
        {"order_id": 1, "channel": "store", "firm_minor": 100, "cost_minor": 60, "customer_id": 1},
        {"order_id": 1, "channel": "store", "firm_minor": 50, "cost_minor": 0, "customer_id": 1},
        {"order_id": 2, "channel": "web", "firm_minor": 70, "cost_minor": 30, "customer_id": 2},
    ]
    lines = house.memory(
        "sb", pa.Table.from_pylist([{**defaults, **r} for r in rows], schema=star.FACT_ORDER_LINE.schema)
    )
    assert house.run(metrics.sales_by(lines, ["channel"])).to_pylist() == [
        {"channel": "store", "orders": 1, "lines": 2, "amount": 150, "margin": 40},
        {"channel": "web", "orders": 1, "lines": 1, "amount": 70, "margin": 40},
    ]
    scores = house.memory("sbs", fact_scores([10, 20]))
    assert house.run(metrics.tier_by(lines, scores, "channel")).to_pylist() == [
        {"tier": "A", "channel": "store", "customers": 1, "amount": 150},
        {"tier": "A", "channel": "web", "customers": 1, "amount": 70},
    ]


def test_expressions_are_written_without_an_engine():
    unbound = ibis.table(ibis.Schema.from_pyarrow(star.FACT_ORDER.schema), name="fact_order")
    assert "GROUP BY" in ibis.to_sql(metrics.purchase_days(unbound), dialect="duckdb")
