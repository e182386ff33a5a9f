"""A real process, killed for good in the middle, and the same command again."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.pure, pytest.mark.slow]

ROWS = 15_000
COMMAND = [sys.executable, "-c", "from zhike.cli import main; main()", "import", "products"]


def start(home: Path, file: Path):
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return subprocess.Popen(
        [*COMMAND, str(file), "--json"],
        env=environment | {"ZHIKE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ask(home: Path, query: str):
    try:
        with sqlite3.connect(f"file:{home / 'zhike.sqlite3'}?mode=ro", uri=True, timeout=5) as database:
            return database.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def position(home: Path) -> int:
    rows = ask(home, "SELECT position FROM core_importrun")
    return rows[0][0] if rows else 0


def kill_after(home: Path, file: Path, rows: int) -> bool:
    """Kill the import once it has done this many rows; returns whether it was still at work."""
    process = start(home, file)
    while process.poll() is None and position(home) < rows:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    return process.returncode == -9


def finish(home: Path, file: Path):
    process = start(home, file)
    output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


def test_a_killed_import_ends_like_an_undisturbed_one(tmp_path):
    file = tmp_path / "products.csv"
    file.write_text("code,name,price\n" + "".join(f"P{n},thing {n},{n % 97}.5\n" for n in range(ROWS)))
    golden, killed = tmp_path / "golden", tmp_path / "killed"
    whole = finish(golden, file)
    reached, times = 0, 0
    for _ in range(2):
        aim = reached + random.Random(reached).randint(1, ROWS // 3)
        times += kill_after(killed, file, aim)
        assert position(killed) >= reached
        reached = position(killed)
    report = finish(killed, file)
    assert times > 0
    assert [report[n] for n in ("rows", "created")] == [whole["rows"], whole["created"]] == [ROWS, ROWS]
    everything = "SELECT code, name, price_e4 FROM catalog_product ORDER BY code"
    assert ask(killed, everything) == ask(golden, everything)
    carried = "SELECT count(*), count(DISTINCT row) FROM core_importedobject WHERE kind = 'catalog.product'"
    assert ask(killed, carried) == [(ROWS, ROWS)]
    assert ask(killed, "SELECT count(*) FROM core_importrun") == [(1,)]
