"""Text tables: comma, tab, semicolon, bar or white space between the cells, quoted or not.

Broken quoting stays where it is: a mark that is never closed costs its own row, not the rest of the file.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from zhike.core.imports import cells
from zhike.core.imports.problems import FileProblem, Problem
from zhike.core.imports.readers.base import BATCH_ROWS, BLANK, BatchBuilder, RawBatch, ReadOptions, Table
from zhike.core.imports.sniff import DELIMITED, Encoding, encoding_of

DELIMITERS = (",", "\t", ";", "|")
WHITE_SPACE = " "
MAX_LINE = 4_000_000
MAX_LINES_OF_RECORD = 500
MAX_OPEN_QUOTES = 1000
_SAMPLE_LINES = 200

Record = tuple[int, int, list[str], Problem | None]
"""Row number, line number, cells, fault."""


class _RecordTooLong(Exception):
    pass


class _Lines:
    """Feeds a ``csv.reader``, remembers the lines of the record that is open, and can take them back."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(self.taken) > MAX_LINES_OF_RECORD:
            raise _RecordTooLong
        return line

    def _read(self) -> str:
        line = self.stream.readline(MAX_LINE)
        if len(line) == MAX_LINE and not line.endswith("\n"):
            while (rest := self.stream.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
                pass
        return line

    def take_back(self) -> None:
        """Keep only the first line of the open record; the others will be read again."""
        self.number -= len(self.taken) - 1
        self.again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def records(stream: TextIO, delimiter: str, name: str) -> Iterator[Record]:
    """Yield every record of a text table, broken ones with their fault; blank lines count as rows."""
    lines = _Lines(stream)
    if delimiter == WHITE_SPACE:
        for line in lines:
            yield lines.number, lines.number, line.split(), None
            lines.taken.clear()
        return
    yield from _quoted(lines, delimiter, name)


def _quoted(lines: _Lines, delimiter: str, name: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    row = broken = first_broken = 0
    while True:
        fault: Problem | None = None
        lines.taken.clear()
        start = lines.number + 1
        try:
            found = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RecordTooLong):
            found, fault = _repair(lines, delimiter, start)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        row += 1
        if fault and fault.code == "open_quote":
            broken, first_broken = broken + 1, first_broken or start
            if broken > MAX_OPEN_QUOTES:
                raise FileProblem("too_many_open_quotes", file=name, found=broken, line=first_broken)
        yield row, start, found, fault


def _repair(lines: _Lines, delimiter: str, start: int) -> tuple[list[str], Problem | None]:
    """A record that strict reading refused: its first line alone is judged, the others are read again."""
    if not lines.taken:
        return [], Problem("open_quote", {"line": start})
    several = len(lines.taken) > 1
    lines.take_back()
    line = lines.taken[0]
    if len(line) > cells.MAX_CELL:
        return [cells.damaged("giant_field", line[:200])], Problem("giant_field", {"max": cells.MAX_CELL})
    if several or _stays_open(line, delimiter):
        return line.rstrip("\r\n").split(delimiter), Problem("open_quote", {"line": start})
    return next(csv.reader([line], delimiter=delimiter)), None


def _stays_open(line: str, delimiter: str) -> bool:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


class DelimitedTable(Table):
    """A text table with its encoding and delimiter found or stated."""

    format = DELIMITED

    def __init__(self, path: Path, options: ReadOptions, encoding: Encoding) -> None:
        self.encoding = encoding.name
        self.question = None if encoding.certain else encoding
        self.has_header = options.header
        self.header_row = options.header_row
        self.delimiter = options.delimiter or self._delimiter(path)
        super().__init__(path, self._headers(path))

    def _open(self, path: Path) -> TextIO:
        return path.open(encoding=self.encoding, errors="replace", newline="")

    def _delimiter(self, path: Path) -> str:
        with self._open(path) as stream:
            lines = [stream.readline(MAX_LINE) for _ in range(_SAMPLE_LINES)]
        return best_delimiter([line for line in lines if line.strip()])

    def _headers(self, path: Path) -> list[str]:
        with self._open(path) as stream:
            for row, _, found, _ in records(stream, self.delimiter, path.name):
                if self._is_header(row, found):
                    return self._named(found)
        raise FileProblem("empty_file", file=path.name)

    def _is_header(self, row: int, found: list[str]) -> bool:
        return row >= self.header_row and any(c.strip(BLANK) for c in found)

    def _named(self, found: list[str]) -> list[str]:
        while found and not found[-1].strip():
            found = found[:-1]
        if not self.has_header:
            return [str(n) for n in range(1, len(found) + 1)]
        return [c.replace(cells.MARK, "").removeprefix("\ufeff")[:200] for c in found]

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        builder = BatchBuilder(len(self.columns), size)
        with self._open(self.path) as stream:
            header_passed = not self.has_header
            for row, _, found, fault in records(stream, self.delimiter, self.path.name):
                if fault is None and not any(found):
                    continue
                if not header_passed:
                    header_passed = self._is_header(row, found)
                    continue
                batch = builder.add(row, found, fault)
                if batch:
                    yield batch
        if batch := builder.flush():
            yield batch


def best_delimiter(lines: list[str]) -> str:
    """Return the delimiter that most often splits the sample into the same number of cells, more than one."""
    scores = {d: _score(lines, d) for d in DELIMITERS}
    best = max(scores, key=lambda d: scores[d])
    if scores[best] > (0.0, 1):
        return best
    widths = {len(line.split()) for line in lines}
    return WHITE_SPACE if len(widths) == 1 and widths != {1} and len(lines) > 1 else ","


def _score(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(r) for r in csv.reader(lines, delimiter=delimiter) if r]
    except csv.Error:
        widths = [line.count(delimiter) + 1 for line in lines]
    if not widths or widths[0] < 2:
        return (0.0, 1)
    return (round(sum(w == widths[0] for w in widths) / len(widths), 1), widths[0])


def open_delimited(path: Path, options: ReadOptions) -> DelimitedTable:
    """Open a text table; an uncertain encoding is kept as ``question`` for the caller to ask."""
    return DelimitedTable(path, options, encoding_of(path, options.encoding))
