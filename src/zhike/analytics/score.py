"""Everything a firm's refresh wants to know about its customers, in one call.

`score_customers` takes transactions as arrays and gives arrays: RFM, value, risk, next purchase, tiers, and a
model card that says what they rest on and how wrong they would have been.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.analytics import checks
from zhike.analytics.backtest import Holdout, backtest
from zhike.analytics.card import model_card
from zhike.analytics.catalogue import MODELS, buying_model
from zhike.analytics.rfm import RFM, RFMScores
from zhike.analytics.rule import PastRate
from zhike.analytics.settings import ScoreSettings
from zhike.analytics.summary import Summary, Transactions
from zhike.analytics.tiers import assign_tiers
from zhike.analytics.timing import PurchaseTiming
from zhike.analytics.value import Forecast, fit_spend, forecast, is_thin, risk

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from zhike.analytics.buying import BuyingModel
    from zhike.analytics.checks import Floats, Ints
    from zhike.analytics.gammagamma import GammaGamma

    Codes = NDArray[np.int8]

BASES = ("none", "one_purchase", "little_history", "own_history", "rule")
"""What a customer's value and risk rest on; `ScoreResult.basis` points into this tuple."""

_FROM_SUMMARY = (
    "as_of", "orders", "frequency", "recency", "T", "monetary", "amount", "first_day", "last_day"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """Scores of every customer; arrays of equal length, in the order of the customers' indices.

    Customers without a purchase have 0 (nan for p_alive and risk, -1 for rfm_cell, the last tier).
    orders: purchase days; frequency, recency, T, monetary: see `Summary` (weeks); amount: net spending;
    r, f, m: 1 … bins; rfm_cell: place in RFM_CELLS; p_alive; risk: P(no purchase in risk_days);
    expected_orders: in horizon_days; expected_spend: amount of a purchase; value: discounted, times margin,
    with its 80 % interval; tier and tier_proposal: places in TIERS; next_day with its 80 % interval: day
    numbers, 0 = none; next_basis: place in NEXT_BASES; basis: place in BASES; seconds: by step (compilation
    is in them unless `compile_kernels` was called before); card: the model card.
    """

    as_of: int
    orders: Ints
    frequency: Floats
    recency: Floats
    T: Floats
    monetary: Floats
    amount: Floats
    first_day: Ints
    last_day: Ints
    r: Codes
    f: Codes
    m: Codes
    rfm_cell: Codes
    p_alive: Floats
    risk: Floats
    expected_orders: Floats
    expected_spend: Floats
    value: Floats
    value_low: Floats
    value_high: Floats
    tier: Codes
    tier_proposal: Codes
    next_day: Ints
    next_low: Ints
    next_high: Ints
    next_basis: Codes
    basis: Codes
    seconds: dict[str, float]
    card: dict[str, Any]


def score_customers(
    customer: ArrayLike,
    day: Any,
    amount: ArrayLike,
    *,
    as_of: dt.date | int | None = None,
    customers: int | None = None,
    previous_tier: ArrayLike | None = None,
    previous_proposal: ArrayLike | None = None,
    settings: ScoreSettings | None = None,
) -> ScoreResult:
    """Score customers 0 … customers-1 from their transactions.

    customer: index of the customer of each row; day: dates or day numbers (`date.toordinal()`); amount: > 0
    a sale, < 0 a refund, 0 a free order. Rows in any order, any number a day; sorted by customer and day is
    fastest. Give sales and refunds of a day as two rows: one net number would hide a sale behind a refund.
    Rows after as_of (default: the last day) are ignored. previous_tier, previous_proposal: `tier` and
    `tier_proposal` of the last run (-1 = none). Deterministic; reads and writes nothing.
    Raises ValueError that names the argument and the first bad position.
    """
    settings = settings or ScoreSettings()
    for name in settings.models:
        buying_model(name)
    watch = _Watch()
    end, rows = watch("summary", lambda: _rows(customer, day, amount, as_of, customers))
    summary = watch("summary", lambda: rows.summary(end))
    lines = np.flatnonzero(summary.orders > 0)
    buyers = summary.take(lines)
    rfm = watch("rfm", lambda: _rfm(buyers, settings))
    holdout = watch("backtest", lambda: _backtest(rows, end, settings))
    models, spend = watch("value", lambda: _fit(buyers, settings))
    chosen = _choose(models, holdout, buyers)
    predicted = watch("value", lambda: forecast(buyers, chosen, spend, settings))
    alive, risks = watch("risk", lambda: risk(buyers, chosen, settings))
    coming = watch("next_purchase", lambda: PurchaseTiming().fit(buyers).predict(buyers))
    tiers = watch(
        "tiers",
        lambda: assign_tiers(
            _spread(lines, predicted.value, summary.orders.size),
            previous_tier,
            previous_proposal,
            settings.tier_rule,
        ),
    )
    card = model_card(buyers, settings, models, chosen.name, spend, holdout, predicted, tiers)

    def everyone(values: NDArray[Any], empty: float = 0) -> Any:
        return _spread(lines, values, summary.orders.size, empty)

    return ScoreResult(
        **{name: getattr(summary, name) for name in _FROM_SUMMARY},
        **{name: everyone(getattr(predicted, name)) for name in Forecast.__dataclass_fields__},
        r=everyone(rfm.r),
        f=everyone(rfm.f),
        m=everyone(rfm.m),
        rfm_cell=everyone(rfm.cell, -1),
        p_alive=everyone(alive, np.nan),
        risk=everyone(risks, np.nan),
        tier=tiers.tier,
        tier_proposal=tiers.proposal,
        next_day=everyone(coming.day),
        next_low=everyone(coming.low),
        next_high=everyone(coming.high),
        next_basis=everyone(coming.basis),
        basis=everyone(_bases(buyers, chosen)),
        seconds=watch.seconds(),
        card=card,
    )


def _rows(
    customer: ArrayLike, day: Any, amount: ArrayLike, as_of: dt.date | int | None, customers: int | None
) -> tuple[int, Transactions]:
    days = checks.day_numbers("day", day)
    amounts = checks.finite("amount", amount, length=days.size)
    code = checks.indices("customer", customer, customers, length=days.size)
    count = customers if customers is not None else int(code.max(initial=-1)) + 1
    end = int(days.max(initial=1)) if as_of is None else checks.day_number("as_of", as_of)
    rows = Transactions.sort(code, days, amounts, count)
    return end, rows.until(end)


def _rfm(buyers: Summary, settings: ScoreSettings) -> RFMScores:
    return RFM(settings.rfm_bins).score(buyers.recency_days, buyers.orders, buyers.amount)


def _backtest(rows: Transactions, end: int, settings: ScoreSettings) -> Holdout | None:
    return backtest(rows, end, settings.holdout_days, settings.models) if settings.holdout_days else None


def _fit(buyers: Summary, settings: ScoreSettings) -> tuple[dict[str, BuyingModel], GammaGamma | None]:
    if is_thin(buyers):
        return {}, None
    history = (buyers.frequency, buyers.recency, buyers.T)
    return {name: buying_model(name).fit(*history) for name in settings.models}, fit_spend(buyers)


def _choose(
    models: dict[str, BuyingModel], holdout: Holdout | None, buyers: Summary
) -> BuyingModel | PastRate:
    """The best in the backtest, else the likeliest; the plain rule when nothing converged."""
    usable = {name: model for name, model in models.items() if model.converged_}
    if not usable:
        return PastRate().fit(buyers.frequency, buyers.recency, buyers.T)
    if holdout is not None and all(name in holdout.models for name in usable):
        return usable[holdout.best_of(usable)]
    return usable[max(usable, key=lambda name: usable[name].log_likelihood_)]


def _bases(buyers: Summary, chosen: BuyingModel | PastRate) -> Codes:
    if chosen.name not in MODELS:
        return np.full(buyers.orders.size, BASES.index("rule"), dtype=np.int8)
    return np.minimum(buyers.orders, BASES.index("own_history")).astype(np.int8)


def _spread(lines: Ints, values: NDArray[Any], size: int, empty: float = 0) -> NDArray[Any]:
    """Values of the buyers among all customers."""
    result = np.full(size, empty, dtype=values.dtype)
    result[lines] = values
    return result


class _Watch:
    """Adds up the seconds of named steps."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._steps: dict[str, float] = {}

    def __call__(self, name: str, step: Callable[[], Any]) -> Any:
        begin = time.perf_counter()
        result = step()
        self._steps[name] = self._steps.get(name, 0.0) + time.perf_counter() - begin
        return result

    def seconds(self) -> dict[str, float]:
        return {**self._steps, "total": time.perf_counter() - self._start}
