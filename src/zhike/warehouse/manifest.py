"""Which immutable Parquet parts make up the warehouse now.

A part is written once under a name of its own and never altered. The manifest lists the parts of every
table; it is replaced by a rename, so a reader sees the warehouse before a refresh or after it, never
between.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from zhike.warehouse.errors import WarehouseError

FILE = "manifest.json"
FORMAT = 1
KEEP_SECONDS = 3600.0
"""How long a part that no manifest names is kept: readers that opened an older manifest may still need it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table. ``fingerprint`` tells whether the rows it was made from have changed."""

    file: str
    rows: int
    bucket: int = 0
    fingerprint: str = ""


@dataclass(frozen=True)
class Manifest:
    """The parts by table, and what the last writer noted (run, sums, date)."""

    tables: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    snapshot: int = 0

    def parts(self, table: str) -> dict[int, Part]:
        """Return a table's parts by bucket."""
        return {part.bucket: part for part in self.tables.get(table, ())}

    def files(self) -> set[str]:
        """Return the names of all files in use."""
        return {part.file for parts in self.tables.values() for part in parts}


def load(folder: Path) -> Manifest:
    """Read the manifest of a folder; an empty one where there is none yet."""
    try:
        raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError) as error:
        raise WarehouseError(f"{folder / FILE} can't be read ({error}). Run: zhike refresh --full") from error
    if raw.get("format") != FORMAT:
        raise WarehouseError(f"{folder / FILE} has format {raw.get('format')!r}. Run: zhike refresh --full")
    tables = {name: tuple(Part(**part) for part in parts) for name, parts in raw["tables"].items()}
    return Manifest(tables, raw["notes"], raw["snapshot"])


def store(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in place of the current one: written beside it, synced, renamed, folder synced."""
    tables = {name: [asdict(part) for part in parts] for name, parts in manifest.tables.items()}
    body = {"format": FORMAT, "snapshot": manifest.snapshot, "notes": dict(manifest.notes), "tables": tables}
    beside = folder / f"{FILE}.{os.getpid()}.tmp"
    with beside.open("w", encoding="utf-8") as handle:
        json.dump(body, handle, ensure_ascii=False, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(folder / FILE)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Have a finished file on disk before a manifest names it."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Have a folder's entries on disk (not on Windows, which has no such call)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path, manifests: Iterable[Manifest], *, older_than: float = KEEP_SECONDS) -> list[str]:
    """Remove files that none of the manifests names, once they are old enough; returns their names."""
    used = set[str]().union(*(manifest.files() for manifest in manifests))
    limit = time.time() - older_than
    removed = []
    for path in sorted([*folder.glob("*.parquet"), *folder.glob("*.tmp")]):
        if path.name not in used and path.stat().st_mtime <= limit:
            path.unlink(missing_ok=True)
            removed.append(path.name)
    return removed
