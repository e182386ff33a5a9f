"""Maximum likelihood in log-parameters, the same way for every model.

All parameters are positive, so the search runs over their logarithms. Large data are fitted first on a
sample; the sample's curvature then makes the problem round, and a few steps on all rows finish it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats

Objective = Callable[["Floats"], tuple[float, "Floats"]]
"""log-parameters -> (minus log-likelihood, its gradient), both totals over all customers."""

REACH = 15.0
"""How far a log-parameter may go from its start: a factor of three million either way."""
FARTHEST = 100.0
"""Beyond this a log-parameter has no meaning and its exponential would overflow."""
GRADIENT_GOAL = 1e-5
"""A fit has converged when no log-parameter's gradient per customer is larger."""
STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the search ended: log-parameters, total log-likelihood, and whether it is a proper maximum."""

    point: Floats
    log_likelihood: float
    converged: bool


def maximise(
    objective: Objective, start: Floats, total: float, *, sample: Objective | None = None, sample_total: float = 1.0
) -> Optimum:
    """Find the maximum of a likelihood over log-parameters.

    total: number of customers behind `objective` (weights summed); sample: the same model over a sample of
    the rows, used to start near the end. Never raises for odd data: `converged` is False instead.
    """
    if total <= 0:
        return Optimum(start, 0.0, converged=False)
    if sample is not None:
        near = _bounded(sample, start, start, sample_total)
        round_point = _from_near(objective, near, start, total, _curvature(sample, near) / sample_total)
        if round_point is not None:
            return _judge(objective, round_point, start, total)
        return _judge(objective, _bounded(objective, near, start, total), start, total)
    return _judge(objective, _bounded(objective, start, start, total), start, total)


def standard_errors(objective: Objective, point: Floats) -> Floats:
    """Standard errors of the parameters (not their logarithms): delta method on the observed information.

    nan where the likelihood is flat, so that the data say nothing about the parameter.
    """
    information = _curvature(objective, point)
    try:
        variances = np.diag(np.linalg.inv(information)).copy()
    except np.linalg.LinAlgError:
        return np.full(point.size, np.nan)
    variances[~(variances > 0)] = np.nan
    result: Floats = np.exp(point) * np.sqrt(variances)
    return result


def _bounded(objective: Objective, begin: Floats, centre: Floats, total: float) -> Floats:
    bounds = list(zip(centre - REACH, centre + REACH, strict=True))
    found = optimize.minimize(
        lambda point: _scaled(objective, point, total),
        begin,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 1000, "maxfun": 2000, "ftol": 1e-15, "gtol": 1e-8, "maxcor": 12},
    )
    result: Floats = found.x
    return result


def _from_near(
    objective: Objective, near: Floats, centre: Floats, total: float, curvature: Floats
) -> Floats | None:
    """A few steps on all rows in coordinates where the sample's curvature is the unit matrix."""
    values, vectors = np.linalg.eigh(curvature)
    if values.min() <= 1e-10 * max(values.max(), 1e-300) or np.abs(near - centre).max() > REACH - 0.1:
        return None
    turn = vectors / np.sqrt(values)

    def turned(y: Floats) -> tuple[float, Floats]:
        value, gradient = _scaled(objective, near + turn @ y, total)
        return value, turn.T @ gradient

    found = optimize.minimize(
        turned, np.zeros(near.size), jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 2e-7}
    )
    point: Floats = near + turn @ found.x
    return point if np.abs(point - centre).max() < REACH else None


def _scaled(objective: Objective, point: Floats, total: float) -> tuple[float, Floats]:
    if np.abs(point).max() > FARTHEST:
        return 1e300, np.zeros_like(point)
    value, gradient = objective(point)
    if not np.isfinite(value) or not np.all(np.isfinite(gradient)):
        return 1e300, np.zeros_like(point)
    return value / total, gradient / total


def _judge(objective: Objective, point: Floats, centre: Floats, total: float) -> Optimum:
    value, gradient = objective(point)
    inside = np.abs(point - centre).max() < REACH * 0.999
    flat = np.abs(gradient).max() <= GRADIENT_GOAL * total
    return Optimum(point, -float(value), converged=bool(inside and flat and np.isfinite(value)))


def _curvature(objective: Objective, point: Floats) -> Floats:
    """Second derivatives by central differences of the analytic gradient."""
    size = point.size
    result = np.empty((size, size))
    for i in range(size):
        step = np.zeros(size)
        step[i] = STEP
        result[i] = (objective(point + step)[1] - objective(point - step)[1]) / (2 * STEP)
    symmetric: Floats = (result + result.T) / 2
    return symmetric
