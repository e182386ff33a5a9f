"""BG/NBD and MBG/NBD: Poisson purchases at a gamma-distributed rate, dropout after a purchase.

Sources: Fader, Hardie & Lee (2005), "Counting your customers the easy way", Marketing Science 24(2),
eqs 6, 10;
Fader & Hardie (2013), "Overcoming the BG/NBD model's #NUM! error" (the stable form of the likelihood);
Batislam, Denizel & Filiztekin (2007), IJRM 24(3), and Hoppe & Wagner (2007) for the modified model, in which
a customer may also leave right after the first purchase.
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
    from zhike.analytics.checks import Floats, Ints
    from zhike.analytics.grouping import Histories
    from zhike.analytics.likelihood import Objective

SERIES_END = 1e-13
"""A series stops when its next term is below this share of the sum."""
MAX_TERMS = 100_000
LARGEST_C = 1e5
"""Euler's form loses digits in proportion to c/(r+x) and to (1-z)^-(a-1); beyond this the sum is used."""


class BGNBD(BuyingModel):
    """BG/NBD. Parameters: r, alpha (gamma of the purchase rate; alpha in weeks), a, b (beta of dropout)."""

    name: ClassVar[str] = "bg_nbd"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    # Chances to leave before the first repeat purchase: none here, one in the modified model.
    early_chances: ClassVar[float] = 0.0

    def _start(self, data: Histories) -> Floats:
        mean_age = float(np.average(data.T, weights=data.weight))
        scale = max(mean_age, 1 / 7) * 0.3
        often = float(np.average(data.x, weights=data.weight))
        # The dropout is per purchase: who buys a thousand times as often leaves a thousandth as often.
        return np.log([0.5, scale, 0.8, 0.8 + 2.0 * max(often, 0.5)])

    def _objective(self, data: Histories) -> Objective:
        return _Likelihood(data, self.early_chances)

    def _p_alive(self, x: Floats, t_x: Floats, age: Floats) -> Floats:
        r, alpha, a, b = self._values()
        chances = x + self.early_chances
        with np.errstate(divide="ignore"):
            odds = np.log(a) - np.log(np.maximum(b + chances - 1.0, 0.0))
        gone = odds + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
        result: Floats = np.where(chances > 0, expit(-gone), 1.0)
        return result

    def _alive_purchases(self, t: float, x: Floats, age: Floats) -> Floats:
        r, alpha, a, b = self._values()
        return _alive_purchases(t, x, age, r, alpha, a, b + self.early_chances)

    def _alive_p_purchase(self, t: float, x: Floats, age: Floats) -> Floats:
        r, alpha, _, _ = self._values()
        result: Floats = -np.expm1(-(r + x) * np.log1p(t / (alpha + age)))
        return result


class MBGNBD(BGNBD):
    """MBG/NBD: as BG/NBD, but a customer may also leave right after the first purchase."""

    name: ClassVar[str] = "mbg_nbd"
    early_chances: ClassVar[float] = 1.0


class _Likelihood:
    """Minus log-likelihood and gradient over (log r, log alpha, log a, log b).

    With e = early chances, per customer (x, t_x, T):
    ln G(r+x) - ln G(r) + r ln alpha + ln B(a, b+x+e) - ln B(a, b)
      + ln[ (alpha+T)^-(r+x) + [x+e > 0] a/(b+x+e-1) (alpha+t_x)^-(r+x) ].
    What depends on x alone is evaluated once for each different x.
    """

    def __init__(self, data: Histories, early: float) -> None:
        self.data = data
        self.early = early

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        params = np.exp(point)
        r, alpha, a, b = params
        d, w, x = self.data, self.data.x_weight, self.data.x_values
        y = x + self.early
        total = w.sum()
        value = w @ (log_rising(r, x) + log_rising(b, y) - log_rising(a + b, y)) + total * r * math.log(alpha)
        by_both = psi_rise(a + b, y)
        gradient = np.array(
            [
                w @ psi_rise(r, x) + total * math.log(alpha),
                total * r / alpha,
                -(w @ by_both),
                w @ (psi_rise(b, y) - by_both),
            ]
        )
        base = np.where(y > 0, b + y - 1.0, 1.0)
        log_odds = np.where(y > 0, np.log(a / base), -np.inf)
        rows = _mixture(d.x, d.t_x, d.T, d.weight, d.x_code, log_odds, base, params)
        return -(value + rows[0]), -(gradient + rows[1:]) * params


