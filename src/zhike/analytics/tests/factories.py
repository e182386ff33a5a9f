"""Invented customers, and the published data where they are at hand."""

import datetime as dt
import os
from pathlib import Path

import numpy as np


def simulate_bg(size, *, r=0.6, alpha=8.0, a=0.8, b=2.5, longest=80.0, seed=1):
    """Histories drawn from the BG/NBD story itself: (frequency, recency, T) in weeks, on whole days."""
    random = np.random.default_rng(seed)
    rate = random.gamma(r, 1 / alpha, size)
    leaves = random.beta(a, b, size)
    age = np.ceil(random.uniform(0, longest, size) * 7) / 7
    x, last, clock = np.zeros(size), np.zeros(size), np.zeros(size)
    active = np.arange(size)
    while active.size:
        clock[active] += random.exponential(1 / rate[active])
        active = active[clock[active] < age[active]]
        x[active] += 1
        last[active] = clock[active]
        active = active[random.random(active.size) > leaves[active]]
    return x, np.minimum(np.ceil(last * 7) / 7, age), age


def simulate_company(customers=400, *, days=700, seed=3, rhythm=0.3):
    """Transactions (customer, day, amount) of a shop whose customers have a rhythm and sometimes leave."""
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        gap, spend = random.lognormal(3.3, 0.5), random.gamma(4.0, 25.0)
        day = random.uniform(0, days)
        while day < days:
            rows.append((customer, 730_000 + int(day), round(spend * random.gamma(5.0, 0.2) + 0.01, 2)))
            if random.random() < 0.06:
                break
            day += max(1.0, gap * random.lognormal(0, rhythm))
    customer, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    return customer, day, amount.astype(float)


def cdnow():
    """The 1/10 sample of CDNOW: (customer, day, amount)."""
    path = Path(os.environ["ZHIKE_TEST_DATA"]) / "cdnow_sample" / "CDNOW_sample.txt"
    rows = [line.split() for line in path.read_text().splitlines()]
    days = [dt.date.fromisoformat(row[2]).toordinal() for row in rows]
    return np.array([row[1] for row in rows]), np.array(days), np.array([float(row[4]) for row in rows])
