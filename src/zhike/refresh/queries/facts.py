"""The facts that the slices hang in, and what is compared with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyarrow as pa

from zhike.core import plugs
from zhike.core.extract import KeyRange
from zhike.core.plugs import Facts
from zhike.customers.queries.facts import SCORES
from zhike.sales.queries.facts import sums as operational_sums

__all__ = ["NEEDED", "buckets", "more", "operational_sums", "previous_scores", "rows"]

NEEDED: Final = (
    "customer", "interaction", "product", "category", "staff", "team", "place", "order", "order_line"
)  # fmt: skip
"""Keys that the star schema is built from."""


def rows(key: str, within: KeyRange | None = None) -> pa.Table:
    """Return the rows of one kind of fact."""
    hung = _hung(key)
    return pa.Table.from_batches(hung.batches(within), schema=hung.schema())


def buckets(key: str) -> Mapping[int, str]:
    """Return the fingerprint of each bucket of a large kind of fact."""
    of = _hung(key).buckets
    return of() if of is not None else {0: ""}


def more() -> Iterator[tuple[str, pa.Table]]:
    """Yield the facts of other rooms, which become tables as they are: (table, rows)."""
    for hung in plugs.facts:
        if hung.key not in NEEDED:
            yield f"fact_{hung.key}", rows(hung.key)


def previous_scores() -> pa.Table:
    """Return tier, proposal and risk of the scores that stand now, by customer."""
    return SCORES.table()


def _hung(key: str) -> Facts:
    hung = plugs.facts.get(key)
    if hung is None:
        raise LookupError(f"no slice gives the facts {key!r}")
    return hung
