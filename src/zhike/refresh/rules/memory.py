"""How much memory this process has held at most."""

from __future__ import annotations

import sys

import psutil


def peak_rss_mb() -> int:
    """Return the largest resident set of this process so far, in MiB."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset / 1024**2)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak / 1024**2 if sys.platform == "darwin" else peak / 1024)
