"""Parquet files, one batch at a time; numbers and times become text without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhike.core.imports import cells
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import BATCH_ROWS, Cell, RawBatch, ReadOptions, Table
from zhike.core.imports.readers.numbers import from_float
from zhike.core.imports.sniff import PARQUET


class ParquetTable(Table):
    """A Parquet file; the first record is row 1."""

    format = PARQUET

    def __init__(self, path: Path, options: ReadOptions) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(path) as file:
                names = file.schema_arrow.names
        except (pa.ArrowException, OSError) as error:
            raise FileProblem("damaged_parquet", file=path.name, error=_first_line(error)) from None
        super().__init__(path, names if options.header else [str(n) for n in range(1, len(names) + 1)])

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        row = 1
        try:
            with pq.ParquetFile(self.path, pre_buffer=False, buffer_size=1 << 16) as file:
                for batch in file.iter_batches(batch_size=size, use_threads=False):
                    columns = [as_text(column) for column in batch.columns]
                    yield RawBatch(list(range(row, row + batch.num_rows)), columns)
                    row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise FileProblem("damaged_parquet", file=self.path.name, error=_first_line(error)) from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def as_text(column: Any) -> list[Cell]:
    """Return an Arrow array as cells: ISO dates, plain decimals, exact integers.

    Lists and structs as JSON.
    """
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return [_text(v) for v in column.to_pylist()]
    if pa.types.is_floating(kind):
        return [None if v is None else from_float(v) for v in column.to_pylist()]
    if pa.types.is_timestamp(kind):
        return [_stamp(v) for v in _nanoseconds_dropped(column).to_pylist()]
    return [_other(v) for v in column.to_pylist()]


def _nanoseconds_dropped(column: Any) -> Any:
    import pyarrow as pa

    if column.type.unit != "ns":
        return column
    return column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)


def _text(value: str | None) -> Cell:
    if not value:
        return None
    if value.isascii() and value.isprintable() and len(value) <= cells.MAX_CELL:
        return value if value[0] != " " or value.strip() else None
    return cells.from_text(value) if value.strip("\ufeff \t\r\n\u3000\xa0") else None


def _stamp(value: Any) -> Cell:
    return None if value is None else value.isoformat(sep=" ")


def _other(value: Any) -> Cell:
    if value is None:
        return None
    if isinstance(value, bytes):
        return _text(value.decode("utf-8", "replace"))
    if isinstance(value, dict | list):
        return _text(json.dumps(value, ensure_ascii=False, default=str))
    return str(value)


def open_parquet(path: Path, options: ReadOptions) -> ParquetTable:
    """Open a Parquet file; raises :class:`FileProblem` where it is damaged."""
    return ParquetTable(path, options)
