"""``zhike serve``: web processes and the background worker, watched over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Annotated

import typer

from zhike.cli import house
from zhike.cli.app import fail

_GRACE_SECONDS = 15
_RESTART_SECONDS = 2.0


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Number of web processes.")] = 2,
) -> None:
    """Serve the pages and run background work until stopped (Ctrl+C)."""
    house.ready()
    serve(host, port, workers)


def serve(host: str, port: int, workers: int) -> None:
    """Start web and worker processes and keep them running; ends them in order on SIGTERM or Ctrl+C."""
    if port_taken(host, port):
        raise fail(
            f"Port {port} on {host} is in use. Stop what listens there, or choose another with --port."
        )
    with suppress(OSError):  # a log on a full disk must not keep the pages from people
        print(f"Zhike is at http://{host}:{port}/   (stop with Ctrl+C)", file=sys.stderr, flush=True)
    watch([lambda: _start_web(host, port, workers), _start_worker])


def port_taken(host: str, port: int) -> bool:
    """Tell whether something listens there already."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _start_web(host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    options += ["--blocking-threads", "1", "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    command_line = [sys.executable, "-m", "granian", *options, "zhike.config.wsgi:application"]
    return subprocess.Popen(command_line, env={**os.environ, "ZHIKE_PROCESS": "web"})


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "zhike", "worker"], env={**os.environ, "ZHIKE_PROCESS": "worker"}
    )


def watch(starters: list[Callable[[], subprocess.Popen[bytes]]]) -> None:
    """Run one process a starter, start again what dies, until SIGTERM or Ctrl+C."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children = [start() for start in starters]
    while not stopping:
        for index, child in enumerate(children):
            if child.poll() is not None and not stopping:
                time.sleep(_RESTART_SECONDS)
                children[index] = starters[index]()
        time.sleep(0.2)
    _end(children)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
