"""The model card: what the scores rest on, how wrong they would have been, and what not to trust.

Everything is JSON-ready; caveats are codes with parameters, for the reader's language.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.analytics import metrics
from zhike.analytics.backtest import without_nan
from zhike.analytics.catalogue import MODELS
from zhike.analytics.value import is_thin

if TYPE_CHECKING:
    from zhike.analytics.backtest import Holdout
    from zhike.analytics.buying import BuyingModel
    from zhike.analytics.gammagamma import GammaGamma
    from zhike.analytics.settings import ScoreSettings
    from zhike.analytics.summary import Summary
    from zhike.analytics.tiers import TierResult
    from zhike.analytics.value import Forecast

SHORT_HISTORY_DAYS = 180
FEW_HOLDOUT_ORDERS = 30
LARGE_BIAS_PCT = 20.0
COVERAGE_RANGE = (0.70, 0.90)
STRONG_CORRELATION = 0.30
YOUNG_WEEKS = 8.0
MANY_YOUNG = 0.30
"""From which values on the card warns."""

Caveat = dict[str, Any]


def model_card(
    buyers: Summary,
    settings: ScoreSettings,
    models: dict[str, BuyingModel],
    chosen: str,
    spend: GammaGamma | None,
    holdout: Holdout | None,
    predicted: Forecast,
    tiers: TierResult,
) -> dict[str, Any]:
    """Put the card together (buyers: the lines with at least one purchase)."""
    fitted: dict[str, Any] = {name: describe(model) for name, model in models.items()}
    if spend is not None:
        fitted[spend.name] = describe(spend)
    card = {
        "as_of": date_of(buyers.as_of),
        "data": _data(buyers),
        "settings": asdict(settings),
        "models": fitted,
        "chosen": chosen,
        "fallback": _fallback(buyers, chosen),
        "spend": "gamma_gamma" if spend is not None else "mean",
        "holdout": holdout.as_dict() if holdout is not None else None,
        "totals": _totals(predicted),
        "tier_boundaries": [value if np.isfinite(value) else None for value in tiers.boundaries.tolist()],
        "caveats": _caveats(buyers, settings, models, chosen, spend, holdout),
    }
    plain: dict[str, Any] = without_nan(card)
    return plain


def describe(model: BuyingModel | GammaGamma) -> dict[str, Any]:
    """Learnt values of a model, as in the JSON of `zhike analyze`."""
    result: dict[str, Any] = without_nan(
        {
            "params": model.params_,
            "standard_errors": model.standard_errors_,
            "log_likelihood": model.log_likelihood_,
            "converged": model.converged_,
            "customers": int(model.customers_),
            "seconds": model.seconds_,
        }
    )
    return result


def date_of(day: int) -> str | None:
    """ISO date of a day number; None for 0 (no day)."""
    return dt.date.fromordinal(int(day)).isoformat() if day > 0 else None


def _data(buyers: Summary) -> dict[str, Any]:
    first = int(buyers.first_day.min()) if buyers.first_day.size else 0
    last = int(buyers.last_day.max()) if buyers.last_day.size else 0
    return {
        "rows": buyers.rows,
        "customers": int(buyers.orders.size),
        "repeat_customers": int((buyers.orders > 1).sum()),
        "orders": int(buyers.orders.sum()),
        "amount": float(buyers.amount.sum()),
        "refund_rows": buyers.refund_rows,
        "unmatched_refunds": buyers.unmatched_refunds,
        "first": date_of(first),
        "last": date_of(last),
    }


def _totals(predicted: Forecast) -> dict[str, float]:
    """What is expected of all customers together; single errors partly cancel, so the interval is narrow.

    The 80 % interval takes customers as independent: it leaves out that the model or the times may change.
    """
    width = (predicted.value_high - predicted.value_low) / (2 * 1.2816)
    half = 1.2816 * float(np.sqrt(np.sum(width**2)))
    total = float(predicted.value.sum())
    return {
        "value": total,
        "value_low": max(0.0, total - half),
        "value_high": total + half,
        "expected_orders": float(predicted.expected_orders.sum()),
    }


def _fallback(buyers: Summary, chosen: str) -> str | None:
    if chosen in MODELS:
        return None
    return "thin_data" if is_thin(buyers) else "not_converged"


def _caveats(
    buyers: Summary,
    settings: ScoreSettings,
    models: dict[str, BuyingModel],
    chosen: str,
    spend: GammaGamma | None,
    holdout: Holdout | None,
) -> list[Caveat]:
    found = _about_data(buyers)
    found += [_caveat("not_converged", model=name) for name, m in models.items() if not m.converged_]
    if len(settings.models) == 1 and chosen in MODELS:
        found.append(_caveat("single_model", model=chosen))
    if spend is not None:
        found += _about_spend(buyers)
    elif models:
        found.append(_caveat("spend_by_mean"))
    return found + (_about_holdout(holdout) if holdout is not None else [_caveat("no_backtest")])


def _about_data(buyers: Summary) -> list[Caveat]:
    customers, repeats = int(buyers.orders.size), int((buyers.orders > 1).sum())
    if customers == 0:
        return [_caveat("no_purchases")]
    found = []
    days = buyers.as_of - int(buyers.first_day.min())
    if is_thin(buyers):
        found.append(_caveat("thin_data", customers=customers, repeat_customers=repeats))
    if repeats == 0:
        found.append(_caveat("no_repeat"))
    if days < SHORT_HISTORY_DAYS:
        found.append(_caveat("short_history", days=days))
    young = float((buyers.T < YOUNG_WEEKS).mean())
    if young > MANY_YOUNG:
        found.append(_caveat("young_customers", share=young))
    if buyers.unmatched_refunds > 0:
        found.append(_caveat("refunds_unmatched", amount=buyers.unmatched_refunds))
    return found


def _about_spend(buyers: Summary) -> list[Caveat]:
    """Gamma-Gamma assumes that spending does not depend on how often somebody buys."""
    used = (buyers.frequency > 0) & (buyers.monetary > 0)
    together = metrics.correlation(np.log(buyers.frequency[used]), np.log(buyers.monetary[used]))
    if np.isfinite(together) and abs(together) > STRONG_CORRELATION:
        return [_caveat("spend_depends_on_frequency", correlation=together)]
    return []


def _about_holdout(holdout: Holdout) -> list[Caveat]:
    if holdout.orders < FEW_HOLDOUT_ORDERS:
        return [_caveat("holdout_too_short", orders=holdout.orders)]
    found = []
    best = holdout.models[holdout.best]
    if abs(best["bias_pct"]) > LARGE_BIAS_PCT:
        found.append(_caveat("holdout_bias", bias_pct=best["bias_pct"]))
    for name, baseline in holdout.baselines.items():
        if baseline["rmse"] < best["rmse"]:
            found.append(_caveat("holdout_worse_than_baseline", baseline=name))
    coverage = holdout.next_purchase["interval80_coverage"]
    if np.isfinite(coverage) and not COVERAGE_RANGE[0] <= coverage <= COVERAGE_RANGE[1]:
        found.append(_caveat("interval_off", coverage=coverage))
    return found


def _caveat(code: str, **params: Any) -> Caveat:
    return {"code": code, "params": params}
