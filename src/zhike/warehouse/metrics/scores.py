"""What the scores of a run look like from above. ``scores`` is fact_score of one run."""

from __future__ import annotations

import ibis
from ibis import _

BINS_PER_DECADE = 24
"""Steps of the value axis of :func:`concentration`: each a tenth larger than the one before."""


def rfm_heat(scores: ibis.Table) -> ibis.Table:
    """Return customers, amount and value by team_id, r, f, m and rfm_cell, of those who bought."""
    grouped = scores.filter(scores.r > 0).group_by("team_id", "r", "f", "m", "rfm_cell")
    return grouped.agg(
        customers=_.count(),
        amount=_sum(_.amount_total),
        amount_12m=_sum(_.amount_12m),
        value=_sum(_.value_12m),
    ).order_by("team_id", "r", "f", "m")


def customers_by(scores: ibis.Table, column: str) -> ibis.Table:
    """Return customers, value, amount_12m and margin_12m by team_id and one column (tier, state …)."""
    grouped = scores.group_by("team_id", column)
    return grouped.agg(
        customers=_.count(),
        value=_sum(_.value_12m),
        amount_12m=_sum(_.amount_12m),
        margin_12m=_sum(_.margin_12m),
    ).order_by("team_id", column)


def tier_migration(scores: ibis.Table) -> ibis.Table:
    """Return customers by team_id, tier_before and tier."""
    return (
        scores.group_by("team_id", "tier_before", "tier")
        .agg(customers=_.count())
        .order_by("team_id", "tier_before", "tier")
    )


def concentration(scores: ibis.Table) -> ibis.Table:
    """Return customers and value by team_id and step of value, of those who bought; the largest step first.

    ``step`` is floor(log10(value) × 24), -1 for less than one minor unit. Added up from the top, the
    steps are exact points of the concentration curve, and steps of several teams may be added.
    """
    buyers = scores.filter(scores.r > 0)
    log = ibis.greatest(buyers.value_12m, 1).cast("float64").log10() * BINS_PER_DECADE
    stepped = buyers.mutate(step=ibis.ifelse(buyers.value_12m > 0, log.floor().cast("int64"), -1))
    grouped = stepped.group_by("team_id", "step")
    return grouped.agg(customers=_.count(), value=_sum(_.value_12m)).order_by("team_id", ibis.desc("step"))


def _sum(column: ibis.expr.types.Value) -> ibis.expr.types.Value:
    return column.sum().fill_null(0).cast("int64")
