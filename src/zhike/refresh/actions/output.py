"""Scores as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhike.core.errors import Invalid
from zhike.refresh.actions.score import Scored

LEFT_OUT: Final = ("customer_id", "owner_id", "team_id", "name_key", "risk_before", "tier_pending")
MINOR: Final = (
    "amount_total", "amount_12m", "margin_12m", "value_12m", "value_low", "value_high", "expected_spend"
)  # fmt: skip
"""Columns in minor units; they are named so in the file."""
NONE: Final = {"first_purchase", "last_purchase", "next_purchase", "next_low", "next_high", "last_contact"}


def write_scores(path: Path, customers: pa.Table, scored: Scored) -> None:
    """Write every customer's scores, sorted by customer number; written beside the file, then renamed."""
    rows = scored.rows
    columns = {"customer": customers["number"]}
    for name in rows.column_names:
        if name not in LEFT_OUT:
            columns[f"{name}_minor" if name in MINOR else name] = _plain(name, rows[name])
    table = pa.table(columns)
    beside = path.with_name(f"{path.name}.tmp")
    try:
        pq.write_table(table.take(pc.sort_indices(table, [("customer", "ascending")])), beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Invalid(
            "The scores can't be written to %(path)s: %(reason)s", path=str(path), reason=str(error)
        ) from error


def _plain(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return values with NULL where a date stands for "none"."""
    if name not in NONE:
        return values
    years = pc.year(values)
    return pc.if_else(
        pc.or_(pc.equal(years, 9999), pc.equal(years, 1900)), pa.scalar(None, pa.date32()), values
    )
