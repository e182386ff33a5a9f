"""The SQL that the metrics become: a change of ibis or of a metric is seen before it reaches a firm.

Renew the files with ``ZHIKE_RENEW_SNAPSHOTS=1`` and read the difference.
"""

import datetime as dt
import os
from pathlib import Path

import ibis
import pytest

from zhike.warehouse import build, metrics, star

AS_OF = dt.date(2026, 6, 30)
FOLDER = Path(__file__).parent / "sql"


def table(spec, *leave_out):
    whole = ibis.table(ibis.Schema.from_pyarrow(spec.schema), name=spec.name)
    return whole.select(*(name for name in whole.columns if name not in leave_out)) if leave_out else whole


def expressions():
    orders, lines, scores = (table(spec) for spec in (star.FACT_ORDER, star.FACT_ORDER_LINE, star.FACT_SCORE))
    customers = table(star.DIM_CUSTOMER)
    days = metrics.purchase_days(orders)
    limits = ibis.table(
        {"customer_id": "int64", "team_id": "int64", "lapsing_days": "int64", "lost_days": "int64"},
        name="limits",
    )
    raw_lines = table(star.FACT_ORDER_LINE).select(
        "order_id", "line_no", "product_id", "quantity_milli", "amount_minor", "cost_minor"
    )
    return {
        "fact_order": build.fact_order(table(star.FACT_ORDER, "owner_id", "team_id"), customers),
        "fact_order_line": build.fact_order_line(raw_lines, orders),
        "out_of_scope": build.out_of_scope(orders, customers),
        "rescoped": build.rescoped(orders, customers),
        "sums": build.sums(orders, lines),
        "purchase_days": days,
        "last_year": metrics.last_year(lines, AS_OF, 30),
        "order_counts": metrics.order_counts(orders, AS_OF),
        "last_contacts": metrics.last_contacts(table(star.FACT_INTERACTION), AS_OF),
        "monthly_flow": metrics.monthly_flow(metrics.intervals(days, AS_OF), limits, AS_OF),
        "rfm_heat": metrics.rfm_heat(scores),
        "customers_by_tier": metrics.customers_by(scores, "tier"),
        "tier_migration": metrics.tier_migration(scores),
        "concentration": metrics.concentration(scores),
        "sales_by_channel": metrics.sales_by(lines, ["channel"]),
        "tier_by_channel": metrics.tier_by(lines, scores, "channel"),
    }


@pytest.mark.parametrize("name", sorted(expressions()))
def test_duckdb_gets_the_sql_that_was_reviewed(name):
    sql = str(ibis.to_sql(expressions()[name], dialect="duckdb")) + "\n"
    kept = FOLDER / f"{name}.duckdb.sql"
    if os.environ.get("ZHIKE_RENEW_SNAPSHOTS"):
        kept.write_text(sql, encoding="utf-8")
    assert sql == kept.read_text(encoding="utf-8")


def test_every_kept_statement_is_still_made():
    assert {path.name.removesuffix(".duckdb.sql") for path in FOLDER.glob("*.sql")} == set(expressions())
