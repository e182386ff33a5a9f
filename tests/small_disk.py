"""A disk that can be filled: a small tmpfs; where nothing may be mounted, processes that write no more."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


class Mounted:
    """A tmpfs of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        """Leave not one block for the process and its children."""
        try:
            with (self.folder / "filler").open("ab", buffering=0) as handle:
                while handle.write(b"x" * 4096):
                    pass
        except OSError:
            return

    def free(self, pid: int) -> None:
        """Give the space back."""
        (self.folder / "filler").unlink()


class Limited:
    """A folder like any other, and processes whose writes the system refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        """Let the process and its children write no more."""
        self._limit(pid, 0)

    def free(self, pid: int) -> None:
        """Let them write as they like."""
        self._limit(pid, psutil.RLIM_INFINITY)

    def _limit(self, pid: int, size: int) -> None:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            each.rlimit(psutil.RLIMIT_FSIZE, (size, psutil.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Mounted | Limited]:
    """A disk at this folder, gone afterwards."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    mounted = (
        os.environ.get("ZHIKE_TEST_MOUNT") != "0" and subprocess.run(command, check=False).returncode == 0
    )
    try:
        yield Mounted(folder) if mounted else Limited(folder)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