@kernel
def _mixture(
    x: Floats,
    t_x: Floats,
    age: Floats,
    weight: Floats,
    code: Ints,
    log_odds: Floats,
    base: Floats,
    params: Floats,
) -> Floats:
    """Sum over rows of ln[(alpha+T)^-(r+x) + odds (alpha+t_x)^-(r+x)] and its derivatives in r, alpha, a, b.

    log_odds (-inf: cannot have left) and base = b+x+e-1 are by frequency; code points from rows to them.
    """
    r, alpha, a = params[0], params[1], params[2]
    value = 0.0
    by_r = 0.0
    by_alpha = 0.0
    by_a = 0.0
    by_b = 0.0
    for i in range(x.size):
        power = r + x[i]
        end = alpha + age[i]
        log_end = math.log(end)
        w = weight[i]
        k = code[i]
        if log_odds[k] == -math.inf:
            value -= w * power * log_end
            by_r -= w * log_end
            by_alpha -= w * power / end
            continue
        last = alpha + t_x[i]
        log_last = math.log(last)
        lead = log_odds[k] + power * (log_end - log_last)
        if lead > 0:
            small = math.exp(-lead)
            alive = small / (1.0 + small)
            value += w * (-power * log_end + lead + math.log1p(small))
        else:
            small = math.exp(lead)
            alive = 1.0 / (1.0 + small)
            value += w * (-power * log_end + math.log1p(small))
        gone = 1.0 - alive
        by_r -= w * (alive * log_end + gone * log_last)
        by_alpha -= w * power * (alive / end + gone / last)
        by_a += w * gone
        by_b -= w * gone / base[k]
    return np.array([value, by_r, by_alpha, by_a / a, by_b])


@kernel
def _alive_purchases(t: float, x: Floats, age: Floats, r: float, alpha: float, a: float, b: float) -> Floats:
    """Expected purchases in t weeks of customers alive at T (eq. 10 of the source without P(alive)).

    Two forms of the same number. With z = t/(alpha+T+t), the purchases that somebody who never leaves would
    make are negative binomial N(r+x, z), and each is made only if none before it was the last:
      (1) sum over k >= 0 of P(N > k) (b+x)_k/(a+b+x)_k: all terms positive, about E[N] terms;
      (2) Euler's transform of the source's 2F1: (c/(a-1)) [1 - (1-z)^(a-1) 2F1(a+b-1-r, a-1; c; z)],
          c = a+b+x-1, with the factor (a-1) divided out, so that a = 1 is no special case.
    The cheaper one is taken; (2) only where its terms cannot cancel. Above about 100,000 potential purchases
    their number is taken as its mean.
    """
    result = np.zeros(x.size)
    if t <= 0.0:
        return result
    for i in range(x.size):
        z = t / (alpha + age[i] + t)
        odds = t / (alpha + age[i])
        shape = r + x[i]
        log_rest = -math.log1p(odds)
        mean = shape * odds
        first = a + b - 1.0 - r
        c = a + b + x[i] - 1.0
        terms_sum = mean + 12.0 * math.sqrt(mean * (1.0 + odds)) + 30.0 * (1.0 + odds)
        terms_euler = 30.0 / -math.log(z)
        safe = 0.0 < c < LARGEST_C * shape and first >= -c and (a - 1.0) * -log_rest < 2.0
        if safe and terms_euler < terms_sum:
            result[i] = _euler(z, log_rest, a, first, c)
        elif terms_sum > MAX_TERMS:
            result[i] = _of_many(mean, a, b + x[i])
        else:
            result[i] = _purchase_by_purchase(z, log_rest * shape, shape, a, b + x[i])
    return result


@kernel
def _purchase_by_purchase(z: float, log_none: float, shape: float, a: float, b: float) -> float:
    more = -math.expm1(log_none)
    log_pmf = log_none
    stays = 1.0
    total = 0.0
    log_z = math.log(z)
    pmf = math.exp(log_pmf)
    for k in range(MAX_TERMS):
        total += more * stays
        stays *= (b + k) / (a + b + k)
        if log_pmf < -600.0:
            log_pmf += log_z + math.log((shape + k) / (k + 1.0))
            pmf = math.exp(log_pmf)
        else:
            pmf *= z * (shape + k) / (k + 1.0)
            log_pmf = 0.0
        more -= pmf
        if more <= SERIES_END * total and pmf <= SERIES_END * total and pmf > 0.0:
            break
    return total


@kernel
def _of_many(potential: float, a: float, b: float) -> float:
    """Purchases made of so many potential ones: sum over k < potential of (b)_k/(a+b)_k in closed form."""
    c = a + b - 1.0
    if c <= 0.0:
        # The gamma function changes sign there: take the first purchase apart.
        return 1.0 + b / (a + b) * _of_many(potential - 1.0, a, b + 1.0)
    if abs(a - 1.0) < 1e-9:
        return c * math.log1p(potential / c)
    log_left = math.lgamma(b + potential) - math.lgamma(b) - math.lgamma(c + potential) + math.lgamma(c)
    return -c * math.expm1(log_left) / (a - 1.0)


@kernel
def _euler(z: float, log_rest: float, a: float, first: float, c: float) -> float:
    u = a - 1.0
    factor = log_rest if abs(u * log_rest) < 1e-12 else math.expm1(u * log_rest) / u
    # term is (first)_n (a)_(n-1) / ((c)_n n!) z^n: (a-1)_n without its factor (a-1).
    term = first / c * z
    series = term
    for n in range(1, MAX_TERMS):
        term *= (first + n) * (a + n - 1.0) / ((c + n) * (n + 1.0)) * z
        series += term
        if abs(term) <= SERIES_END * abs(series) * (1.0 - z):
            break
    return max(0.0, -c * (factor + series + u * factor * series))
