"""How long the models of buying take to fit and to predict, beside ``lifetimes`` where it is installed."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from zhike.cli.bench.measure import best

HORIZON = 52.0
TRUTH = {"r": 0.6, "alpha": 10.0, "a": 0.8, "b": 2.5}
Histories = tuple[Any, Any, Any]


def bg_nbd(customers: int, seed: int) -> dict[str, Any]:
    """Fit and predict so many customers; returns (CPU, wall) seconds by figure, and those of the peer.

    Compilation is over before the clock starts; it is reported apart.
    """
    from zhike.analytics import BGNBD, ParetoNBD, compile_kernels

    compiled = compile_kernels(("bg_nbd", "pareto_nbd"))
    exact = simulate(np.random.default_rng(seed), customers)
    weeks = in_whole(exact, 1.0)
    days = in_whole(exact, 1 / 7)
    model = BGNBD().fit(*days)
    found: dict[str, Any] = {
        "compile": (compiled, compiled),
        "weeks": best(lambda: BGNBD().fit(*weeks)),
        "days": best(lambda: BGNBD().fit(*days)),
        "exact": best(lambda: BGNBD().fit(*exact)),
        "pareto": best(lambda: ParetoNBD().fit(*days), 1),
        "predict": best(lambda: model.expected_purchases(HORIZON, *days)),
        "alive": best(lambda: model.p_alive(*days)),
        "converged": bool(model.converged_),
        "params": model.params_,
    }
    return found | {"peer": _peer(exact)}


def simulate(rng: Any, customers: int, weeks: float = 104.0) -> Histories:
    """Draw histories that follow the model: repeat purchases, week of the last one, age; all different."""
    rate = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers)
    leaves = rng.beta(TRUTH["a"], TRUTH["b"], customers)
    age = rng.uniform(weeks * 0.2, weeks, customers)
    frequency, recency = np.zeros(customers), np.zeros(customers)
    active, at = np.arange(customers), np.zeros(customers)
    while len(active):
        at = at + rng.exponential(1 / rate[active])
        bought = at <= age[active]
        active, at = active[bought], at[bought]
        frequency[active] += 1
        recency[active] = at
        stays = rng.random(len(active)) >= leaves[active]
        active, at = active[stays], at[stays]
    return frequency, recency, age


def in_whole(histories: Histories, unit: float) -> Histories:
    """Return histories in whole units of time (weeks, or days as sevenths), so that many are equal."""
    frequency, recency, age = histories
    last = np.where(frequency > 0, np.maximum(np.floor(recency / unit), 1) * unit, 0.0)
    return frequency, last, np.maximum(np.ceil(age / unit) * unit, last)


def _peer(histories: Histories) -> dict[str, tuple[float, float]] | None:
    with contextlib.suppress(ImportError), _quiet():
        from lifetimes import BetaGeoFitter

        model = BetaGeoFitter(penalizer_coef=0.0)
        fitted = best(lambda: model.fit(*histories), 1)
        seconds = best(
            lambda: model.conditional_expected_number_of_purchases_up_to_time(HORIZON, *histories), 1
        )
        return {"fit": fitted, "predict": seconds}
    return None


@contextlib.contextmanager
def _quiet() -> Any:
    import warnings

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
