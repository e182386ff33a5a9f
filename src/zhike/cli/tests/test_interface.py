"""What others script against: each command's JSON, its exit status, and nothing else on standard output."""

from __future__ import annotations

import json
import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from zhike.cli.tests.test_house import zhike

pytestmark = [pytest.mark.pure, pytest.mark.slow, pytest.mark.timeout(400)]

DAY = "2026-11-20"
ORDERS = """number,ordered_at,customer,product,quantity,unit_price
A1,2026-11-01 10:00,C1,P1,2,10
A1,2026-11-01 10:00,C1,P2,1,0
A2,2026-11-02 10:00,C2,P1,many,10
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("interface") / "home"
    found = answer(path, "demo", "--customers", "80", "--as-of", DAY, "--no-serve")
    has(found, "customers", "orders", "interactions", "users", "seconds")
    has(found["users"][0], "login", "role")
    return path


@pytest.fixture(scope="module")
def purchases(tmp_path_factory) -> Path:
    """A plain file of transactions, two rows of which are none."""
    chance, start = random.Random(1), date(2024, 1, 1)
    days = [start + timedelta(chance.randint(0, 500)) for _ in range(900)]
    lines = [f"C{chance.randint(1, 80)},{day},{chance.gammavariate(2, 50):.2f}" for day in days]
    file = tmp_path_factory.mktemp("plain") / "purchases.csv"
    wrong = [",2024-03-01,5", "C1,2024-02-30,5"]
    file.write_text("\n".join(["who,day,amount", *lines, *wrong]) + "\n", encoding="utf-8")
    return file


def answer(home: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The one JSON object on standard output; progress and notes stand elsewhere."""
    done = zhike(home, *arguments, "--json")
    assert done.returncode == status, done.stderr
    found = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert isinstance(found, dict)
    assert done.stdout.count("\n") == 1
    return found


def has(found: dict[str, Any], *names: str) -> None:
    assert set(names) - set(found) == set()


