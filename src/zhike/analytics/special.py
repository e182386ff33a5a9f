"""Differences of special functions that keep their digits where the functions themselves are huge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, psi

if TYPE_CHECKING:
    from zhike.analytics.checks import Floats

LARGE = 1000.0
"""From here on Stirling's series with three terms is exact to a double."""


def log_rising(z: float, h: Floats) -> Floats:
    """Logarithm of the rising factorial (z)_h: ln G(z+h) - ln G(z), for z > 0 and h >= 0."""
    if z < LARGE:
        small: Floats = gammaln(z + h) - gammaln(z)
        return small
    top = z + h
    correction = (1 / top - 1 / z) / 12 - (top**-3 - z**-3) / 360
    large: Floats = (top - 0.5) * np.log1p(h / z) + h * (np.log(z) - 1.0) + correction
    return large


def psi_rise(z: float, h: Floats) -> Floats:
    """Derivative of `log_rising` in z: psi(z+h) - psi(z)."""
    if z < LARGE:
        small: Floats = psi(z + h) - psi(z)
        return small
    top = z + h
    # 1/z - 1/top without the cancellation.
    first = h / (z * top)
    large: Floats = np.log1p(h / z) + first / 2 + (z**-2 - top**-2) / 12 - (z**-4 - top**-4) / 120
    return large
