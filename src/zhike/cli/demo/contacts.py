"""The contacts that staff had with the invented customers, with what was promised."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from zhike.cli.demo import vocabulary as words
from zhike.cli.demo.load import load
from zhike.cli.demo.purchases import DAYS, Lines, Rng, pick

_CHANNELS = ("call", "wechat", "visit", "message", "gift", "meeting")
_WEIGHTS = (0.36, 0.38, 0.12, 0.07, 0.04, 0.03)
_MINUTES = {"call": 6, "wechat": 3, "visit": 35, "message": 1, "gift": 20, "meeting": 60}
_COST = {"visit": 1500, "gift": 8800, "meeting": 3000}
_OUTCOMES = ("reached", "interested", "ordered", "not_reached", "refused")
_OUTCOME_WEIGHTS = (0.45, 0.24, 0.16, 0.12, 0.03)
_CONTENT = ("feeling", "information", "policy", "sale")


def load_interactions(
    rng: Rng,
    as_of: date,
    language: str,
    owner: Any,
    owners: list[tuple[int, int]],
    customer: Any,
    day: Any,
    lines: Lines,
) -> int:
    """Load about one contact for every three orders, near them; every twelfth holds a promise.

    Returns how many.
    """
    chosen = np.flatnonzero(rng.random(len(customer)) < 0.34)
    who = customer[chosen]
    at_day = np.minimum(day[chosen] + rng.integers(-6, 25, len(chosen)), DAYS - 1)
    keep = at_day >= 0
    chosen, who, at_day = chosen[keep], who[keep], at_day[keep]
    size = len(chosen)
    channel = pick(rng, _CHANNELS, size, _WEIGHTS)
    outcome = pick(rng, _OUTCOMES, size, _OUTCOME_WEIGHTS)
    first = np.searchsorted(lines.order, chosen)
    items = words.catalog()
    products = [items[p].name.split()[0] for p in lines.product[first]]
    variants = rng.integers(0, 12, size)
    phrases = words.SUMMARIES[language]
    promise, due, kept = _promises(rng, as_of, language, at_day)
    load(
        "customers.interaction",
        {
            "id": range(1, size + 1),
            "customer_id": (who + 1).tolist(),
            "at": _instants(rng, as_of, at_day),
            "channel": list(channel),
            "direction": list(pick(rng, ("out", "in"), size, (0.72, 0.28))),
            "content_kind": list(pick(rng, _CONTENT, size, (0.3, 0.32, 0.13, 0.25))),
            "outcome": list(outcome),
            "minutes": [_MINUTES[c] for c in channel],
            "cost_minor": [_COST.get(c, 0) for c in channel],
            "summary": [
                phrases[c][v % len(phrases[c])].replace("{product}", p)
                for c, v, p in zip(channel, variants, products, strict=True)
            ],
            "by_id": [owners[owner[w]][0] for w in who.tolist()],
            "promise": promise,
            "promise_due": due,
            "promise_kept_at": kept,
        },
    )
    return size


def _promises(
    rng: Rng, as_of: date, language: str, at_day: Any
) -> tuple[list[str], list[str | None], list[str | None]]:
    """Return promises: old ones are kept, those of the last days fall due around today."""
    size = len(at_day)
    has = rng.random(size) < np.select([at_day > DAYS - 8, at_day > DAYS - 35], [0.3, 0.25], 0.07)
    texts = pick(rng, words.PROMISES[language], size)
    start = as_of - timedelta(days=DAYS)
    wait = rng.integers(1, 9, size)
    tail = " 08:00:00" if connection.vendor == "sqlite" else " 08:00:00+00"
    promise, due, kept = [], [], []
    for h, text, day, days, late in zip(
        has, texts, at_day.tolist(), wait.tolist(), rng.random(size) < 0.12, strict=True
    ):
        when = start + timedelta(days=day + days)
        promise.append(text if h else "")
        due.append(when.isoformat() if h else None)
        done = when + timedelta(days=3) if late else when
        kept.append(done.isoformat() + tail if h and done < as_of - timedelta(days=1) else None)
    return promise, due, kept


def _instants(rng: Rng, as_of: date, at_day: Any) -> list[str]:
    start = np.datetime64(as_of - timedelta(days=DAYS), "s")
    seconds = at_day * 86_400 + rng.integers(1 * 3600, 11 * 3600, len(at_day))
    tail = "" if connection.vendor == "sqlite" else "+00"
    return [
        t.replace("T", " ") + tail
        for t in np.datetime_as_string(start + seconds.astype("timedelta64[s]")).tolist()
    ]
