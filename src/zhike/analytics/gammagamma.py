"""Gamma-Gamma model of spending per purchase.

Source: Fader, Hardie & Lee (2005), "RFM and CLV: using iso-value curves", JMR 42(4); formulas as in
Fader & Hardie (2013), "The Gamma-Gamma model of monetary value", eqs 1a, 5 and the likelihood on p. 3.
Each purchase is gamma(p, v), v over customers is gamma(q, gamma); how much does not depend on how often.
"""

from __future__ import annotations

import math
import time
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from scipy.special import gammaln, psi

from zhike.analytics import checks
from zhike.analytics.buying import NotFittedError
from zhike.analytics.compiled import kernel
from zhike.analytics.grouping import histories
from zhike.analytics.likelihood import maximise, standard_errors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from zhike.analytics.checks import Floats, Ints
    from zhike.analytics.grouping import Histories

SAMPLE_FROM = 60_000
SAMPLE_ROWS = 15_000


class GammaGamma:
    """Gamma-Gamma. Parameters: p, q (no unit), gamma (in the currency of `monetary`).

    After `fit`: `params_`, `log_likelihood_` (total), `converged_`, `standard_errors_`, `mean_` (observed
    mean spending a purchase, weighted by customers), `seconds_`.
    """

    name: ClassVar[str] = "gamma_gamma"
    parameters: ClassVar[tuple[str, ...]] = ("p", "q", "gamma")

    params_: dict[str, float]
    log_likelihood_: float
    converged_: bool
    mean_: float
    seconds_: float
    customers_: float

    def fit(self, frequency: ArrayLike, monetary: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Learn from repeat purchases and their mean amount.

        frequency: repeat purchases behind each mean; monetary: that mean. Customers with a frequency or an
        amount of 0 say nothing about the spread of spending and are left out. Raises ValueError for wrong
        shapes and negative or non-finite values, and when nobody is left.
        """
        begin = time.perf_counter()
        x = checks.counts("frequency", frequency)
        m = checks.numbers("monetary", monetary, length=x.size)
        w = checks.weights(weights, x.size)
        used = (x > 0) & (m > 0) & (w > 0)
        if not used.any():
            raise ValueError("frequency, monetary: no customer with a repeat purchase and an amount above 0")
        data = histories(x[used], m[used], m[used], w[used])
        self._learn(data)
        self.seconds_ = time.perf_counter() - begin
        return self

    @cached_property
    def standard_errors_(self) -> dict[str, float]:
        """Standard error of each parameter, from the curvature of the likelihood at its maximum."""
        point = np.log(self._values())
        errors = standard_errors(_Likelihood(self._data, self._unit), point - self._shift())
        return dict(zip(self.parameters, errors * np.exp(self._shift()), strict=True))

    def expected_spend(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """Expected amount of a customer's coming purchase, in the currency of `monetary`.

        E(M) = p (gamma + m x) / (p x + q - 1): the customer's own mean, drawn towards everybody's. Without a
        repeat purchase it is everybody's mean p gamma / (q - 1); where q <= 1 that mean does not exist and
        the observed one stands in for it.
        """
        p, q, gamma = self._values()
        x = checks.counts("frequency", frequency)
        m = checks.numbers("monetary", monetary, length=x.size)
        known = np.where(m > 0, x, 0.0)
        below = p * known + q - 1.0
        exists = below > 1e-9
        own: Floats = np.where(exists, p * (gamma + m * known) / np.where(exists, below, 1.0), self.mean_)
        return own

    def _learn(self, data: Histories) -> None:
        self.__dict__.pop("standard_errors_", None)
        self._data = data
        self.mean_ = float(np.average(data.t_x, weights=data.weight))
        # Amounts are measured in their mean, so that cents and millions are the same problem.
        self._unit = self.mean_
        sample = _sample(data)
        found = maximise(
            _Likelihood(data, self._unit),
            np.log([2.0, 3.0, 1.5]),
            data.total,
            sample=None if sample is None else _Likelihood(sample, self._unit),
            sample_total=1.0 if sample is None else sample.total,
        )
        values = np.exp(found.point + self._shift())
        self.params_ = dict(zip(self.parameters, values.tolist(), strict=True))
        self.log_likelihood_ = found.log_likelihood - data.total * math.log(self._unit)
        self.converged_ = bool(found.converged)
        self.customers_ = data.total

    def _shift(self) -> Floats:
        return np.array([0.0, 0.0, math.log(self._unit)])

    def _values(self) -> Floats:
        if not hasattr(self, "params_"):
            raise NotFittedError("GammaGamma has not been fitted: call fit() first")
        return np.array([self.params_[name] for name in self.parameters])


class _Likelihood:
    """Minus log-likelihood and gradient over (log p, log q, log gamma), amounts divided by `unit`.

    Per customer: ln G(px+q) - ln G(px) - ln G(q) + q ln gamma + (px-1) ln m + px ln x - (px+q) ln(gamma+mx).
    """

    def __init__(self, data: Histories, unit: float) -> None:
        self.data = data
        self.m = data.t_x / unit
        log_m = np.log(self.m)
        self.sum_log_m = float(data.weight @ log_m)
        self.sum_x_log = float(data.weight @ (data.x * (log_m + np.log(data.x))))

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        params = np.exp(point)
        p, q, gamma = params
        d, w, x = self.data, self.data.x_weight, self.data.x_values
        total = w.sum()
        rows = _rows(d.x, self.m, d.weight, p, q, gamma)
        value = w @ (gammaln(p * x + q) - gammaln(p * x)) + total * (q * math.log(gamma) - gammaln(q))
        value += p * self.sum_x_log - self.sum_log_m - rows[0]
        both = psi(p * x + q)
        gradient = np.array(
            [
                w @ (x * (both - psi(p * x))) + self.sum_x_log - rows[1],
                w @ both + total * (math.log(gamma) - psi(q)) - rows[2],
                total * q / gamma - rows[3],
            ]
        )
        return -float(value), -gradient * params


@kernel
def _rows(x: Floats, m: Floats, weight: Floats, p: float, q: float, gamma: float) -> Floats:
    """Sums of (px+q) ln(gamma+mx) and of its derivatives in p, q, gamma."""
    value = 0.0
    by_p = 0.0
    by_q = 0.0
    by_gamma = 0.0
    for i in range(x.size):
        inside = gamma + m[i] * x[i]
        log_inside = weight[i] * math.log(inside)
        power = p * x[i] + q
        value += power * log_inside
        by_p += x[i] * log_inside
        by_q += log_inside
        by_gamma += weight[i] * power / inside
    return np.array([value, by_p, by_q, by_gamma])


def _sample(data: Histories) -> Histories | None:
    if data.size <= SAMPLE_FROM:
        return None
    rows: Ints = np.random.default_rng(20_000).integers(0, data.size, SAMPLE_ROWS)
    return data.take(rows)