def refused(home: Path, *arguments: str, status: int) -> str:
    """What standard error says; nothing on standard output, no traceback."""
    done = zhike(home, *arguments)
    assert (done.returncode, done.stdout) == (status, ""), (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return done.stderr


def test_import(home, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    found = answer(home, "import", "orders", str(file), "--source", "till", "--dry-run")
    has(found, "rows", "created", "rejected")
    found = answer(home, "import", "orders", str(file), "--source", "till")
    has(found, "reasons", "errors", "error_file", "objects", "seconds", "rows_per_second", "peak_rss_mb")
    counts = [found[name] for name in ("created", "updated", "unchanged", "skipped", "rejected")]
    assert counts == [1, 0, 0, 1, 1]
    assert sum(counts) == found["rows"] == 3
    for reason in found["reasons"]:
        has(reason, "reason", "rows")
    assert sum(reason["rows"] for reason in found["reasons"]) == 2
    (error,) = found["errors"]
    has(error, "row", "column", "value", "message")
    assert (error["row"], error["column"], error["value"]) == (4, "quantity", "many")
    assert Path(found["error_file"]).is_file()
    assert found["objects"]["orders"] == {"created": 1, "updated": 0}
    again = answer(home, "import", "orders", str(file), "--source", "till")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    kinds = {kind["kind"] for kind in answer(home, "import", "--kinds")["kinds"]}
    assert {"customers", "products", "orders", "interactions"} <= kinds
    assert "there.csv" in refused(home, "import", "orders", str(tmp_path / "there.csv"), status=1)
    refused(home, "import", "orders", status=2)
    refused(home, "import", "nonsense", str(file), status=2)


def test_export(home, tmp_path):
    file = tmp_path / "customers.csv"
    assert answer(home, "export", "customers", str(file), "--as", "admin")["rows"] >= 80
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) >= 81
    some = answer(home, "export", "customers", str(file), "--as", "sunyan", "--filter", "tier=A")["rows"]
    assert 0 < some < 80
    refused(home, "export", "customers", str(file), "--as", "nobody", status=1)
    refused(home, "export", "nonsense", str(file), status=2)


def test_refresh(home, tmp_path):
    file = tmp_path / "scores.parquet"
    found = answer(home, "refresh", "--as-of", DAY, "--scores", str(file))
    has(found, "customers", "orders", "seconds", "peak_rss_mb", "model_card")
    has(
        found["seconds"],
        "extract",
        "warehouse",
        "rfm",
        "value",
        "risk",
        "next_purchase",
        "tiers",
        "agenda",
        "total",
    )
    assert file.is_file()
    refused(home, "refresh", "--as-of", "yesterday", status=2)


def test_agenda(home):
    found = answer(home, "agenda", "--user", "lisimin", "--date", DAY)
    assert found["tasks"]
    for task in found["tasks"]:
        has(task, "customer", "why", "how", "words", "value_at_stake", "due", "source")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", task["due"])
        assert isinstance(task["value_at_stake"], int | float)
    refused(home, "agenda", "--user", "nobody", status=1)
    refused(home, "agenda", status=2)


MODELS = {
    "bg_nbd": {"r", "alpha", "a", "b"},
    "mbg_nbd": {"r", "alpha", "a", "b"},
    "pareto_nbd": {"r", "alpha", "s", "beta"},
    "gamma_gamma": {"p", "q", "gamma"},
}


def test_analyze(tmp_path, purchases):
    home, page, scores = tmp_path / "home", tmp_path / "page.html", tmp_path / "scores.parquet"
    columns = ("--customer", "who", "--date", "day", "--amount", "amount")
    outputs = ("--html", str(page), "--scores", str(scores))
    found = answer(home, "analyze", str(purchases), *columns, "--holdout", "60", *outputs)
    assert not home.exists(), "it needs no installation"
    has(
        found,
        "rows",
        "customers",
        "orders",
        "first",
        "last",
        "chosen",
        "holdout",
        "rfm",
        "tiers",
        "seconds",
        "peak_rss_mb",
    )
    for skipped in found["skipped"]:
        has(skipped, "reason", "rows")
    assert sum(skipped["rows"] for skipped in found["skipped"]) == 2
    assert set(found["models"]) == set(MODELS)
    for name, model in found["models"].items():
        has(model, "params", "log_likelihood", "converged", "seconds")
        assert set(model["params"]) == MODELS[name]
    has(found["holdout"], "days", "orders", "models", "baselines", "next_purchase", "spend")
    for name in ("bg_nbd", "mbg_nbd", "pareto_nbd"):
        has(
            found["holdout"]["models"][name],
            "mae",
            "rmse",
            "correlation",
            "bias_pct",
            "auc_any_purchase",
            "brier",
        )
    has(found["holdout"]["baselines"], "past_rate", "recency_only")
    has(
        found["holdout"]["next_purchase"],
        "mae_days", "median_abs_days", "within_7_days", "interval80_coverage", "baseline_median_gap_mae_days",
    )  # fmt: skip
    has(found["holdout"]["spend"], "mae", "normalized_gini")
    has(found["rfm"]["cells"][0], "r", "f", "m", "customers", "amount")
    for tier in found["tiers"]:
        has(tier, "tier", "customers", "share_of_value")
    assert page.is_file()
    assert scores.is_file()
    assert "nobody" in refused(
        home, "analyze", str(purchases), "--customer", "nobody", "--date", "day", status=1
    )
    refused(home, "analyze", str(tmp_path / "none.csv"), *columns, status=1)
    refused(home, "analyze", status=2)


def test_backup_restore_and_doctor(home, tmp_path):
    file, new = tmp_path / "backup.tar.gz", tmp_path / "new"
    assert zhike(home, "backup", str(file)).returncode == 0
    assert Path(f"{file}.keys").is_file()
    assert zhike(new, "restore", str(file)).returncode == 0
    assert zhike(new, "refresh", "--full", "--as-of", DAY).returncode == 0
    checks = answer(new, "doctor")["checks"]
    for check in checks:
        has(check, "name", "ok", "message")
        assert check["ok"], check
    refused(new, "restore", str(file), status=1)
    refused(tmp_path / "other", "restore", str(tmp_path / "none.tar.gz"), status=1)
    for command in ("backup", "restore"):
        refused(new, command, status=2)


@pytest.mark.parametrize("command", ["serve", "worker", "bench", "demo", "doctor", "nonsense"])
def test_wrong_usage_is_status_2(tmp_path, command):
    refused(tmp_path / "home", command, "--no-such-option", status=2)
    assert not (tmp_path / "home").exists() or command != "nonsense"
