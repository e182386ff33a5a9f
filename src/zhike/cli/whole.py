"""Files that appear under their name when they are whole, or not at all."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from zhike.cli.app import fail


@contextmanager
def in_whole(file: Path, mode: int = 0o600) -> Iterator[Path]:
    """Give a name to write to, beside the file; it takes the file's place when all is on the disk.

    What a killed process left of the same file is removed.
    """
    clear_leftovers(file.parent, f".{file.name}.", ".part")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(file)
        _sync_folder(file.parent)
    except PermissionError as error:
        raise fail(f"{file}: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def workroom(folder: Path, prefix: str) -> Iterator[Path]:
    """Give a folder for this process alone, gone afterwards; what a killed process left of its own too."""
    clear_leftovers(folder, prefix, ".work")
    room = folder / f"{prefix}{os.getpid()}.work"
    room.mkdir(mode=0o700)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def clear_leftovers(folder: Path, prefix: str, ending: str) -> None:
    """Remove what is named ``prefix + process + ending`` and whose process is gone (or was us, long ago)."""
    for path in folder.glob(f"{glob.escape(prefix)}*{ending}"):
        process = path.name.removeprefix(prefix).removesuffix(ending)
        if not process.isdigit() or (int(process) != os.getpid() and psutil.pid_exists(int(process))):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk (not on Windows, which has no such call)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
