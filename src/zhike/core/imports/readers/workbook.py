"""Workbooks (xlsx, xlsm, xlsb, xls, ods), read by :mod:`workbook_child` in a process with limited memory."""

from __future__ import annotations

import marshal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import BATCH_ROWS, BatchBuilder, RawBatch, ReadOptions, Table
from zhike.core.imports.sniff import WORKBOOK
from zhike.core.imports.usage import add_helper

MEMORY_MB = 800
"""Address space of the reading process; what it keeps resident is about 150 MB less."""


class _Child:
    """The reading process and its frames."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        self.process = subprocess.Popen(  # noqa: S603 - our own module; the path is one argument
            [
                sys.executable,
                "-m",
                "zhike.core.imports.readers.workbook_child",
                str(path),
                str(MEMORY_MB),
                options.sheet,
                str(int(options.header)),
                str(options.header_row),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    def frame(self) -> Any:
        """Return the next frame; raises :class:`FileProblem` for a fault or a process that died."""
        assert self.process.stdout is not None  # noqa: S101 - opened above
        head = self.process.stdout.read(4)
        data = self.process.stdout.read(struct.unpack("<I", head)[0]) if len(head) == 4 else b""
        if not data:
            raise FileProblem("workbook_memory", file=self.path.name, max=MEMORY_MB)
        frame = marshal.loads(data)  # noqa: S302 - written by our own process; marshal runs no code
        if isinstance(frame, dict) and "error" in frame:
            raise FileProblem(frame["error"], **{"file": self.path.name, "max": MEMORY_MB, **frame["params"]})
        return frame

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


class WorkbookTable(Table):
    """One sheet of a workbook.

    The process that has it open is used by the first ``batches()`` and then ends.
    """

    format = WORKBOOK

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.options = options
        self._child: _Child | None = _Child(path, options)
        try:
            first = self._child.frame()
            super().__init__(path, first["headers"])
        except BaseException:
            self.close()
            raise
        self.sheets = first["sheets"]
        self.sheet: str = first["sheet"]

    def close(self) -> None:
        """End the reading process."""
        if self._child:
            self._child.close()
            self._child = None

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        child = self._child
        if child is None:
            child = _Child(self.path, self.options)
            child.frame()
        self._child = child
        builder = BatchBuilder(len(self.columns), size, marked=True)
        try:
            while not isinstance(frame := child.frame(), dict):
                for row, cells in zip(*frame, strict=True):
                    if batch := builder.add(row, cells):
                        yield batch
            add_helper(frame["peak"])
            if batch := builder.flush():
                yield batch
        finally:
            self.close()


def open_workbook(path: Path, options: ReadOptions) -> WorkbookTable:
    """Open a workbook; raises :class:`FileProblem` where it is damaged, protected, a bomb or too large."""
    return WorkbookTable(path, options)
