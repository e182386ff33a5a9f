"""The file as Parquet in the run's folder, complete groups side by side.

Groups stand in the order of their first row, rows within a group in file order, so the chunks that are
applied later need nothing from each other. The result is a function of file and mapping alone: a run that
was killed stages the same again and goes on at its position. Memory stays flat: text columns pass through
in batches; only when rows of one group stand apart are they sorted, on disk and in a process of its own.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhike.core.errors import StorageFull
from zhike.core.imports.problems import MESSAGES, FileProblem, Problem
from zhike.core.imports.readers import RawBatch, Table
from zhike.core.imports.sorting import ROW_GROUP, bring_together
from zhike.core.imports.transform import Chunk, Transform

STAGED = "staged.parquet"

Progress = Callable[[int], None]
"""Called with the number of rows read so far; may raise to stop."""


@contextmanager
def disk_space() -> Iterator[None]:
    """Turn "no space left" of the system, Arrow or DuckDB into :class:`StorageFull`."""
    try:
        yield
    except StorageFull:
        raise
    except Exception as error:
        full = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}
        text = str(error)
        if full or "No space left" in text or "Disk quota" in text or "database or disk is full" in text:
            raise StorageFull(MESSAGES["disk_full"]) from None
        raise


def stage(table: Table, transform: Transform, folder: Path, progress: Progress) -> int:
    """Write the table to ``folder/staged.parquet`` and return its rows.

    An existing one is not written again.
    """
    final = folder / STAGED
    if final.exists():
        return staged_rows(final)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with disk_space(), _workshop(folder) as room:
        raw, part = room / "raw.parquet", room / "part.parquet"
        rows, runs = _write_raw(table, transform, raw, progress)
        if runs is None or not bring_together(raw, part, len(table.columns), runs, lambda: progress(rows)):
            raw.replace(part)
        _publish(part, final)
    return rows


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Give a folder of this process alone: a sorter whose killed parent had begun before may still write."""
    for leftover in folder.glob("staging-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    room = Path(tempfile.mkdtemp(prefix="staging-", dir=folder))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _publish(part: Path, final: Path) -> None:
    """Make the file durable before it gets the name that says it is complete."""
    with part.open("rb+") as handle:
        os.fsync(handle.fileno())
    part.replace(final)


def _write_raw(table: Table, transform: Transform, path: Path, progress: Progress) -> tuple[int, int | None]:
    """Write rows in file order; returns their number and that of the runs of equal keys (None: no keys)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    width = len(table.columns)
    schema = _schema(width)
    grouped = bool(transform.identity_columns())
    rows = runs = 0
    last: str | None = None
    first = 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        pending: list[Any] = []
        for raw in table.batches():
            keys = transform.identities(raw.columns) if grouped else [None] * len(raw)
            groups = []
            for row, key in zip(raw.rows, keys, strict=True):
                if key is None or key != last:
                    first, last, runs = row, key, runs + 1
                groups.append(first)
            pending.append(pa.record_batch(_arrays(raw, keys, groups), schema=schema))
            rows += len(raw)
            if sum(len(b) for b in pending) >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(pending), row_group_size=ROW_GROUP)
                pending = []
            progress(rows)
        if pending:
            writer.write_table(pa.Table.from_batches(pending), row_group_size=ROW_GROUP)
    if not rows:
        raise FileProblem("no_rows", file=table.path.name)
    return rows, runs if grouped else None


def _schema(width: int) -> Any:
    import pyarrow as pa

    texts = [(f"c{n}", pa.string()) for n in range(width)]
    head = [("_row", pa.int64()), ("_group", pa.int64()), ("_key", pa.string()), ("_fault", pa.string())]
    return pa.schema([*head, *texts])


def _arrays(raw: RawBatch, keys: Sequence[str | None], groups: Sequence[int]) -> list[Any]:
    import pyarrow as pa

    faults: list[str | None] = [None] * len(raw)
    for index, problem in raw.faults.items():
        faults[index] = fault_text(problem)
    numbers = [pa.array(raw.rows, pa.int64()), pa.array(groups, pa.int64())]
    texts = [pa.array(c, pa.string()) for c in (keys, faults, *map(_encodable, raw.columns))]
    return [*numbers, *texts]


def _encodable(cells: list[str | None]) -> list[str | None]:
    """Lone surrogates (UTF-16 files can hold them) are no text; everything else passes untouched."""
    try:
        "".join(c for c in cells if c).encode()
    except UnicodeEncodeError:
        return [None if c is None else c.encode("utf-8", "replace").decode() for c in cells]
    return cells


def fault_text(problem: Problem) -> str:
    """Return a row's fault as it is staged."""
    return json.dumps([problem.code, dict(problem.params)])


def staged_rows(path: Path) -> int:
    """Return the number of staged rows."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def read_chunks(path: Path, start: int, columns: Sequence[int], size: Callable[[], int]) -> Iterator[Chunk]:
    """Yield chunks of complete groups from row ``start`` (a group's first) on.

    ``columns`` are the positions to read; ``size()`` is asked anew for each chunk; a chunk is larger only
    when a single group is.
    """
    gathered: Chunk | None = None
    for piece in _pieces(path, start, columns):
        gathered = piece if gathered is None else _joined(gathered, piece)
        while len(gathered) > size() and (cut := _cut(gathered.groups, size())):
            done, gathered = _split(gathered, cut)
            yield done
    if gathered and len(gathered):
        yield gathered


@dataclass(frozen=True, slots=True)
class Part:
    """One row group of a staged file: rows ``start`` to ``stop``, read on demand."""

    file: Any
    number: int
    start: int
    stop: int

    def read(self, columns: Sequence[int], skip: int = 0) -> Chunk:
        """Return the rows but the first ``skip``, with the cells of these columns."""
        names = ["_row", "_group", "_fault", *(f"c{n}" for n in columns)]
        table = self.file.read_row_group(self.number, columns=names, use_threads=False).slice(skip)
        return Chunk(
            self.start + skip,
            table["_row"].to_pylist(),
            table["_group"].to_pylist(),
            table["_fault"].to_pylist(),
            {n: table[f"c{n}"].to_pylist() for n in columns},
        )


def staged_parts(path: Path) -> Iterator[Part]:
    """Yield the row groups of a staged file."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        at = 0
        for number in range(file.num_row_groups):
            rows = file.metadata.row_group(number).num_rows
            yield Part(file, number, at, at + rows)
            at += rows


def _pieces(path: Path, start: int, columns: Sequence[int]) -> Iterator[Chunk]:
    for part in staged_parts(path):
        if part.stop > start:
            yield part.read(columns, max(0, start - part.start))


def _joined(a: Chunk, b: Chunk) -> Chunk:
    columns = {n: a.columns[n] + b.columns[n] for n in a.columns}
    return Chunk(a.start, a.rows + b.rows, a.groups + b.groups, a.faults + b.faults, columns)


def _split(chunk: Chunk, cut: int) -> tuple[Chunk, Chunk]:
    def part(a: int, b: int) -> Chunk:
        columns = {n: c[a:b] for n, c in chunk.columns.items()}
        return Chunk(chunk.start + a, chunk.rows[a:b], chunk.groups[a:b], chunk.faults[a:b], columns)

    return part(0, cut), part(cut, len(chunk))


def _cut(groups: Sequence[int], size: int) -> int:
    """The last border between groups up to ``size``, else the first one behind it, 0 when there is none."""
    for i in range(size, 0, -1):
        if groups[i] != groups[i - 1]:
            return i
    return next((i for i in range(size + 1, len(groups)) if groups[i] != groups[i - 1]), 0)
