"""SQLite when the disk fails to sync, and when the power goes: what was said to be kept is there."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys

import pytest

from tests.installation import CUSTOMERS, ROOT, Installation
from tests.power import TRACE, Disk, found_by_the_next_start, replay

pytestmark = [pytest.mark.pure, pytest.mark.slow]

CUTS = int(os.environ.get("ZHIKE_TEST_CUTS", "60"))
FAULTS = [
    "fsync,fdatasync:error=EIO:when=3+4",
    "pwrite64:error=EIO:when=40+97",
    "pwrite64:error=ENOSPC:when=30+331",
]


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory):
    if shutil.which("strace") is None:
        pytest.skip("strace: not installed (Debian: apt install strace)")
    found = Installation(tmp_path_factory.mktemp("inhabited") / "home")
    found.inhabit()
    return found


@pytest.fixture
def house(inhabited, tmp_path):
    shutil.copytree(inhabited.home, tmp_path / "home")
    return Installation(tmp_path / "home")


def write_under(house: Installation, strace: list[str], count: int) -> list[str]:
    """Let a process save customers under strace; returns what it said."""
    command = [*strace, sys.executable, "-m", "tests.writer", str(count)]
    done = subprocess.run(
        command, env=house.environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=280
    )
    return done.stdout.splitlines()


def names_of(house: Installation) -> list[str]:
    """The names of all customers but those who lived there before, in the order they came."""
    return [name for (name,) in house.ask("SELECT name FROM customers_customer ORDER BY id")][CUSTOMERS:]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_disk_that_fails_refuses_that_write_and_keeps_the_others(house, fault):
    calls = fault.partition(":")[0]
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={fault}"]
    said = write_under(house, strace, 20)
    kept = [line.removeprefix("kept ") for line in said if line.startswith("kept ")]
    assert 0 < len(kept) < len(said) == 20
    assert names_of(house) == kept
    assert house.ask("PRAGMA integrity_check") == [("ok",)]


def test_a_power_cut_at_any_moment_takes_nothing_that_was_acknowledged(house, tmp_path):
    before = {"zhike.sqlite3": bytearray((house.home / "zhike.sqlite3").read_bytes())}
    assert not (house.home / "zhike.sqlite3-wal").exists()
    trace = tmp_path / "trace"
    write_under(house, [*TRACE, "-o", str(trace)], 60)
    draw = random.Random(1)
    moments = sum(1 for _ in trace.open())
    chosen = {draw.randrange(moments) for _ in range(CUTS)}
    disk = Disk(before)
    everything = [f"writer {number}" for number in range(60)]
    for moment, said in enumerate(replay(trace, disk)):
        if moment not in chosen:
            continue
        wrong, names = found_by_the_next_start(tmp_path, disk.after_power_cut(draw))
        assert wrong == []
        assert names[CUSTOMERS:] == everything[: len(names) - CUSTOMERS]
        assert len(names) - CUSTOMERS in {len(said), len(said) + 1}
