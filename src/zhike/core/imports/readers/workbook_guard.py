"""Looks at a workbook before it is opened: sizes declared and counted, entities, geometry.

A spreadsheet of 300 KB can unpack to gigabytes; everything here streams and stops at the limits.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import MAX_COLUMNS, MAX_ROWS_WORKBOOK

MAX_ENTRIES = 5_000
MAX_UNPACKED = 1_500_000_000
MAX_RATIO = 100
RATIO_FROM = 10_000_000
"""Small parts may pack well; the ratio counts for parts that unpack to more than this many bytes."""

_BLOCK = 1 << 20
_OVERLAP = 64
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00[DE]\x00|\x00<\x00!\x00[DE]", re.IGNORECASE)
_FAR_COLUMN = re.compile(rb'\sr="([A-Z]{3,7})(\d{1,10})"')
_FAR_ROW = re.compile(rb'\sr="([A-Z]{0,3})(\d{7,20})"')
_PARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}


def check_workbook(path: Path) -> None:
    """Raise :class:`FileProblem` when the workbook is no workbook, a bomb, or claims cells far outside."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, path.name)
            for info in archive.infolist():
                _check_part(archive, info, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise FileProblem("damaged_workbook", file=path.name, error=str(error)[:200]) from None


def _check_directory(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    if any(info.flag_bits & 1 for info in entries):
        raise FileProblem("password_protected", file=name)
    if len(entries) > MAX_ENTRIES:
        raise FileProblem("workbook_bomb", file=name, detail=f"{len(entries):,} parts")
    declared = sum(info.file_size for info in entries)
    if declared > MAX_UNPACKED:
        raise FileProblem("workbook_bomb", file=name, detail=f"{declared:,} bytes")
    if not _PARTS & {info.filename for info in entries}:
        raise FileProblem("not_a_table", file=name, what="ZIP")


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    """Count what the part really unpacks to (the directory may lie) and read its markup on the way."""
    counted, tail = 0, b""
    markup = info.filename.lower().endswith((".xml", ".rels", ".vml"))
    sheet = markup and "sheets/" in info.filename.lower()
    with archive.open(info) as part:
        while block := part.read(_BLOCK):
            counted += len(block)
            if counted > MAX_UNPACKED or (
                counted > RATIO_FROM and counted > MAX_RATIO * max(info.compress_size, 1)
            ):
                raise FileProblem(
                    "workbook_bomb", file=name, detail=f"{info.filename[:60]}: {counted:,} bytes"
                )
            window = tail + block
            if markup and _ENTITIES.search(window):
                raise FileProblem("workbook_entities", file=name)
            if sheet:
                _check_geometry(window, name)
            tail = block[-_OVERLAP:]


def _check_geometry(window: bytes, name: str) -> None:
    for match in (*_FAR_COLUMN.finditer(window), *_FAR_ROW.finditer(window)):
        letters, digits = match[1].decode(), match[2].decode()
        if column_number(letters) > MAX_COLUMNS or int(digits) > MAX_ROWS_WORKBOOK:
            raise FileProblem(
                "workbook_geometry",
                file=name,
                cell=(letters + digits)[:20],
                rows=f"{MAX_ROWS_WORKBOOK:,}",
                columns=f"{MAX_COLUMNS:,}",
            )


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA, 0 for none."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
