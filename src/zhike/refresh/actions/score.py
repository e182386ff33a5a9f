"""The second half of a turn: purchases to scores, one row a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhike.analytics import BASES, RFM_CELLS, TIERS, ScoreResult, score_customers
from zhike.core.settings_store import Firm
from zhike.refresh.actions.baseline import Baseline
from zhike.refresh.actions.purchases import EPOCH, Ints, Purchases, spread
from zhike.refresh.rules.settings import FirmScoring
from zhike.refresh.rules.states import STATES, Limits, limits, states
from zhike.values.money import minor_digits
from zhike.warehouse import Warehouse, metrics

NO_FIRST: Final = date(9999, 12, 31).toordinal()
NO_LAST: Final = date(1900, 1, 1).toordinal()
_MOST: Final = 2.0**62
_TIERS: Final = (*TIERS, "")


@dataclass(frozen=True)
class Scored:
    """The scores of a run: ``rows`` are score rows (all but run_id), ordered by customer id."""

    rows: pa.Table
    result: ScoreResult
    limits: Limits
    tier_before: pa.Array


def score(
    purchases: Purchases, baseline: Baseline, *, as_of: date, firm: Firm, scoring: FirmScoring
) -> ScoreResult:
    """Score every customer as of a day."""
    return score_customers(
        purchases.customer,
        purchases.day,
        purchases.minor / 10.0 ** minor_digits(firm.currency),
        as_of=as_of,
        customers=purchases.ids.size,
        previous_tier=baseline.tier,
        previous_proposal=baseline.proposal,
        settings=scoring.for_analytics(),
    )


def assemble(
    warehouse: Warehouse,
    customers: pa.Table,
    purchases: Purchases,
    baseline: Baseline,
    result: ScoreResult,
    *,
    as_of: date,
    firm: Firm,
) -> Scored:
    """Put the score rows together: what was found, beside what is simply counted."""
    unit = 10.0 ** minor_digits(firm.currency)
    gap = np.where(
        result.orders > 1, (result.last_day - result.first_day) / np.maximum(result.orders - 1, 1), 0.0
    )
    columns: dict[str, Any] = {
        "customer_id": purchases.ids,
        "owner_id": _or_null(customers["owner_id"]),
        "team_id": _or_null(customers["team_id"]),
        "name_key": customers["name_key"],
        **_standing(purchases, result, gap, as_of),
        **_counted(warehouse, purchases, as_of, firm),
        **_expected(result, unit),
        **_chances(result, baseline),
    }
    before = _words(np.where(baseline.tier >= 0, baseline.tier, len(TIERS)), _TIERS)
    return Scored(pa.table(columns), result, limits(gap), before)


def _standing(
    purchases: Purchases, result: ScoreResult, gap: NDArray[np.float64], as_of: date
) -> dict[str, Any]:
    bought = result.orders > 0
    state = states(
        days=result.orders.astype(np.int64),
        first=result.first_day.astype(np.int64),
        last=result.last_day.astype(np.int64),
        before=purchases.last_but_one(),
        mean_gap=gap,
        as_of=as_of.toordinal(),
    )
    return {
        "tier": _words(np.where(bought, result.tier, len(TIERS)), _TIERS),
        "tier_pending": _words(np.where(bought, result.tier_proposal, len(TIERS)), _TIERS),
        "r": result.r.astype(np.int64),
        "f": result.f.astype(np.int64),
        "m": result.m.astype(np.int64),
        "rfm_cell": _words(
            np.where(result.rfm_cell >= 0, result.rfm_cell, len(RFM_CELLS)),
            [*(cell.code for cell in RFM_CELLS), ""],
        ),
        "state": _words(state, STATES),
        "basis": _words(result.basis, BASES),
        "first_purchase": _dates(result.first_day, NO_FIRST),
        "last_purchase": _dates(result.last_day, NO_LAST),
        "mean_gap_days": gap,
    }


def _counted(warehouse: Warehouse, purchases: Purchases, as_of: date, firm: Firm) -> dict[str, Any]:
    ids = purchases.ids
    year = warehouse.run(metrics.last_year(warehouse.table("fact_order_line"), as_of, firm.margin_percent))
    counts = warehouse.run(metrics.order_counts(warehouse.table("fact_order"), as_of))
    contacts = warehouse.run(metrics.last_contacts(warehouse.table("fact_interaction"), as_of))
    return {
        "orders": spread(counts, "orders", ids),
        "amount_total": purchases.totals(),
        "amount_12m": spread(year, "amount_12m", ids),
        "margin_12m": spread(year, "margin_12m", ids),
        "last_contact": _dates(spread(contacts, "day", ids), NO_LAST),
    }


def _expected(result: ScoreResult, unit: float) -> dict[str, Any]:
    return {
        "value_12m": _minor(result.value, unit),
        "value_low": _minor(result.value_low, unit),
        "value_high": _minor(result.value_high, unit),
        "expected_orders_12m": result.expected_orders,
        "expected_spend": _minor(result.expected_spend, unit),
        "next_purchase": _dates(result.next_day, NO_FIRST),
        "next_low": _dates(result.next_low, NO_FIRST),
        "next_high": _dates(result.next_high, NO_FIRST),
    }


def _chances(result: ScoreResult, baseline: Baseline) -> dict[str, Any]:
    risk = np.nan_to_num(result.risk, nan=0.0)
    return {
        "p_alive": np.nan_to_num(result.p_alive, nan=0.0),
        "risk": risk,
        "risk_before": np.where(np.isfinite(baseline.risk), baseline.risk, risk),
    }


def _words(codes: NDArray[Any], words: Sequence[str]) -> pa.Array:
    """Return the words at these places."""
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(words, pa.string())
    ).dictionary_decode()


def _dates(days: NDArray[Any], none: int) -> pa.Array:
    """Return ordinals as dates, 0 as ``none``."""
    return pa.array((np.where(days > 0, days, none) - EPOCH).astype(np.int32)).cast(pa.date32())


def _minor(amounts: NDArray[np.float64], unit: float) -> Ints:
    return np.rint(np.clip(amounts * unit, -_MOST, _MOST)).astype(np.int64)


def _or_null(keys: pa.ChunkedArray) -> pa.Array:
    numbers = keys.to_numpy()
    return pa.array(numbers, mask=numbers == 0)
