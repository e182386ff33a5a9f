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
PULL = 1e-7
"""Weight of a pull towards the start, per customer and squared log-parameter.

Where the data are on the side of "all customers alike" the likelihood rises for ever along a ridge; the pull
ends that walk at a finite point of practically the same likelihood. At a proper maximum it moves a
log-parameter by some 1e-7. The reported log-likelihood is without it.
"""


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the search ended: log-parameters, total log-likelihood, and whether it is a proper maximum."""

    point: Floats
    log_likelihood: float
    converged: bool


def maximise(
    objective: Objective,
    start: Floats,
    total: float,
    *,
    sample: Objective | None = None,
    sample_total: float = 1.0,
) -> Optimum:
    """Find the maximum of a likelihood over log-parameters.

    total: number of customers behind `objective` (weights summed); sample: the same model over a sample of
    the rows, used to start near the end. Never raises for odd data: `converged` is False instead.
    """
    whole = _Search(objective, start, total)
    point = start
    if sample is not None:
        part = _Search(sample, start, sample_total)
        near = part.bounded(start)
        point = whole.turned(near, part.curvature(near))
        found = whole.judge(point)
        if found.converged:
            return found
    return whole.judge(whole.bounded(point))


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


class _Search:
    """Minus the mean log-likelihood of a customer, with the pull towards the start."""

    def __init__(self, objective: Objective, start: Floats, total: float) -> None:
        self.objective = objective
        self.start = start
        self.total = total

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        away = point - self.start
        if np.abs(away).max() > FARTHEST:
            return 1e300, np.zeros_like(point)
        value, gradient = self.objective(point)
        if not np.isfinite(value) or not np.all(np.isfinite(gradient)):
            return 1e300, np.zeros_like(point)
        return value / self.total + PULL * float(away @ away), gradient / self.total + 2 * PULL * away

    def bounded(self, begin: Floats) -> Floats:
        """L-BFGS within reach of the start."""
        bounds = list(zip(self.start - REACH, self.start + REACH, strict=True))
        options = {"maxiter": 1000, "maxfun": 2000, "ftol": 1e-15, "gtol": 1e-8, "maxcor": 12}
        inside = np.clip(begin, self.start - REACH, self.start + REACH)
        found = optimize.minimize(self, inside, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        result: Floats = found.x
        return result

    def turned(self, near: Floats, curvature: Floats) -> Floats:
        """A few steps in coordinates where the given curvature is the unit matrix."""
        values, vectors = np.linalg.eigh(curvature)
        turn = vectors / np.sqrt(np.maximum(values, PULL))

        def in_turned(y: Floats) -> tuple[float, Floats]:
            value, gradient = self(near + turn @ y)
            return value, turn.T @ gradient

        options = {"ftol": 1e-15, "gtol": 1e-6}
        found = optimize.minimize(
            in_turned, np.zeros(near.size), jac=True, method="L-BFGS-B", options=options
        )
        result: Floats = near + turn @ found.x
        return result

    def judge(self, point: Floats) -> Optimum:
        """Whether this is an end of the search, inside its bounds."""
        away = point - self.start
        value, gradient = self.objective(point)
        pulled = gradient / self.total + 2 * PULL * away
        inside = np.abs(away).max() < REACH * 0.999 and np.isfinite(value)
        return Optimum(point, -float(value), bool(inside and np.abs(pulled).max() <= GRADIENT_GOAL))

    def curvature(self, point: Floats) -> Floats:
        """Second derivatives per customer."""
        return _curvature(self, point)


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
