"""Timing of calls: processor time, wall time, queries."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WARM = 3


@dataclass(frozen=True)
class Timing:
    """Of one page: milliseconds of CPU, wall time, queries.

    ``cpu_ms`` is the median of this process (SQLite included), ``server_ms`` the mean of PostgreSQL's.
    """

    cpu_ms: float
    server_ms: float | None
    p50_ms: float
    p99_ms: float
    queries: int


def calls(call: Callable[[], Any], repeat: int) -> Timing:
    """Call some times to warm up, then ``repeat`` times on the clock, then once to count queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM):
        call()
    wall = []
    cpu = []
    server = server_seconds()
    for _ in range(repeat):
        begin, worked = time.perf_counter(), time.process_time()
        call()
        cpu.append(time.process_time() - worked)
        wall.append(time.perf_counter() - begin)
    after = server_seconds()
    with CaptureQueriesContext(connection) as seen:
        call()
    wall.sort()
    cpu.sort()
    on_server = None if server is None or after is None else (after - server) / repeat * 1e3
    return Timing(
        quantile(cpu, 0.5) * 1e3, on_server, quantile(wall, 0.5) * 1e3, quantile(wall, 0.99) * 1e3, len(seen)
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value by nearest rank: with less than a hundred values the 0.99 quantile is the largest."""
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def server_seconds() -> float | None:
    """Return the CPU seconds of this connection's PostgreSQL backend, where it runs on this Linux."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    try:
        fields = Path(f"/proc/{backend}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def best(call: Callable[[], Any], repeat: int = 3) -> tuple[float, float]:
    """Return CPU and wall seconds of the call that took the least CPU: what the work takes by itself."""
    seconds = []
    for _ in range(repeat):
        begin, worked = time.perf_counter(), time.process_time()
        call()
        seconds.append((time.process_time() - worked, time.perf_counter() - begin))
    return min(seconds)
