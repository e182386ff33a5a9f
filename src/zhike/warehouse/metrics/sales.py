"""Sales by anything: the cube under the findings."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis import _


def sales_by(lines: ibis.Table, columns: Sequence[str]) -> ibis.Table:
    """Return orders, lines, amount and margin (of lines with known cost) by columns of fact_order_line."""
    grouped = lines.group_by(*columns)
    return grouped.agg(
        orders=_.order_id.nunique(),
        lines=_.count(),
        amount=_sum(_.firm_minor),
        margin=(_.firm_minor - _.cost_minor).sum(where=_.cost_minor != 0).fill_null(0).cast("int64"),
    ).order_by(*columns)


def tier_by(lines: ibis.Table, scores: ibis.Table, column: str) -> ibis.Table:
    """Return amount and customers by tier and a column of fact_order_line (channel, product_id …)."""
    tiers = scores.select("customer_id", "tier")
    joined = lines.inner_join(tiers, "customer_id")
    grouped = joined.group_by("tier", column)
    return grouped.agg(customers=_.customer_id.nunique(), amount=_sum(_.firm_minor)).order_by("tier", column)


def _sum(column: ibis.expr.types.Value) -> ibis.expr.types.Value:
    return column.sum().fill_null(0).cast("int64")
