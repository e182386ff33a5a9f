"""What a power cut leaves of a process's files: recorded by strace, replayed up to any moment.

Until a file is synced each of its writes may be on the disk or not, whole or the first part of it.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

TRACE = ["strace", "-f", "-qq", "-xx", "-y", "-s", "70000"]
TRACE += ["-e", "trace=write,pwrite64,ftruncate,fsync,fdatasync,unlink"]
_CALL = re.compile(
    r'\d+ (\w+)\((?:\d+<(?P<fd>[^>]*)>|"(?P<path>[^"]*)")'
    r'(?:, "(?P<data>[^"]*)")?(?:, (?P<a>\d+))?(?:, (?P<b>\d+))?\) += \d+'
)
Write = tuple[int, bytes]


@dataclass
class Disk:
    """Files as they are for sure, and the writes that a power cut may take."""

    synced: dict[str, bytearray]
    pending: dict[str, list[Write | int]] = field(default_factory=dict)

    def write(self, name: str, change: Write | int) -> None:
        """Note a write (offset, bytes) or the cut to a length."""
        self.pending.setdefault(name, []).append(change)

    def sync(self, name: str) -> None:
        """Have all writes of a file on the disk."""
        for change in self.pending.pop(name, []):
            apply(self.synced.setdefault(name, bytearray()), change)

    def after_power_cut(self, draw: random.Random) -> dict[str, bytearray]:
        """Return the files as they might be found: none, some or all of the pending writes on the disk."""
        chance = draw.choice([0.0, 0.5, 0.95, 1.0])
        found = {name: bytearray(content) for name, content in self.synced.items()}
        for name, changes in self.pending.items():
            for change in changes:
                if draw.random() < chance:
                    apply(found.setdefault(name, bytearray()), torn(change, draw))
        return found


def torn(change: Write | int, draw: random.Random) -> Write | int:
    """Return a write whole, or now and then only its first sectors."""
    if isinstance(change, int) or draw.random() < 0.9:
        return change
    return change[0], change[1][: draw.randrange(0, len(change[1]) + 1, 512)]


def apply(content: bytearray, change: Write | int) -> None:
    """Do one write to the content of a file."""
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
        return
    offset, data = change
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def plain(text: str) -> bytes:
    """Return what strace wrote as hexadecimal."""
    return bytes.fromhex(text.replace("\\x", ""))


def replay(trace: Path, disk: Disk) -> Iterator[list[str]]:
    """Do the recorded calls one by one; yields what the process had said by then, after each."""
    said: list[str] = []
    for line in trace.open():
        call = _CALL.match(line)
        if call is None:
            continue
        name = Path(plain(call["fd"] or call["path"] or "").decode()).name
        if call[1] == "write":
            said = [*said, plain(call["data"]).decode().strip()]
        elif name in {"zhike.sqlite3", "zhike.sqlite3-wal"}:
            _do(disk, call, name)
        yield said


def _do(disk: Disk, call: re.Match[str], name: str) -> None:
    if call[1] == "pwrite64":
        disk.write(name, (int(call["b"]), plain(call["data"])))
    elif call[1] == "ftruncate":
        disk.write(name, int(call["a"]))
    elif call[1] == "unlink":
        disk.pending.pop(name, None)
        disk.synced.pop(name, None)
    else:
        disk.sync(name)


def found_by_the_next_start(folder: Path, files: dict[str, bytearray]) -> tuple[list[str], list[str]]:
    """Open what a power cut left; returns SQLite's complaints and the names of the customers."""
    for name in ("zhike.sqlite3", "zhike.sqlite3-wal", "zhike.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
        if name in files:
            (folder / name).write_bytes(files[name])
    with closing(sqlite3.connect(folder / "zhike.sqlite3")) as database:
        wrong = [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [str(row) for row in database.execute("PRAGMA foreign_key_check")]
        return wrong, [row[0] for row in database.execute("SELECT name FROM customers_customer ORDER BY id")]
