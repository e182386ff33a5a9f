"""Files on disk, and what the readers make of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers import ReadOptions, open_table

WHEN = datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - cells have no zone


def write(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, **options):
    """Rows as (row number, cells), faults as {row number: code}."""
    table = open_table(path, ReadOptions(**options))
    rows, faults = [], {}
    for batch in table.batches():
        rows += zip(batch.rows, zip(*batch.columns, strict=True), strict=True)
        faults |= {batch.rows[i]: p.code for i, p in batch.faults.items()}
    return table, rows, faults


def problem_code(path: Path, **options) -> str:
    with pytest.raises(FileProblem) as caught:
        read(path, **options)
    assert str(caught.value)
    return caught.value.code
