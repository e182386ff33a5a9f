"""What a number must be read with: the machine, its load, the versions."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("django", "numpy", "scipy", "numba", "duckdb", "pyarrow")
PEERS = ("lifetimes", "pandas")


def describe(database: str) -> dict[str, str]:
    """Return date, processor, memory, load and versions by label; no host name and no path."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory_gb()} GB",
        "load": load(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "database": database,
        "packages": _versions(PACKAGES),
        "peers": _versions(PEERS) or "none installed",
    }


def load() -> str:
    """Return the load average of the last one and five minutes, where the system tells."""
    try:
        one, five, _ = os.getloadavg()
    except (AttributeError, OSError):
        return "unknown"
    return f"{one:.1f} (1 min), {five:.1f} (5 min)"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.machine()


def _memory_gb() -> int:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError, OSError):
        return 0


def _versions(names: tuple[str, ...]) -> str:
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
