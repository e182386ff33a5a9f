"""Work in processes of its own: so that memory is that of the work alone, and measured by the system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from zhike.cli.bench.place import Place

_TAIL = 2000


class ChildFailed(Exception):
    """A process of the measurement ended with an error; the text is the end of what it wrote."""


@dataclass(frozen=True)
class Run:
    """A finished process: what it printed as JSON, wall and CPU time, the memory of its largest process."""

    answer: Any
    seconds: float
    cpu_seconds: float | None
    peak_mb: float | None


def zhike(place: Place, *arguments: str) -> Run:
    """Run a ``zhike`` command with ``--json`` in a place."""
    return _run(place, [sys.executable, "-m", "zhike", *arguments, "--json"])


def child(place: Place, task: str, **values: Any) -> Run:
    """Run a task of :mod:`zhike.cli.bench.child` in a place; its answer is what the task returns."""
    return _run(place, [sys.executable, "-m", "zhike.cli.bench.child", task, json.dumps(values)])


def _run(place: Place, command: list[str]) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=place.environment)
        try:
            status, cpu, peak = _wait(process)
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - begin
        out.seek(0)
        err.seek(0)
        if status:
            said = err.read().decode(errors="replace")[-_TAIL:]
            raise ChildFailed(f"{' '.join(command[2:5])} ended with status {status}. It said:\n{said}")
        return Run(json.loads(out.read().splitlines()[-1]), seconds, cpu, peak)


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, float | None, float | None]:
    """Wait; returns exit status, CPU seconds and peak memory in MB (None where the system does not tell)."""
    if not hasattr(os, "wait4"):
        return process.wait(), None, None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit
