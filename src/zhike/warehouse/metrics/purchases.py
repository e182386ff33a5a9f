"""What customers bought when."""

from __future__ import annotations

import datetime as dt

import ibis
from ibis import _

YEAR_DAYS = 365


def purchase_days(orders: ibis.Table) -> ibis.Table:
    """Return customer_id, day, amount_minor: a day's sales as one row, its returns as another (< 0).

    ``orders`` is fact_order. Anonymous sales are left out. Sorted by customer, day, sales first. A sale day
    worth nothing stays (a free order); a return worth nothing does not.
    """
    known = orders.filter(orders.customer_id > 0)
    signed = known.mutate(sale=(known.kind == "sale") & (known.firm_minor >= 0))
    days = signed.group_by("customer_id", "day", "sale").agg(amount_minor=_.firm_minor.sum().cast("int64"))
    kept = days.filter(days.sale | (days.amount_minor < 0))
    return kept.order_by("customer_id", "day", ibis.desc("sale")).select("customer_id", "day", "amount_minor")


def order_counts(orders: ibis.Table, as_of: dt.date) -> ibis.Table:
    """Return orders (sales up to a day) by customer_id, from fact_order."""
    known = orders.filter((_.customer_id > 0) & (_.kind == "sale") & (_.day <= as_of))
    return known.group_by("customer_id").agg(orders=_.count()).order_by("customer_id")


def last_year(lines: ibis.Table, as_of: dt.date, margin_percent: int) -> ibis.Table:
    """Return amount_12m and margin_12m by customer_id: the 365 days that end with ``as_of``, returns netted.

    ``lines`` is fact_order_line. A line whose cost is unknown (0) counts with ``margin_percent`` of its
    amount.
    """
    since = as_of - dt.timedelta(days=YEAR_DAYS)
    recent = lines.filter((_.customer_id > 0) & (_.day > since) & (_.day <= as_of))
    sums = recent.group_by("customer_id").agg(
        amount_12m=_.firm_minor.sum().cast("int64"),
        known=(_.firm_minor - _.cost_minor).sum(where=_.cost_minor != 0).fill_null(0).cast("int64"),
        unknown=_.firm_minor.sum(where=_.cost_minor == 0).fill_null(0).cast("int64"),
    )
    margin = sums.known + (sums.unknown * margin_percent / 100).round().cast("int64")
    return (
        sums.mutate(margin_12m=margin)
        .select("customer_id", "amount_12m", "margin_12m")
        .order_by("customer_id")
    )


def intervals(days: ibis.Table, as_of: dt.date) -> ibis.Table:
    """Return customer_id, day, before, after: purchase days up to ``as_of`` with their neighbours.

    ``days`` is the result of :func:`purchase_days`; ``before`` and ``after`` are NULL at the ends.
    """
    bought = days.filter((_.amount_minor >= 0) & (_.day <= as_of)).select("customer_id", "day")
    order = ibis.window(group_by="customer_id", order_by="day")
    return bought.mutate(before=_.day.lag().over(order), after=_.day.lead().over(order))


def last_contacts(contacts: ibis.Table, as_of: dt.date) -> ibis.Table:
    """Return the last day of contact up to ``as_of`` by customer_id, from fact_interaction."""
    past = contacts.filter(_.day <= as_of)
    return past.group_by("customer_id").agg(day=_.day.max()).order_by("customer_id")
