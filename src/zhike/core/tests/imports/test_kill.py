"""A real process, killed for good in the middle, and the same command again."""

import json
import random
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROWS = 8_000


def start(house, file: Path):
    return house.start("-m", "zhike", "import", "products", str(file), "--json")


def position(house) -> int:
    rows = house.ask("SELECT position FROM core_importrun")
    return rows[0][0] if rows else 0


def kill_after(house, file: Path, rows: int) -> bool:
    """Kill the import once it has done this many rows; returns whether it was still at work."""
    process = start(house, file)
    while process.poll() is None and position(house) < rows:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    return process.returncode == -9


def finish(house, file: Path):
    process = start(house, file)
    output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


def test_a_killed_import_ends_like_an_undisturbed_one(tmp_path, new_installation):
    file = tmp_path / "products.csv"
    file.write_text("code,name,price\n" + "".join(f"P{n},thing {n},{n % 97}.5\n" for n in range(ROWS)))
    golden, killed = new_installation("golden"), new_installation("killed")
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
    assert killed.ask(everything) == golden.ask(everything)
    carried = (
        "SELECT count(*), count(DISTINCT object_id) FROM core_importedobject WHERE kind = 'catalog.product'"
    )
    assert killed.ask(carried) == [(ROWS, ROWS)]
    assert killed.ask("SELECT count(*) FROM core_importrun") == [(1,)]
