"""Told to end, or killed: requests are answered, jobs handed back, files whole or not there."""

from __future__ import annotations

import signal
import tarfile
import threading
from http.client import HTTPException

import pytest

from tests.installation import CUSTOMERS, Installation, Server, wait_for

pytestmark = pytest.mark.slow

ROWS = 30_000
UPLOAD = f"""
import django; django.setup()
from zhike.core.imports import wizard
from zhike.core.permissions import SYSTEM
rows = "code,name\\n" + "".join(f"P{{n}},thing {{n}}\\n" for n in range({ROWS}))
run = wizard.upload([rows.encode()], kind="products", file_name="products.csv", by=SYSTEM)
wizard.start(run, wizard.preview(wizard.Path(run.file_path), "products").mapping, by=SYSTEM, dry_run=False)
"""
JOB = "SELECT state, attempts FROM core_job WHERE name = 'imports.run'"
PRODUCTS = "SELECT count(*) FROM catalog_product"


class Caller(threading.Thread):
    """Reads and saves until nobody listens any more."""

    def __init__(self, server: Server, label: str) -> None:
        super().__init__(daemon=True)
        self.server, self.label = server, label
        self.kept: list[str] = []
        self.failed: list[str] = []

    def run(self) -> None:
        try:
            while self.both_answered():
                pass
        except (OSError, HTTPException) as error:
            self.failed.append(f"cut off: {error!r}")

    def both_answered(self) -> bool:
        """Save and read once; a save may be told to come back, for on SQLite an import is in its way."""
        name = f"{self.label} {len(self.kept)}"
        saved, read = self.server.save(name), self.server.get("/customers/")
        if saved.status == 201:
            self.kept.append(name)
        if saved.status not in {0, 201, 503} or read.status not in {0, 200}:
            self.failed.append(f"{saved.status} {read.status}")
        return read.status != 0


def test_told_to_end_it_answers_who_is_there_and_hands_its_job_back(installation):
    installation.inhabit()
    with Server(installation, workers=2) as server:
        done = installation.python("-c", UPLOAD)
        assert done.returncode == 0, done.stderr
        callers = [Caller(server, "one"), Caller(server, "two"), Caller(server, "three")]
        for caller in callers:
            caller.start()
        assert wait_for(
            lambda: installation.ask("SELECT position FROM core_importrun WHERE position > 0") != []
        )
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        for caller in callers:
            caller.join()
    assert [caller.failed for caller in callers] == [[], [], []]
    names = [name for (name,) in installation.ask("SELECT name FROM customers_customer ORDER BY id")]
    assert sorted(names[CUSTOMERS:]) == sorted(name for caller in callers for name in caller.kept)
    assert installation.ask(JOB) == [("queued", 0)]
    assert installation.ask(PRODUCTS)[0][0] < ROWS
    with Server(installation):
        assert wait_for(lambda: installation.ask(JOB)[0][0] == "done")
    assert installation.ask(JOB) == [("done", 1)]
    assert installation.ask(PRODUCTS) == [(ROWS,)]


# ---------------------------------------------------------------- files

DEADLY = """
import os, signal, sys
from pathlib import Path
at, *command = sys.argv[1:]
calls = []
def deadly(real):
    def call(*args, **kwargs):
        calls.append(args)
        if len(calls) == int(at):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
Path.replace, Path.chmod = deadly(Path.replace), deadly(Path.chmod)
sys.argv = ["zhike", *command]
from zhike.cli import main
main()
"""
"""Runs a command and dies where its files are written but not yet named, or not yet all in place."""


def killed_on_its_way(house: Installation, at: int, command: list[str]) -> bool:
    return house.python("-c", DEADLY, str(at), *command).returncode == -signal.SIGKILL


@pytest.mark.parametrize(("name", "files"), [("backup", 2), ("export", 1)])
def test_a_file_killed_on_its_way_is_not_there_and_leaves_nothing_behind(installation, tmp_path, name, files):
    installation.inhabit()
    home = {path.name for path in installation.home.iterdir()}
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / ("house.tar.gz" if name == "backup" else "customers.csv")
    command = ["backup", str(file)] if name == "backup" else ["export", "customers", str(file), "--json"]
    for at in range(1, files + 1):
        assert killed_on_its_way(installation, at, command)
        assert not file.exists()
        assert [path for path in folder.iterdir() if path.suffix == ".part"] != []
    assert installation.zhike(*command).returncode == 0
    assert {path.name for path in folder.iterdir()} <= {file.name, f"{file.name}.keys"}
    assert {path.name for path in installation.home.iterdir()} <= home
    if name == "backup":
        with tarfile.open(file) as archive, tarfile.open(f"{file}.keys") as keys:
            assert {"manifest.json", "database"} <= set(archive.getnames())
            assert "keys/secret.key" in keys.getnames()


def test_a_killed_restore_serves_nobody_and_is_simply_run_again(new_installation, tmp_path):
    old, new = new_installation("old"), new_installation("new")
    old.inhabit()
    file = str(tmp_path / "house.tar.gz")
    assert old.zhike("backup", file).returncode == 0
    assert killed_on_its_way(new, 1, ["restore", file])
    refused = new.zhike("user", "list")
    assert (refused.returncode, "restore" in refused.stderr) == (1, True)
    assert new.zhike("restore", file).returncode == 0
    everybody = "SELECT name FROM customers_customer ORDER BY id"
    assert new.ask(everybody) == old.ask(everybody)
    assert (new.home / "keys" / "secret.key").read_text() == (old.home / "keys" / "secret.key").read_text()
