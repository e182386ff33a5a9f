"""The whole Online Retail file: killed in the middle, run again, and run once more."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.pure, pytest.mark.slow, pytest.mark.data, pytest.mark.timeout(900)]

MAP = Path(__file__).parents[4] / "examples" / "online-retail.toml"
POSITIVE = """
    SELECT count(DISTINCT o.customer_id), count(*), sum(l.amount_minor)
    FROM sales_orderline l JOIN sales_order o ON o.id = l.order_id
    WHERE o.kind = 'sale' AND o.customer_id IS NOT NULL
"""


def command(home: Path, data_dir: Path):
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    file = data_dir / "online_retail" / "online_retail.parquet"
    return subprocess.Popen(
        [sys.executable, "-m", "zhike", "import", "orders", str(file), "--map", str(MAP), "--json"],
        env=environment | {"ZHIKE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def ask(home: Path, query: str):
    with sqlite3.connect(f"file:{home / 'zhike.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        return database.execute(query).fetchone()


def kill_in_the_middle(home: Path, data_dir: Path) -> None:
    process = command(home, data_dir)
    while process.poll() is None:
        time.sleep(0.2)
        try:
            done = ask(home, "SELECT coalesce(max(position), 0) FROM core_importrun")[0]
        except sqlite3.OperationalError:
            continue
        if done > 100_000:
            process.kill()
            break
    process.communicate()
    assert process.returncode == -9


def test_the_file_adds_up_twice_and_after_a_kill(tmp_path, data_dir):
    kill_in_the_middle(tmp_path, data_dir)
    process = command(tmp_path, data_dir)
    report = json.loads(process.communicate()[0])
    assert process.returncode == 0
    assert report["rows"] == 541_909
    assert report["created"] + report["skipped"] == 541_909
    assert report["rejected"] == 0
    assert ask(tmp_path, POSITIVE) == (4_338, 397_884, 891_140_790)
    assert ask(tmp_path, "SELECT count(*), sum(kind = 'return') FROM sales_order")[1] == 3_836
    process = command(tmp_path, data_dir)
    again = json.loads(process.communicate()[0])
    assert (again["unchanged"], again["created"], again["updated"]) == (report["created"], 0, 0)
    assert ask(tmp_path, POSITIVE) == (4_338, 397_884, 891_140_790)
