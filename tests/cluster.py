"""A PostgreSQL of a test's own, to be stopped, killed and started again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation import free_port


def programs() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Cluster:
    """One server with an empty database, its files in a folder of its own."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self.folder, self.bin, self.port = folder, bin_folder, free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "-D", str(folder / "data"), *options)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop; ``immediate`` is a crash."""
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_postgres, str(self.bin / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def own_cluster(bin_folder: Path) -> Iterator[Cluster]:
    """A started server, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhike-pg-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, "postgres")
        cluster = Cluster(Path(name), bin_folder)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
