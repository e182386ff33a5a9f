"""HTML tables: what many business systems export under the name ``.xls``."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import BATCH_ROWS, BatchBuilder, RawBatch, ReadOptions, Table
from zhike.core.imports.sniff import HTML, Encoding, encoding_of

_BLOCK = 1 << 16


class _Rows(HTMLParser):
    """Collects the rows of the first table; scripts, styles and nested tables are passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[list[str]] = []
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.depth = 0
        self.finished = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
        if self.finished or self.depth > 1:
            return
        if tag == "tr":
            self._end_row()
            self.row = []
        elif tag in {"td", "th"} and self.row is not None:
            self._end_cell()
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._end_row()
            self.depth -= 1
            self.finished = self.finished or self.depth == 0
        elif tag == "tr":
            self._end_row()
        elif tag in {"td", "th"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is not None and self.row is not None:
            self.row.append("".join(self.cell).strip())
        self.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.row is not None:
            self.done.append(self.row)
        self.row = None

    def take(self) -> list[list[str]]:
        """Return the rows that are complete and forget them."""
        rows, self.done = self.done, []
        return rows


class HtmlTable(Table):
    """The first table of an HTML page."""

    format = HTML

    def __init__(self, path: Path, options: ReadOptions, encoding: Encoding) -> None:
        self.encoding = encoding.name
        self.question = None if encoding.certain else encoding
        self.options = options
        first = next((cells for row, cells in self._rows(path) if self._is_header(row, cells)), None)
        if first is None:
            raise FileProblem("empty_file", file=path.name)
        super().__init__(path, first if options.header else [str(n) for n in range(1, len(first) + 1)])

    def _is_header(self, row: int, cells: list[str]) -> bool:
        return row >= self.options.header_row and any(cells)

    def _rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        parser, number = _Rows(), 0
        with path.open(encoding=self.encoding, errors="replace") as text:
            while block := text.read(_BLOCK):
                parser.feed(block)
                for cells in parser.take():
                    number += 1
                    yield number, cells
        parser.close()

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        builder = BatchBuilder(len(self.columns), size)
        passed = not self.options.header
        for row, cells in self._rows(self.path):
            if not any(cells):
                continue
            if not passed:
                passed = self._is_header(row, cells)
                continue
            if batch := builder.add(row, cells):
                yield batch
        if batch := builder.flush():
            yield batch


def open_html(path: Path, options: ReadOptions) -> HtmlTable:
    """Open the first table of an HTML file."""
    return HtmlTable(path, options, encoding_of(path, options.encoding))
