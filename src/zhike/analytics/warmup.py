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
    customer = np.repeat(np.arange(100), 8)
    pace = np.repeat(random.gamma(1.0, 30.0, 100) + 1.0, 8)
    left_early = np.arange(800) % 8 > np.repeat(random.integers(1, 8, 100), 8)
    day = 730_000 + np.cumsum(random.exponential(pace)).astype(np.int64) % 500
    amount = random.gamma(2.0, 50.0, 800)
    customer, day, amount = customer[~left_early], day[~left_early], amount[~left_early]
    score_customers(customer, day, amount, settings=ScoreSettings(models=names))
    return time.perf_counter() - begin
