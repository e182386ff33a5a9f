"""Pareto/NBD: Poisson purchases at gamma-distributed rates, exponential lifetimes at gamma-distributed rates.

Source: Schmittlein, Morrison & Colombo (1987), "Counting your customers", Management Science 33(1);
likelihood in the integral form of Fader & Hardie (2005), "A note on deriving the Pareto/NBD model", eq. 12.
The integral over the moment of leaving is taken numerically (Gauss-Legendre in the logarithm of time), which
unlike the pair of hypergeometric functions has no cancellation and gives all derivatives in the same pass.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import expit

from zhike.analytics.buying import BuyingModel
from zhike.analytics.compiled import kernel
from zhike.analytics.special import log_rising, psi_rise

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats
    from zhike.analytics.grouping import Histories
    from zhike.analytics.likelihood import Objective

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(24)
NEGLIGIBLE = 38.0
"""Where the integrand has fallen by exp(-38) the rest adds nothing to a double."""


class ParetoNBD(BuyingModel):
    """Pareto/NBD. Parameters: r, alpha (gamma of the purchase rate), s, beta (gamma of the dropout rate)."""

    name: ClassVar[str] = "pareto_nbd"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    def _start(self, data: Histories) -> Floats:
        mean_age = max(float(np.average(data.T, weights=data.weight)), 1 / 7)
        return np.log([0.6, 0.3 * mean_age, 0.6, 0.4 * mean_age])

    def _objective(self, data: Histories) -> Objective:
        return _Likelihood(data)

    def _p_alive(self, x: Floats, t_x: Floats, age: Floats) -> Floats:
        r, alpha, s, beta = self._values()
        log_gone = np.log(s) + _log_integral(x, t_x, age, self._values(), NODES, NODE_WEIGHTS)
        log_alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
        result: Floats = expit(log_alive - log_gone)
        return result

    def _alive_purchases(self, t: float, x: Floats, age: Floats) -> Floats:
        r, alpha, s, beta = self._values()
        # Expected weeks lived in t: integral over u of ((beta+T)/(beta+T+u))^s, finite at s = 1 too.
        log_ratio = np.log1p(t / (beta + age))
        u = 1.0 - s
        lived = (beta + age) * (log_ratio if abs(u) < 1e-12 else np.expm1(u * log_ratio) / u)
        result: Floats = (r + x) / (alpha + age) * lived
        return result

    def _alive_p_purchase(self, t: float, x: Floats, age: Floats) -> Floats:
        r, alpha, s, beta = self._values()
        lasting = -(r + x) * np.log1p(t / (alpha + age)) - s * np.log1p(t / (beta + age))
        leaving = _log_integral(x, age, age + t, self._values(), NODES, NODE_WEIGHTS)
        leaving += np.log(s) + (r + x) * np.log(alpha + age) + s * np.log(beta + age)
        some: Floats = np.clip(1.0 - np.exp(lasting) - np.exp(leaving), 0.0, 1.0)
        return some


class _Likelihood:
    """Minus log-likelihood and gradient over (log r, log alpha, log s, log beta).

    Per customer: ln G(r+x) - ln G(r) + r ln alpha + s ln beta
      + ln[ (alpha+T)^-(r+x) (beta+T)^-s + s integral from t_x to T of (alpha+u)^-(r+x) (beta+u)^-(s+1) du ].
    """

    def __init__(self, data: Histories) -> None:
        self.data = data

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        params = np.exp(point)
        r, alpha, s, beta = params
        d, w, x = self.data, self.data.x_weight, self.data.x_values
        total = w.sum()
        rows = _mixture(d.x, d.t_x, d.T, d.weight, params, NODES, NODE_WEIGHTS)
        value = w @ log_rising(r, x) + total * (r * math.log(alpha) + s * math.log(beta)) + rows[0]
        known = np.array(
            [
                w @ psi_rise(r, x) + total * math.log(alpha),
                total * r / alpha,
                total * math.log(beta),
                total * s / beta,
            ]
        )
        return -float(value), -(known + rows[1:]) * params


@kernel
def _reach(
    start: float, end: float, power: float, alpha: float, s: float, beta: float
) -> tuple[float, float]:
    """Where to integrate, in v = ln(m + u) with m = min(alpha, beta): lower end and width.

    The integrand falls at least as fast as at the lower end, so beyond NEGLIGIBLE over that rate is nothing.
    """
    m = min(alpha, beta)
    low = math.log(m + start)
    rate = (m + start) * (power / (alpha + start) + (s + 1.0) / (beta + start))
    return low, min(math.log((m + end) / (m + start)), NEGLIGIBLE / rate)


@kernel
def _log_integral(
    x: Floats,
    start: Floats,
    end: Floats,
    params: Floats,
    nodes: Floats,
    node_weights: Floats,
) -> Floats:
    """Logarithm of the integral from start to end of (alpha+u)^-(r+x) (beta+u)^-(s+1) du; -inf when equal."""
    r, alpha, s, beta = params[0], params[1], params[2], params[3]
    result = np.full(x.size, -np.inf)
    m = min(alpha, beta)
    for i in range(x.size):
        power = r + x[i]
        low, width = _reach(start[i], end[i], power, alpha, s, beta)
        if width <= 0.0:
            continue
        top = power * math.log(alpha + start[i]) + (s + 1.0) * math.log(beta + start[i])
        total = 0.0
        for k in range(nodes.size):
            v = low + width * 0.5 * (1.0 + nodes[k])
            u = math.exp(v) - m
            total += node_weights[k] * math.exp(
                top - power * math.log(alpha + u) - (s + 1.0) * math.log(beta + u) + v
            )
        result[i] = math.log(total * 0.5 * width) - top
    return result


@kernel
def _mixture(
    x: Floats,
    t_x: Floats,
    age: Floats,
    weight: Floats,
    params: Floats,
    nodes: Floats,
    node_weights: Floats,
) -> Floats:
    """Sum over rows of the ln[...] in the likelihood, and its derivatives in r, alpha, s, beta."""
    r, alpha, s, beta = params[0], params[1], params[2], params[3]
    out = np.zeros(5)
    m = min(alpha, beta)
    for i in range(x.size):
        power = r + x[i]
        log_a = math.log(alpha + age[i])
        log_b = math.log(beta + age[i])
        stays = -power * log_a - s * log_b
        low, width = _reach(t_x[i], age[i], power, alpha, s, beta)
        total = 0.0
        sum_a = 0.0
        sum_b = 0.0
        inverse_a = 0.0
        inverse_b = 0.0
        top = power * math.log(alpha + t_x[i]) + (s + 1.0) * math.log(beta + t_x[i])
        if width > 0.0:
            for k in range(nodes.size):
                v = low + width * 0.5 * (1.0 + nodes[k])
                u = math.exp(v) - m
                la = math.log(alpha + u)
                lb = math.log(beta + u)
                part = node_weights[k] * math.exp(top - power * la - (s + 1.0) * lb + v)
                total += part
                sum_a += part * la
                sum_b += part * lb
                inverse_a += part / (alpha + u)
                inverse_b += part / (beta + u)
        if total <= 0.0:
            gone = 0.0
            total = 1.0
            out[0] += weight[i] * stays
        else:
            leaves = math.log(s * total * 0.5 * width) - top
            larger = max(stays, leaves)
            both = larger + math.log(math.exp(stays - larger) + math.exp(leaves - larger))
            gone = math.exp(leaves - both)
            out[0] += weight[i] * both
        alive = weight[i] * (1.0 - gone)
        gone = weight[i] * gone
        out[1] -= alive * log_a + gone * sum_a / total
        out[2] -= power * (alive / (alpha + age[i]) + gone * inverse_a / total)
        out[3] -= alive * log_b + gone * (sum_b / total - 1.0 / s)
        out[4] -= alive * s / (beta + age[i]) + gone * (s + 1.0) * inverse_b / total
    return out
