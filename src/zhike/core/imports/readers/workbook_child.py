"""The process that opens a workbook, with a limit on its memory: what goes wrong in it stays in it.

Writes length-prefixed ``marshal`` frames to standard output: first ``{"sheets", "sheet", "headers"}`` or
``{"error": code, "params"}``, then ``(rows, records)`` for each batch, then ``{"peak": MB}``.
"""

from __future__ import annotations

import datetime as dt
import marshal
import struct
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from zhike.core.imports.cells import MARK, damaged
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import BATCH_ROWS, MAX_COLUMNS, ReadOptions
from zhike.core.imports.readers.numbers import from_float
from zhike.core.imports.readers.workbook_guard import check_workbook
from zhike.core.imports.readers.workbook_stream import large_sheet, stream
from zhike.core.imports.usage import own_peak_mb

Row = tuple[int, list[Any]]


def send(frame: Any) -> None:
    """Write one frame."""
    data = marshal.dumps(frame)
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
    sys.stdout.buffer.flush()


def limit_memory(megabytes: int) -> None:
    """Bound this process's address space, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def as_cell(value: Any) -> str:
    """Return a cell of a workbook as text; a number that a double cannot hold exactly is marked."""
    if isinstance(value, str):
        return value if MARK not in value else damaged("nul_character", value.replace(MARK, "�"))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return from_float(value) or ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def open_sheet(path: Path, wanted: str) -> tuple[Any, list[str]]:
    """Return the sheet of this name (else the first visible one that holds anything) and all names."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_path(str(path))
    visible = calamine.SheetVisibleEnum.Visible
    names = [m.name for m in book.sheets_metadata if m.visible == visible] or list(book.sheet_names)
    if wanted:
        if wanted not in book.sheet_names:
            raise FileProblem("no_such_sheet", sheet=wanted[:60], sheets=", ".join(names)[:300])
        return book.get_sheet_by_name(wanted), names
    sheets = (book.get_sheet_by_name(name) for name in names)
    return next((s for s in sheets if s.total_height), None), names


def rows_of(sheet: Any) -> Iterator[Row]:
    """Yield (row number, cells); blank rows above the data are among them."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, [as_cell(c) if c != "" else "" for c in cells]


def header_of(rows: Iterator[Row], options: ReadOptions) -> tuple[list[str], list[Row]]:
    """Return the column names, and the row read for them when it is data."""
    for number, cells in rows:
        if number < options.header_row or not any(c.strip() for c in cells):
            continue
        while cells and not cells[-1].strip() and options.header:
            cells.pop()
        if options.header:
            return cells[: MAX_COLUMNS + 1], []
        return [str(n) for n in range(1, len(cells) + 1)], [(number, cells)]
    return [], []


def send_rows(rows: Iterable[Row], width: int) -> None:
    """Send the rows that hold anything, batch by batch; rows that end early are filled with blanks."""
    numbers: list[int] = []
    records: list[list[str]] = []
    for number, cells in rows:
        if any(cells):
            numbers.append(number)
            records.append(cells + [""] * (width - len(cells)))
        if len(numbers) >= BATCH_ROWS:
            send((numbers, records))
            numbers, records = [], []
    if numbers:
        send((numbers, records))
    send({"peak": own_peak_mb()})


def main(path: Path, options: ReadOptions) -> None:
    """Read the workbook and send it; faults are sent as a frame of their own."""
    with path.open("rb") as handle:
        zipped = handle.read(2) == b"PK"
    if zipped:
        check_workbook(path)
    part = large_sheet(path, options.sheet) if zipped else None
    if part:
        name, names, rows = stream(path, part)
    else:
        sheet, names = open_sheet(path, options.sheet)
        if sheet is None:
            raise FileProblem("empty_file", file=path.name)
        name, rows = sheet.name, rows_of(sheet)
    headers, kept = header_of(rows, options)
    if not headers:
        raise FileProblem("empty_file", file=path.name)
    send({"sheets": names, "sheet": name, "headers": headers})
    send_rows(chain(kept, rows), len(headers))


def guarded(path: Path, options: ReadOptions) -> None:
    """Run :func:`main`; every fault becomes a frame."""
    try:
        main(path, options)
    except FileProblem as problem:
        send({"error": problem.code, "params": problem.params})
    except MemoryError:
        send({"error": "workbook_memory", "params": {}})
    except BrokenPipeError:
        sys.exit(0)
    except BaseException as error:  # noqa: BLE001 - a panic of the reader is no Exception
        protected = type(error).__name__ == "PasswordError"
        code = "password_protected" if protected else "damaged_workbook"
        detail = (str(error).splitlines() or [type(error).__name__])[0][:200]
        send({"error": code, "params": {"file": path.name, "error": detail}})


if __name__ == "__main__":
    limit_memory(int(sys.argv[2]))
    guarded(
        Path(sys.argv[1]),
        ReadOptions(sheet=sys.argv[3], header=sys.argv[4] == "1", header_row=int(sys.argv[5])),
    )
