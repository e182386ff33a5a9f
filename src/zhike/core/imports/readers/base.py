"""What every reader gives: a table of named columns whose cells come in batches, as text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zhike.core.imports.cells import MARK, MAX_CELL, from_text, header_key, unguard_formula
from zhike.core.imports.problems import FileProblem, Problem

MAX_COLUMNS = 1024
MAX_ROWS_WORKBOOK = 1_048_576
BATCH_ROWS = 4096
BLANK = "\ufeff \t\r\n\u3000\xa0"

Cell = str | None


@dataclass(slots=True)
class RawBatch:
    """Rows as they stand in the file.

    ``rows``: row numbers as a person sees them in a spreadsheet (the header is row 1; of Parquet, which has
    no
    header row, the first record is row 1). ``columns``: one list of cells per column. ``faults``: index into
    ``rows`` → what is wrong with the row as a whole.
    """

    rows: list[int]
    columns: list[list[Cell]]
    faults: dict[int, Problem] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person or a mapping says about the file; empty means: find out.

    ``header`` False: the file has no row of names; its columns are called 1, 2, 3 … ``header_row``: the row
    of
    names where a title stands above it (0: the first row that is not blank).
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: bool = True
    header_row: int = 0


class Table(ABC):
    """An opened file. ``columns`` are unique names.

    Repeated ones get " (1)", " (2)" …, an empty one its position.
    """

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheets: Sequence[str] = ()

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        if len(headers) > MAX_COLUMNS:
            raise FileProblem("too_many_columns", file=path.name, found=len(headers), max=MAX_COLUMNS)
        self.path = path
        self.headers = tuple(headers)
        self.columns = unique_names(headers)

    @abstractmethod
    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Yield all rows in file order; blank rows are left out but counted in the row numbers."""

    def close(self) -> None:  # noqa: B027 - most tables hold nothing open
        """Let go of what the table holds open; reading it again opens it anew."""

    def find(self, name: str) -> int | None:
        """Return the position of the column called ``name`` (exactly, else but for case, blanks, width)."""
        if name in self.columns:
            return self.columns.index(name)
        key = header_key(name)
        keys = [header_key(c) for c in self.columns]
        return keys.index(key) if key and keys.count(key) == 1 else None

    def same_named(self, name: str) -> list[str]:
        """Return the columns that share one header, when there are several."""
        key = header_key(name)
        return [c for c, h in zip(self.columns, self.headers, strict=True) if header_key(h) == key]


def unique_names(headers: Sequence[str]) -> tuple[str, ...]:
    """Return a distinct name for each header.

    Of repeated ones none keeps the bare name, so none is meant by chance.
    """
    bases = [header.strip(BLANK) or f"({position})" for position, header in enumerate(headers, 1)]
    repeated = {base for base, times in Counter(bases).items() if times > 1}
    used = set(bases)
    names = []
    for base in bases:
        name, n = base, 0
        while base in repeated and name in used:
            n += 1
            name = f"{base} ({n})"
        used.add(name)
        names.append(name)
    return tuple(names)


def text_column(values: Sequence[str], *, marked: bool = False) -> list[Cell]:
    """Return cells of text as they are handed on: blank ones None, damaged ones marked, guards taken away.

    A column of plain text (most are) is recognised as a whole, which spares a look at every cell.
    """
    joined = "".join(values)
    plain = joined.isascii() and joined.isprintable() and "'" not in joined
    if plain and len(joined) <= MAX_CELL:
        return [(v if v and not v.isspace() else None) for v in values]
    return [v if marked and v.startswith(MARK) else _cell(v) for v in values]


def _cell(text: str) -> Cell:
    if not text.strip(BLANK):
        return None
    return from_text(unguard_formula(text) if text[0] == "'" else text)


class BatchBuilder:
    """Gathers rows of cells into batches; rows of another length than the header get a fault.

    ``marked``: the cells come from our own reading process, which has marked damaged ones already.
    """

    def __init__(self, width: int, size: int, *, marked: bool = False) -> None:
        self.width = width
        self.size = size
        self.marked = marked
        self._start()

    def _start(self) -> None:
        self.rows: list[int] = []
        self.records: list[Sequence[str]] = []
        self.faults: dict[int, Problem] = {}

    def add(self, row: int, cells: Sequence[str], fault: Problem | None = None) -> RawBatch | None:
        """Add one row; returns a full batch when this row fills it."""
        width = self.width
        if len(cells) != width:
            if len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            else:
                fault = fault or Problem("ragged_row", {"found": len(cells), "expected": width})
                cells = [*cells[:width], *[""] * (width - len(cells))]
        if fault is not None:
            self.faults[len(self.rows)] = fault
        self.rows.append(row)
        self.records.append(cells)
        return self.flush() if len(self.rows) >= self.size else None

    def flush(self) -> RawBatch | None:
        """Return what is gathered as a batch, None when nothing is."""
        if not self.rows:
            return None
        columns = [text_column(c, marked=self.marked) for c in zip(*self.records, strict=True)]
        batch = RawBatch(self.rows, columns, self.faults)
        self._start()
        return batch
