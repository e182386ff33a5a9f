"""What was said before: tiers and risks of the last run of an earlier day.

Earlier day, so that pressing the button twice on one day does not count as "twice in a row", and a turn
repeated after a crash finds the same as the first would have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zhike.analytics import TIERS
from zhike.refresh.models import RefreshRun
from zhike.refresh.queries.facts import previous_scores
from zhike.refresh.queries.runs import baseline_run, last_published
from zhike.warehouse import Warehouse

_COLUMNS = ("customer_id", "tier", "tier_proposal", "risk")


@dataclass(frozen=True)
class Baseline:
    """Tier, proposal (-1: none) and risk (nan: none) of the run before, by this run's customers."""

    tier: NDArray[np.int8]
    proposal: NDArray[np.int8]
    risk: NDArray[np.float64]
    as_of: date | None = None


def read_baseline(warehouse: Warehouse, ids: NDArray[np.int64], as_of: date) -> Baseline:
    """Return the baseline for a run as of a day.

    From the warehouse's scores of that run; where they are gone, from the score rows that are in place, when
    their run is of an earlier day.
    """
    run = baseline_run(as_of)
    part = warehouse.manifest.parts("fact_score").get(run.pk) if run is not None else None
    if run is not None and part is not None and part.fingerprint == mark(run):
        return _arranged(
            warehouse.run(warehouse.part("fact_score", run.pk).select(*_COLUMNS)), ids, run.as_of
        )
    last = last_published()
    if last is not None and last.as_of < as_of:
        return _arranged(previous_scores(), ids, last.as_of)
    return Baseline(*_nothing(ids.size))


def mark(run: RefreshRun) -> str:
    """Return what tells a run's scores from those of a run of the same number before a restore."""
    return f"{run.started_at:%Y-%m-%dT%H:%M:%S.%f}"


def _arranged(rows: pa.Table, ids: NDArray[np.int64], as_of: date | None) -> Baseline:
    tier, proposal, risk = _nothing(ids.size)
    if rows.num_rows and ids.size:
        keys = rows["customer_id"].to_numpy()
        place = np.minimum(np.searchsorted(ids, keys), ids.size - 1)
        known = ids[place] == keys
        scored = known & (_codes(rows["tier"]) >= 0)
        tier[place[known]] = _codes(rows["tier"])[known]
        proposal[place[known]] = _codes(rows["tier_proposal"])[known]
        risk[place[scored]] = rows["risk"].to_numpy()[scored]
    return Baseline(tier, proposal, risk, as_of)


def _nothing(size: int) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.float64]]:
    return np.full(size, -1, dtype=np.int8), np.full(size, -1, dtype=np.int8), np.full(size, np.nan)


def _codes(tiers: pa.ChunkedArray) -> NDArray[np.int8]:
    places = pc.index_in(tiers, value_set=pa.array(TIERS)).fill_null(-1)
    return np.asarray(places.to_numpy()).astype(np.int8)
