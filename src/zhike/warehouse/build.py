"""From the rows the slices give to the facts of the star schema, as expressions.

``orders`` has order_id, customer_id, day, kind, channel, place_id, seller_id, currency, amount_minor,
firm_minor, line_count; ``lines`` has order_id, line_no, product_id, quantity_milli, amount_minor,
cost_minor; ``contacts`` has interaction_id, customer_id, day, channel, direction, content_kind, outcome,
minutes, cost_minor, staff_id; ``customers`` is dim_customer. Missing keys (NULL) become 0.
"""

from __future__ import annotations

import datetime as dt

import ibis
import pyarrow as pa
from ibis import _

from zhike.warehouse import star

_SCOPE = ("owner_id", "team_id")
_WIDE = "decimal(38, 0)"


def fact_order(orders: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """Return orders with the scope of their customer."""
    known = orders.mutate(
        customer_id=orders.customer_id.fill_null(0),
        place_id=orders.place_id.fill_null(0),
        seller_id=orders.seller_id.fill_null(0),
    )
    return _in_order(_scoped(known, customers), star.FACT_ORDER)


def fact_order_line(lines: ibis.Table, orders: ibis.Table) -> ibis.Table:
    """Return lines with what they take from their order (a fact_order); amounts in the firm's currency too.

    A foreign order's amount is shared among its lines by cumulative rounding, so that the lines sum to it
    exactly.
    """
    firm = orders.select(
        "order_id", "customer_id", "day", "kind", "channel", "place_id", "seller_id", *_SCOPE,
        order_minor="amount_minor", order_firm="firm_minor",
    )  # fmt: skip
    joined = lines.inner_join(firm, "order_id")
    same = joined.filter(_.order_minor == _.order_firm).mutate(firm_minor=_.amount_minor)
    other = joined.filter(_.order_minor != _.order_firm)
    up_to = ibis.cumulative_window(group_by="order_id", order_by="line_no")
    running = other.mutate(after=_.amount_minor.sum().over(up_to).cast(_WIDE))
    shared = running.mutate(
        firm_minor=_share(running.after, running)
        - _share(running.after - running.amount_minor.cast(_WIDE), running)
    ).drop("after")
    return _in_order(same.union(shared), star.FACT_ORDER_LINE)


def _share(part: ibis.expr.types.Value, rows: ibis.Table) -> ibis.expr.types.Value:
    """Return the share of the order's firm amount that the first lines, worth ``part``, have together.

    Doubles are exact enough: amounts stay below 2**53, so the share of all lines rounds to the whole amount.
    """
    ratio = (
        part.cast("float64") * rows.order_firm.cast("float64") / rows.order_minor.nullif(0).cast("float64")
    )
    return ratio.round().cast("int64").fill_null(0)


def fact_interaction(contacts: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """Return contacts with the scope of their customer."""
    known = contacts.mutate(staff_id=contacts.staff_id.fill_null(0))
    return _in_order(_scoped(known, customers), star.FACT_INTERACTION)


def rescoped(facts: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """Return facts with owner and team as they are now."""
    unscoped = facts.select(*(name for name in facts.columns if name not in _SCOPE))
    return _scoped(unscoped, customers).select(*facts.columns)


def out_of_scope(facts: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """Count facts whose owner or team is no longer the customer's: one row, column ``rows``."""
    now = customers.select("customer_id", owner_now="owner_id", team_now="team_id")
    joined = facts.inner_join(now, "customer_id")
    return joined.filter((_.owner_id != _.owner_now) | (_.team_id != _.team_now)).agg(rows=_.count())


def sums(orders: ibis.Table, lines: ibis.Table) -> ibis.Table:
    """Return what must equal the operational tables: one row of orders, lines, amounts and cost."""
    by_order = orders.agg(orders=_.count(), firm_minor=_whole(orders.firm_minor.sum()))
    by_line = lines.agg(
        lines=_.count(),
        amount_minor=_whole(lines.amount_minor.sum()),
        line_firm_minor=_whole(lines.firm_minor.sum()),
        cost_minor=_whole(lines.cost_minor.sum()),
    )
    return by_order.cross_join(by_line)


def dim_channel(orders: ibis.Table, contacts: ibis.Table) -> ibis.Table:
    """Return the channels in use."""
    return orders.select("channel").union(contacts.select("channel"), distinct=True).order_by("channel")


def dim_date(first: dt.date, last: dt.date) -> pa.Table:
    """Return the calendar of all days from ``first`` to ``last``, both included."""
    days = [dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    return pa.Table.from_pydict(
        {
            "day": days,
            "year": [d.year for d in days],
            "quarter": [(d.month + 2) // 3 for d in days],
            "month": [d.month for d in days],
            "year_month": [f"{d:%Y-%m}" for d in days],
            "iso_week": [d.isocalendar().week for d in days],
            "weekday": [d.isoweekday() for d in days],
        },
        schema=star.DIM_DATE.schema,
    )


def _scoped(facts: ibis.Table, customers: ibis.Table) -> ibis.Table:
    scope = customers.select("customer_id", *_SCOPE)
    joined = facts.left_join(scope, "customer_id").drop("customer_id_right")
    return joined.mutate(owner_id=_.owner_id.fill_null(0), team_id=_.team_id.fill_null(0))


def _in_order(rows: ibis.Table, table: star.Table) -> ibis.Table:
    return rows.select(*(column.name for column in table.columns))


def _whole(total: ibis.expr.types.Value) -> ibis.expr.types.Value:
    return total.fill_null(0).cast("int64")
