"""``zhike bench``: figures of the promised form, and nothing left behind."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from zhike.analytics import BGNBD
from zhike.cli.bench import measure, report
from zhike.cli.bench.models import TRUTH, in_whole, simulate
from zhike.cli.bench.result import Result, rounded
from zhike.cli.bench.segments import rfm

pytestmark = pytest.mark.pure


def bench(tmp_path, *arguments):
    home, room = tmp_path / "home", tmp_path / "room"
    room.mkdir()
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment = kept | {"ZHIKE_HOME": str(home), "TMPDIR": str(room)}
    command = [sys.executable, "-m", "zhike", "bench", *arguments, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert not home.exists(), "it touched the real home"
    assert list(room.iterdir()) == [], "it left something behind"
    return done


def test_models_are_measured_without_a_database(tmp_path):
    page = tmp_path / "page.md"
    done = bench(tmp_path, "bg_nbd", "--customers", "300", "--markdown", str(page))
    assert done.returncode == 0, done.stderr
    results = {r["name"]: r for r in json.loads(done.stdout)["results"]}
    grouped = results["bg_nbd.fit_grouped"]
    assert {"name", "value", "unit", "goal", "peer", "ratio"} <= grouped.keys()
    assert grouped["unit"] == "CPU s"
    assert grouped["goal"] == 0.3
    assert 0 < grouped["value"] < 60
    assert "bg_nbd.fit_grouped" in page.read_text(encoding="utf-8")
    assert str(tmp_path) not in page.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_pages_are_measured_for_each_role(tmp_path):
    done = bench(tmp_path, "pages", "--customers", "200", "--repeat", "1")
    assert done.returncode == 0, done.stderr
    results = {r["name"]: r["value"] for r in json.loads(done.stdout)["results"]}
    for role in ("salesperson", "manager", "administrator"):
        for page in ("today", "list_by_value", "search_box_initials", "customer_with_500_entries"):
            assert results[f"pages.{page}.{role}.cpu"] > 0
            assert results[f"pages.{page}.{role}.queries"] >= 1


def test_an_unknown_name_is_wrong_usage(tmp_path):
    done = bench(tmp_path, "speed")
    assert done.returncode == 2
    assert "speed" in done.stderr


def test_simulated_histories_follow_the_model():
    x, t_x, age = simulate(np.random.default_rng(1), 40_000)
    assert (t_x <= age).all()
    assert (t_x[x == 0] == 0).all()
    model = BGNBD().fit(x, t_x, age)
    for name, true in TRUTH.items():
        assert model.params_[name] == pytest.approx(true, rel=0.15)


def test_whole_days_and_weeks_stay_possible_histories():
    for unit in (1.0, 1 / 7):
        x, t_x, age = in_whole(simulate(np.random.default_rng(2), 5_000), unit)
        assert (t_x <= age).all()
        assert ((t_x > 0) == (x > 0)).all()


def test_rfm_is_measured_beside_pandas_where_it_is_installed():
    found = rfm(200, 2_000, 1)
    assert all(found[name][0] > 0 for name in ("orders", "shuffled", "lines", "scores"))
    if found["peer"] is not None:
        assert found["peer"].keys() == found.keys() - {"peer"}


def test_a_goal_is_an_upper_bound_and_for_rates_a_lower_one():
    assert Result("a", 2.0, "s", goal=2.0).ok is True
    assert Result("a", 2.1, "s", goal=2.0).ok is False
    assert Result("a", 2.1, "s").ok is None
    assert Result("a", 4999.0, "rows/s", goal=5000.0).ok is False
    assert Result("a", 5000.0, "rows/s", goal=5000.0).ok is True


def test_the_ratio_says_how_many_times_better_than_the_peer():
    assert Result("a", 2.0, "s", peer=10.0).ratio == 5.0
    assert Result("a", 2.0, "s").ratio is None


def test_numbers_are_rounded_to_what_counts():
    assert [rounded(n) for n in (0.012345, 1.2345, 123456.7, 0.0)] == [0.0123, 1.23, 123457.0, 0.0]


def test_quantiles_are_by_nearest_rank():
    ordered = [float(n) for n in range(1, 101)]
    assert (measure.quantile(ordered, 0.5), measure.quantile(ordered, 0.99)) == (50.0, 99.0)
    assert measure.quantile([1.0, 2.0, 3.0], 0.99) == 3.0


def test_a_section_of_the_page_is_replaced_and_others_stay(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Head\n", encoding="utf-8")
    report.write_markdown(page, [Result("rfm.orders", 1.0, "s")], {"date": "d"}, "small")
    report.write_markdown(page, [Result("rfm.orders", 2.0, "s")], {"date": "d"}, "large")
    report.write_markdown(page, [Result("rfm.orders", 3.0, "s")], {"date": "d"}, "small")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Head")
    assert text.count("## small") == text.count("## large") == 1
    assert "| 2 |" in text
    assert "| 3 |" in text
    assert "| 1 |" not in text


def test_pages_are_one_row_for_a_page_and_a_role():
    figures = (("cpu", 13.0, 12.0), ("p50", 20.0, None), ("p99", 30.0, 100.0), ("queries", 11, 15.0))
    results = [Result(f"pages.list_by_name.manager.{n}", v, "", g) for n, v, g in figures]
    [(title, heads, [row])] = report.tables(results)
    assert title == "Pages"
    assert row[:2] == ("list by name", "manager")
    assert row[len(heads) - 1] == "**no**: cpu > 12"
