"""Reads one sheet of an xlsx row by row, in flat memory: for sheets that calamine would hold as a whole.

Slower per cell than calamine by half, so only large sheets come here. Parts are read as the format says
(ECMA-376): shared and inline strings, formulas by their cached value, numbers that a style shows as dates.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from zhike.core.imports.cells import MARK, damaged
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import MAX_COLUMNS, MAX_ROWS_WORKBOOK
from zhike.core.imports.readers.numbers import from_float
from zhike.core.imports.readers.workbook_guard import column_number

LARGE = 150_000_000
"""Bytes of unpacked markup from which a sheet is streamed."""

_BLOCK = 1 << 18
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - cells have no zone

Start = Callable[[str, dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet by name and the part of the archive that holds it."""

    name: str
    part: str
    visible: bool


@dataclass(slots=True)
class Book:
    """What a sheet needs from the rest of the workbook."""

    sheets: list[SheetPart] = field(default_factory=list)
    epoch: dt.datetime = _EPOCH
    dates: frozenset[str] = frozenset()
    strings: list[str] = field(default_factory=list)


def large_sheet(path: Path, wanted: str) -> str | None:
    """Return the part of the sheet to read when it is so large that it is streamed, else None."""
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return None
        book = _open_book(archive)
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        sheets = [s for s in book.sheets if (s.name == wanted if wanted else s.visible)]
        chosen = next((s.part for s in sheets if sizes.get(s.part, 0) > 2000), None)
        return chosen if chosen and sizes[chosen] > LARGE else None


def stream(path: Path, part: str) -> tuple[str, list[str], Iterator[tuple[int, list[str]]]]:
    """Return the sheet's name, the names of the visible sheets, and its rows as (row number, cells)."""
    archive = zipfile.ZipFile(path)
    book = _open_book(archive)
    book.dates = _date_styles(archive)
    book.strings = _shared_strings(archive)
    name = next(s.name for s in book.sheets if s.part == part)
    return name, [s.name for s in book.sheets if s.visible], _rows(archive, part, book, path.name)


def _parse(
    archive: zipfile.ZipFile, part: str, start: Start, end: Any = None, text: Any = None
) -> Iterator[None]:
    """Feed a part to the handlers block by block; prefixes of element names are dropped."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    with archive.open(part) as handle:
        while block := handle.read(_BLOCK):
            parser.Parse(block)
            yield
        parser.Parse(b"", True)  # noqa: FBT003 - a C function without keywords
        yield


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _open_book(archive: zipfile.ZipFile) -> Book:
    targets: dict[str, str] = {}
    book = Book()

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            key = next((v for k, v in attributes.items() if _local(k) == "id"), "")
            visible = attributes.get("state", "visible") == "visible"
            book.sheets.append(SheetPart(attributes.get("name", ""), targets.get(key, ""), visible))
        elif _local(name) == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            book.epoch = _EPOCH_1904

    for _ in _parse(archive, "xl/_rels/workbook.xml.rels", relation):
        pass
    for _ in _parse(archive, "xl/workbook.xml", sheet):
        pass
    return book


def _date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the style numbers (as text) whose number format shows a date or time."""
    formats = {str(n): True for n in _DATE_FORMATS}
    styles: list[bool] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "numFmt":
            code = _NOT_FORMAT.sub("", attributes.get("formatCode", ""))
            formats[attributes.get("numFmtId", "")] = bool(re.search(r"[ymdhs]", code, re.IGNORECASE))
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            styles.append(formats.get(attributes.get("numFmtId", "0"), False))

    def end(name: str) -> None:
        if _local(name) == "cellXfs":
            inside[0] = False

    if "xl/styles.xml" in archive.namelist():
        for _ in _parse(archive, "xl/styles.xml", start, end):
            pass
    return frozenset(str(n) for n, shown in enumerate(styles) if shown)


class _Strings:
    """The handlers of the shared strings; readings beside Chinese characters (``rPh``) are passed over."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.pieces: list[str] = []
        self.reading = self.phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "si":
            self.pieces = []
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.reading = not self.phonetic

    def end(self, name: str) -> None:
        name = _local(name)
        if name == "si":
            self.strings.append(_unescaped("".join(self.pieces)))
        elif name == "rPh":
            self.phonetic = False
        elif name == "t":
            self.reading = False

    def text(self, data: str) -> None:
        if self.reading:
            self.pieces.append(data)


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    shared = _Strings()
    if "xl/sharedStrings.xml" in archive.namelist():
        for _ in _parse(archive, "xl/sharedStrings.xml", shared.start, shared.end, shared.text):
            pass
    return shared.strings


def _unescaped(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    return text if MARK not in text else damaged("nul_character", text.replace(MARK, "�"))


class _Sheet:
    """The handlers of a sheet's markup; finished rows wait in ``done``."""

    def __init__(self, book: Book, file: str) -> None:
        self.book, self.file = book, file
        self.done: list[tuple[int, list[str]]] = []
        self.cells: list[str] = []
        self.row = 0
        self.column = 0
        self.kind = self.style = ""
        self.reading = False
        self.pieces: list[str] = []
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self.reading = True
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.cells, self.column = [], 0
            if self.row > MAX_ROWS_WORKBOOK:
                raise self._outside(f"A{self.row}")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        letters = reference.rstrip("0123456789")
        if letters:
            found = self.columns.get(letters)
            self.column = found or self.columns.setdefault(letters, column_number(letters.upper()))
        else:
            self.column += 1
        if self.column > MAX_COLUMNS:
            raise self._outside(reference)
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.pieces = []

    def _outside(self, cell: str) -> FileProblem:
        limits = {"rows": f"{MAX_ROWS_WORKBOOK:,}", "columns": f"{MAX_COLUMNS:,}"}
        return FileProblem("workbook_geometry", file=self.file, cell=cell[:20], **limits)

    def text(self, data: str) -> None:
        if self.reading:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        name = _local(name)
        if name in {"v", "t"}:
            self.reading = False
        elif name == "c":
            if self.pieces:
                self.cells += [""] * (self.column - len(self.cells) - 1)
                self.cells.append(self._value("".join(self.pieces)))
        elif name == "row":
            self.done.append((self.row, self.cells))

    def _value(self, text: str) -> str:
        kind = self.kind
        if kind == "s":
            return self.book.strings[int(text)]
        if kind == "n":
            return self._number(text)
        if kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        return _unescaped(text)

    def _number(self, text: str) -> str:
        if self.style in self.book.dates:
            return _moment(float(text), self.book.epoch)
        if text.isdigit() and len(text) < 16:
            return text
        return from_float(float(text)) or ""


def _moment(serial: float, epoch: dt.datetime) -> str:
    if not 0 <= serial < 2_958_466:
        return str(serial)
    moment = epoch + dt.timedelta(milliseconds=round(serial * 86_400_000))
    return moment.time().isoformat() if serial < 1 else moment.isoformat(sep=" ")


def _rows(archive: zipfile.ZipFile, part: str, book: Book, file: str) -> Iterator[tuple[int, list[str]]]:
    sheet = _Sheet(book, file)
    for _ in _parse(archive, part, sheet.start, sheet.end, sheet.text):
        done, sheet.done = sheet.done, []
        yield from done
