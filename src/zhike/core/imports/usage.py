"""Peak memory of this process and the helpers it starts, for reports."""

from __future__ import annotations

import sys
from pathlib import Path

_with_helpers = 0.0


def _linux(key: str) -> float | None:
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next((line for line in status.read_text().splitlines() if line.startswith(key + ":")), "")
    return int(line.split()[1]) / 1024 if line else None


def own_peak_mb() -> float:
    """Return the most memory this process alone has had resident, in MB."""
    peak = _linux("VmHWM")
    if peak is not None:
        return peak
    try:
        import resource
    except ImportError:
        import psutil

        info = psutil.Process().memory_info()
        return float(getattr(info, "peak_wset", info.rss)) / 1_048_576
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1_048_576 if sys.platform == "darwin" else 1024
    )


def add_helper(peak_mb: float) -> None:
    """Note a helper process that ran beside this one: its peak counts on top of what this one has now."""
    global _with_helpers  # noqa: PLW0603 - one figure for the process
    _with_helpers = max(_with_helpers, peak_mb + (_linux("VmRSS") or own_peak_mb()))


def peak_rss_mb() -> float:
    """Return the most memory that this process and a helper beside it have had resident, in MB."""
    return round(max(own_peak_mb(), _with_helpers), 1)
