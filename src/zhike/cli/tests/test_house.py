"""A life of an installation in real processes: demonstration, backup under way, restore, doctor, serve."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.pure, pytest.mark.slow, pytest.mark.timeout(400)]


def environment(home: Path) -> dict[str, str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ZHIKE_PROCESS"}
    }
    return kept | {"ZHIKE_HOME": str(home)}


def zhike(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhike", *arguments]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "home"
    done = zhike(path, "demo", "--customers", "240", "--as-of", "2026-11-20", "--no-serve", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["customers"] == 240
    assert report["orders"] > 300
    assert {"login": "lisimin", "role": "salesperson"}.items() <= report["users"][2].items()
    return path


def contents(home: Path) -> list[object]:
    with sqlite3.connect(home / "zhike.sqlite3") as database:
        tables = (
            "customers_customer",
            "sales_order",
            "sales_orderline",
            "customers_interaction",
            "customers_specialdate",
        )
        return [database.execute(f"SELECT count(*), sum(id) FROM {t}").fetchone() for t in tables]  # noqa: S608


def test_the_same_seed_and_date_give_the_same_company(home, tmp_path):
    other = tmp_path / "home"
    assert zhike(other, "demo", "--customers", "240", "--as-of", "2026-11-20", "--no-serve").returncode == 0
    assert contents(other) == contents(home)
    query = "SELECT number, firm_minor, customer_id, business_day FROM sales_order ORDER BY id LIMIT 500"
    rows = [sqlite3.connect(h / "zhike.sqlite3").execute(query).fetchall() for h in (home, other)]
    assert rows[0] == rows[1]


def test_a_second_demo_serves_what_is_there(home):
    before = contents(home)
    assert zhike(home, "demo", "--as-of", "2026-11-20", "--no-serve").returncode == 0
    assert contents(home) == before


def test_a_home_with_real_data_is_not_touched(tmp_path):
    home = tmp_path / "home"
    assert zhike(home, "migrate").returncode == 0
    with sqlite3.connect(home / "zhike.sqlite3") as database:
        database.execute(
            "INSERT INTO staff_user (password, login, name, name_key, email, phone, role, is_active, "
            "language, theme, minutes_per_day, calendar_token_hash, session_epoch, version, created_at)"
            " VALUES"
            " ('', 'real', 'R', 'r', '', '', 'analyst', 1, 'en', 'auto', 60, '', 0, 1, '2026-01-01')"
        )
    done = zhike(home, "demo", "--no-serve", "--reset")
    assert done.returncode == 1
    assert "real data" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_finds_nothing_wrong(home):
    done = zhike(home, "doctor", "--json")
    checks = json.loads(done.stdout)["checks"]
    assert [c for c in checks if not c["ok"]] == []
    assert done.returncode == 0


def test_everybody_who_sells_has_a_list_today(home):
    for login in ("lisimin", "wanglei", "chenjing", "gaofei"):
        done = zhike(home, "agenda", "--user", login, "--date", "2026-11-20", "--json")
        tasks = json.loads(done.stdout)["tasks"]
        assert {"customer", "why", "how", "words", "value_at_stake", "due", "source"} <= set(tasks[0])


def test_backup_and_restore(home, tmp_path):
    file = tmp_path / "backup.tar.gz"
    assert zhike(home, "backup", str(file)).returncode == 0
    assert (Path(f"{file}.keys").stat().st_mode & 0o077) == 0
    new = tmp_path / "new"
    done = zhike(new, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert contents(new) == contents(home)
    assert (new / "keys" / "secret.key").read_text() == (home / "keys" / "secret.key").read_text()
    assert zhike(new, "refresh", "--full", "--as-of", "2026-11-20", "--json").returncode == 0
    assert zhike(new, "doctor").returncode == 0


def test_a_restore_never_overwrites(home, tmp_path):
    file = tmp_path / "backup.tar.gz"
    zhike(home, "backup", str(file))
    before = contents(home)
    done = zhike(home, "restore", str(file))
    assert (done.returncode, "not empty" in done.stderr) == (1, True)
    assert contents(home) == before


def test_a_damaged_backup_is_refused_and_leaves_nothing(home, tmp_path):
    file = tmp_path / "backup.tar.gz"
    zhike(home, "backup", str(file))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    new = tmp_path / "new"
    done = zhike(new, "restore", str(file))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (new / "zhike.sqlite3").exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_for(condition, seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.3)
    return False


def test_serve_is_alive_and_ready_and_ends_when_told(home):
    port = free_port()
    command = [sys.executable, "-m", "zhike", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        assert wait_for(lambda: status(port, "/healthz") == 200)
        assert wait_for(lambda: status(port, "/readyz") == 200)
        assert status(port, "/account/login/") == 200
        assert zhike(home, "serve", "--port", str(port)).returncode == 1
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
    assert process.returncode == 0
    assert status(port, "/healthz") == 0
