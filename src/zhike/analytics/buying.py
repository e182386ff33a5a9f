"""What the models of buying have in common: fitting, learnt values, predictions from a history.

A history is (frequency, recency, T): repeat purchase days, weeks from the first to the last purchase,
weeks from the first purchase to as-of.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from zhike.analytics import checks
from zhike.analytics.grouping import Histories, distinct, group
from zhike.analytics.likelihood import Objective, maximise, standard_errors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from zhike.analytics.checks import Floats

SAMPLE_FROM = 60_000
"""Fits on more different histories than this start from a sample of SAMPLE_ROWS of them."""
SAMPLE_ROWS = 15_000
WEEKS_PER_YEAR = 365.25 / 7


_Prediction = Callable[[float, "Floats", "Floats"], "Floats"]


class NotFittedError(ValueError):
    """A prediction was asked of a model that has not been fitted."""


class BuyingModel(ABC):
    """A model of how often customers buy and when they stop, learnt by maximum likelihood.

    After `fit`: `params_` (dict), `log_likelihood_` (total, unscaled), `converged_`, `standard_errors_`
    (dict; nan where the data say nothing), `seconds_` (of the fit).
    """

    name: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]

    params_: dict[str, float]
    log_likelihood_: float
    converged_: bool
    seconds_: float
    customers_: float

    def fit(
        self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None
    ) -> Self:
        """Learn the parameters from histories (one-dimensional arrays of equal length; time in weeks).

        weights: how many customers have each history (default 1 each).
        Raises ValueError for wrong shapes, negative or non-finite values and recency > T. Data that cannot
        settle the parameters (one customer, nobody who came back …) give finite parameters and
        `converged_` False.
        """
        begin = time.perf_counter()
        x, t_x, age = checks.history(frequency, recency, T)
        data = group(x, t_x, age, checks.weights(weights, x.size))
        if not data.size:
            raise ValueError("frequency is empty (or all weights are 0): at least one customer is needed")
        self._learn(data)
        self.seconds_ = time.perf_counter() - begin
        return self

    @cached_property
    def standard_errors_(self) -> dict[str, float]:
        """Standard error of each parameter, from the curvature of the likelihood at its maximum."""
        errors = standard_errors(self._fitted_objective(), np.log(self._values()))
        return dict(zip(self.parameters, errors.tolist(), strict=True))

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """Probability, 0 to 1, that each customer still is one at T."""
        return self._p_alive(*checks.history(frequency, recency, T))

    def expected_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Expected number of purchases in the `horizon` weeks after T, given the history."""
        t = checks.horizon(horizon)
        x, t_x, age = checks.history(frequency, recency, T)
        return self._p_alive(x, t_x, age) * self._if_alive(self._alive_purchases, t, x, age)

    def p_purchase(self, horizon: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """Probability, 0 to 1, of at least one purchase in the `horizon` weeks after T."""
        t = checks.horizon(horizon)
        x, t_x, age = checks.history(frequency, recency, T)
        return np.clip(self._p_alive(x, t_x, age) * self._alive_p_purchase(t, x, age), 0.0, 1.0)

    def discounted_purchases(
        self,
        horizon: float,
        annual_discount: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        steps: int = 12,
    ) -> Floats:
        """Expected purchases in the `horizon` weeks after T, each discounted to T.

        Sum over `steps` equal periods of [E(end) - E(start)] (1 + annual_discount)^-(middle in years), where
        E is `expected_purchases`: the discounted expected transactions of Fader, Hardie & Lee (2005,
        "RFM and CLV", JMR 42) cut at the horizon, with purchases taken at the middle of their period.
        """
        t = checks.horizon(horizon)
        rate = checks.horizon(annual_discount, "annual_discount")
        x, t_x, age = checks.history(frequency, recency, T)

        def discounted(_: float, x: Floats, age: Floats) -> Floats:
            result = np.zeros(x.size)
            before = np.zeros(x.size)
            for step in range(1, steps + 1):
                now = self._alive_purchases(t * step / steps, x, age)
                middle = t * (step - 0.5) / steps / WEEKS_PER_YEAR
                result += (now - before) * (1 + rate) ** -middle
                before = now
            return result

        return self._p_alive(x, t_x, age) * self._if_alive(discounted, t, x, age)

    @abstractmethod
    def _start(self, data: Histories) -> Floats:
        """Log-parameters to start the search from."""

    @abstractmethod
    def _objective(self, data: Histories) -> Objective:
        """Minus log-likelihood and gradient over log-parameters."""

    @abstractmethod
    def _p_alive(self, x: Floats, t_x: Floats, age: Floats) -> Floats: ...

    @abstractmethod
    def _alive_purchases(self, t: float, x: Floats, age: Floats) -> Floats:
        """Expected purchases in t weeks of somebody who is alive at T."""

    @abstractmethod
    def _alive_p_purchase(self, t: float, x: Floats, age: Floats) -> Floats:
        """P(at least one purchase in t weeks) of somebody who is alive at T."""

    def _learn(self, data: Histories) -> None:
        self.__dict__.pop("standard_errors_", None)
        self._data = data
        sample = _sample(data)
        found = maximise(
            self._objective(data),
            self._start(data),
            data.total,
            sample=None if sample is None else self._objective(sample),
            sample_total=1.0 if sample is None else sample.total,
        )
        self.params_ = dict(zip(self.parameters, np.exp(found.point).tolist(), strict=True))
        self.log_likelihood_ = found.log_likelihood
        # Without a single repeat purchase the likelihood is flat: an end, but not an answer.
        self.converged_ = bool(found.converged and data.x_values[-1] > 0)
        self.customers_ = data.total

    def _values(self) -> Floats:
        if not hasattr(self, "params_"):
            message = f"{type(self).__name__} has not been fitted: call fit() first"
            raise NotFittedError(message)
        return np.array([self.params_[name] for name in self.parameters])

    def _fitted_objective(self) -> Objective:
        self._values()
        return self._objective(self._data)

    @staticmethod
    def _if_alive(function: _Prediction, t: float, x: Floats, age: Floats) -> Floats:
        """Evaluate a prediction that depends on (x, T) only, once for each different pair."""
        index = distinct(x, age)
        if index is None:
            return function(t, x, age)
        first, code = index
        return function(t, x[first], age[first])[code]


def _sample(data: Histories) -> Histories | None:
    if data.size <= SAMPLE_FROM:
        return None
    rows = np.random.default_rng(20_000).integers(0, data.size, SAMPLE_ROWS)
    return data.take(rows)
