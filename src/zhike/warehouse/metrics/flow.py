"""How customers come, stay, fade, go and return, month by month."""

from __future__ import annotations

import datetime as dt
from functools import reduce

import ibis
from ibis import _

EVENTS = ("new", "returned", "lost")
STANDS = ("bought", "lapsing")


def monthly_flow(intervals: ibis.Table, limits: ibis.Table, as_of: dt.date) -> ibis.Table:
    """Return team_id, month (months since year 0), what, customers: changes by month, never stands.

    ``intervals`` is from :func:`~zhike.warehouse.metrics.intervals`; ``limits`` has customer_id, team_id,
    lapsing_days and lost_days: after how many days without a purchase this customer counts as lapsing, as
    lost. ``what`` is new (first purchase), returned (purchase after more than lost_days), lost (passed
    lost_days), and bought / lapsing: the net change of the number of customers within their rhythm /
    lapsing; the running sum up to a month is how many stand there at its end. Days after ``as_of`` do not
    happen.
    """
    rows = intervals.inner_join(limits, "customer_id")
    end = rows.day + rows.lapsing_days.as_interval("D")
    gone = rows.day + rows.lost_days.as_interval("D")
    open_end = rows.after.fill_null(ibis.date(dt.date(9999, 1, 1)))
    rows = rows.mutate(
        fades=ibis.least(open_end, (end + ibis.interval(days=1)).cast("date")),
        goes=ibis.least(open_end, (gone + ibis.interval(days=1)).cast("date")),
        next_day=open_end,
    )
    away = rows.day.delta(rows.before, unit="day")
    events = [
        _happened(rows.filter(rows.before.isnull()), "day", "new", 1, as_of),
        _happened(rows.filter(away > rows.lost_days), "day", "returned", 1, as_of),
        _happened(rows.filter(rows.goes < rows.next_day), "goes", "lost", 1, as_of),
        _happened(rows, "day", "bought", 1, as_of),
        _happened(rows, "fades", "bought", -1, as_of),
        _happened(rows.filter(rows.fades < rows.next_day), "fades", "lapsing", 1, as_of),
        _happened(rows.filter(rows.fades < rows.next_day), "goes", "lapsing", -1, as_of),
    ]
    summed = reduce(lambda left, right: left.union(right), events)
    total = summed.group_by("team_id", "month", "what").agg(customers=_.customers.sum().cast("int64"))
    return total.order_by("team_id", "month", "what")


def _happened(rows: ibis.Table, day: str, what: str, sign: int, as_of: dt.date) -> ibis.Table:
    """Count by month what happened on the days in a column."""
    real = rows.filter(rows[day] <= as_of)
    month = (real[day].year().cast("int64") * 12 + real[day].month().cast("int64") - 1).name("month")
    counted = real.group_by("team_id", month).agg(customers=(_.count() * sign).cast("int64"))
    return counted.mutate(what=ibis.literal(what)).select("team_id", "month", "what", "customers")
