"""Compile the kernels ahead of time, so that timings and first users do not pay for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from zhike.analytics.catalogue import MODELS
from zhike.analytics.score import score_customers
from zhike.analytics.settings import ScoreSettings

if TYPE_CHECKING:
    from collections.abc import Sequence


def compile_kernels(models: Sequence[str] = ("bg_nbd",)) -> float:
    """Score a small invented company with these models, so that every kernel is ready; returns seconds.

    The machine code is cached on disk: only the first call on a machine takes long (some 10 seconds).
    """
    begin = time.perf_counter()
    names = tuple(name for name in models if name in MODELS) or ("bg_nbd",)
    random = np.random.default_rng(1)
    size = 1200
    customer = random.integers(0, 200, size)
    day = 730_000 + random.integers(0, 500, size)
    amount = random.gamma(2.0, 50.0, size)
    score_customers(customer, day, amount, settings=ScoreSettings(models=names))
    return time.perf_counter() - begin
