"""``zhike analyze`` from the file to the outputs: what is promised, and what happens with bad files."""

import datetime as dt
import json
import os
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
import xlsxwriter
from django.utils import translation
from typer.testing import CliRunner

from zhike.cli.analyze import command

pytestmark = pytest.mark.pure
app = typer.Typer()
app.command()(command)
COLUMNS = ("--customer", "客户", "--date", "日期", "--amount", "金额")


@pytest.fixture(autouse=True)
def english():
    """The messages as they are written; other tests of the process have loaded the house's language."""
    with translation.override("en"):
        yield


def transactions(rows=900, customers=80, seed=1):
    chance = random.Random(seed)
    start = dt.date(2024, 1, 1)
    return [
        (
            f"客户{chance.randint(1, customers)}",
            start + dt.timedelta(chance.randint(0, 500)),
            round(chance.gammavariate(2, 50), 2),
        )
        for _ in range(rows)
    ]


def as_csv(rows, head="客户,日期,金额"):
    return "\n".join([head, *(",".join(map(str, row)) for row in rows), ""])


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(as_csv(transactions()), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def found(*arguments):
    """The JSON of a run that must succeed."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(*arguments, status=1):
    """The message of a run that must fail, without a traceback."""
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


# ---------------------------------------------------------------- what is promised


def test_the_json_has_what_the_interface_says(good):
    report = found(good, *COLUMNS, "--holdout", "60")
    assert report["rows"] == 900
    assert report["customers"] == 80
    assert report["first"] == "2024-01-01"
    assert set(report["models"]) == {"bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma"}
    assert set(report["models"]["bg_nbd"]) >= {"params", "log_likelihood", "converged", "seconds"}
    assert set(report["models"]["pareto_nbd"]["params"]) == {"r", "alpha", "s", "beta"}
    measures = {"mae", "rmse", "correlation", "bias_pct", "auc_any_purchase", "brier"}
    assert set(report["holdout"]["models"]["bg_nbd"]) == measures
    assert set(report["holdout"]["baselines"]) == {"past_rate", "recency_only"}
    assert set(report["holdout"]["next_purchase"]) >= {
        "mae_days",
        "median_abs_days",
        "within_7_days",
        "interval80_coverage",
        "baseline_median_gap_mae_days",
    }
    assert set(report["holdout"]["spend"]) >= {"mae", "normalized_gini"}
    assert set(report["rfm"]["cells"][0]) >= {"r", "f", "m", "customers", "amount"}
    assert [tier["tier"] for tier in report["tiers"]] == ["A", "B", "C", "D"]
    assert sum(tier["share_of_value"] for tier in report["tiers"]) == pytest.approx(1)
    assert sum(cell["customers"] for cell in report["rfm"]["cells"]) == report["customers"]
    assert report["seconds"]["total"] > 0
    assert report["peak_rss_mb"] > 0


def test_chosen_models_only(good):
    report = found(good, *COLUMNS, "--models", "bg_nbd")
    assert set(report["models"]) == {"bg_nbd"}
    assert report["chosen"] in {"bg_nbd", "rule"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16", "utf-16-le"])
def test_every_encoding_gives_the_same(good, tmp_path, encoding):
    other = tmp_path / "other.csv"
    other.write_text(as_csv(transactions()), encoding=encoding)
    assert found(other, *COLUMNS)["tiers"] == found(good, *COLUMNS)["tiers"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_every_delimiter_gives_the_same(good, tmp_path, delimiter):
    other = tmp_path / "other.csv"
    other.write_text(as_csv(transactions()).replace(",", delimiter), encoding="utf-8")
    assert found(other, *COLUMNS)["tiers"] == found(good, *COLUMNS)["tiers"]


def test_parquet_and_workbook_give_the_same(good, tmp_path):
    rows = transactions()
    table = pa.table(dict(zip(("客户", "日期", "金额"), map(list, zip(*rows, strict=True)), strict=True)))
    pq.write_table(table, tmp_path / "orders.parquet")
    with xlsxwriter.Workbook(tmp_path / "orders.xlsx") as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ("客户", "日期", "金额"))
        for number, (customer, day, amount) in enumerate(rows, 1):
            sheet.write(number, 0, customer)
            sheet.write_datetime(number, 1, dt.datetime.combine(day, dt.time()), form)
            sheet.write(number, 2, amount)
    expected = found(good, *COLUMNS)["tiers"]
    assert found(tmp_path / "orders.parquet", *COLUMNS)["tiers"] == expected
    assert found(tmp_path / "orders.xlsx", *COLUMNS)["tiers"] == expected


def test_positions_without_a_header(good, tmp_path):
    bare = tmp_path / "bare.txt"
    bare.write_text("\n".join(" ".join(map(str, row)) for row in transactions()), encoding="utf-8")
    by_place = found(bare, "--no-header", "--customer", 1, "--date", 2, "--amount", 3)
    assert by_place["tiers"] == found(good, *COLUMNS)["tiers"]


def test_several_files_are_one(good, tmp_path):
    rows = transactions()
    halves = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, part in zip(halves, (rows[:450], rows[450:]), strict=True):
        path.write_text(as_csv(part), encoding="utf-8")
    assert found(*halves, *COLUMNS)["tiers"] == found(good, *COLUMNS)["tiers"]


def test_rows_after_as_of_are_left_out_and_counted(good):
    report = found(good, *COLUMNS, "--as-of", "2024-06-30")
    after = sum(day > dt.date(2024, 6, 30) for _, day, _ in transactions())
    assert report["last"] <= "2024-06-30"
    assert {"after_as_of": after} == {s["reason"]: s["rows"] for s in report["skipped"]}


def test_refunds_are_netted_and_no_purchase(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("c,d,a\nx,2024-01-01,100\nx,2024-01-05,50\nx,2024-01-09,-20\n")
    report = found(path, "--customer", "c", "--date", "d", "--amount", "a")
    assert report["orders"] == 2
    assert report["amount"] == 130.0


def test_unit_prices_are_recognised_by_returns(tmp_path):
    path = tmp_path / "u.csv"
    path.write_text("c,d,n,p\nx,2024-01-01,3,10\nx,2024-01-05,2,10\nx,2024-01-09,-1,10\ny,2024-01-09,4,0\n")
    columns = ("--customer", "c", "--date", "d", "--amount", "p", "--quantity", "n")
    report = found(path, *columns)
    assert report["amount"] == 40.0
    assert report["orders"] == 2
    assert {s["reason"]: s["rows"] for s in report["skipped"]} == {"price_not_positive": 1}
    assert found(path, *columns, "--total")["amount"] == 30.0


def test_without_amounts_value_is_purchases(good):
    report = found(good, *COLUMNS[:4])
    assert report["amount"] is None
    assert "gamma_gamma" not in report["models"] or not report["models"]["gamma_gamma"]["converged"]
    assert report["totals"]["value"] > 0


def test_scores_are_written_sorted_by_customer(good, tmp_path):
    out = tmp_path / "scores.parquet"
    report = found(good, *COLUMNS, "--scores", out)
    scores = pq.read_table(out)
    customers = scores.column("customer").to_pylist()
    assert customers == sorted(customers)
    assert len(customers) == report["customers"]
    assert set(scores.column("tier").to_pylist()) <= {"A", "B", "C", "D"}
    assert str(scores.schema.field("next_day").type) == "date32[day]"


def test_the_report_is_one_file_that_fetches_nothing(good, tmp_path):
    out = tmp_path / "report.html"
    evil = tmp_path / "evil.csv"
    evil.write_text(
        good.read_text(encoding="utf-8").replace("客户1,", "<svg/onload=alert(1)>,"), encoding="utf-8"
    )
    found(evil, *COLUMNS, "--holdout", "60", "--html", out, "--lang", "en")
    page = out.read_text(encoding="utf-8")
    assert page.count("<svg viewBox") >= 5
    assert "<script" not in page
    assert "http" not in page
    assert "<svg/onload" not in page


def test_the_report_speaks_both_languages(good, tmp_path):
    for language in ("en", "zh-hans"):
        found(good, *COLUMNS, "--html", tmp_path / language, "--lang", language)
    assert '<html lang="en">' in (tmp_path / "en").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in (tmp_path / "zh-hans").read_text(encoding="utf-8")


def test_words_for_the_terminal(good):
    result = run(good, *COLUMNS, "--holdout", "60")
    assert result.exit_code == 0
    assert "80 customers" in result.stdout
    assert "Tier A" in result.stdout
    assert "past_rate" in result.stdout


# ---------------------------------------------------------------- bad rows and bad files


def test_bad_rows_are_counted_with_their_reason(tmp_path):
    path = tmp_path / "dirty.csv"
    bad = [
        "客户1,2024-02-30,5",
        ",2024-01-01,5",
        "客户2,03/04/2024,5",
        "客户3,2024-01-01,abc",
        "客户4,2024-01-01",
        "客\x005,2024-01-01,3",
        "客户6,9999-01-01,5",
        "客户7,2024-01-01,1e400",
        "客户8,2024-01-01,NaN",
        "客户9,2024-01-01,",
        '"客户9,2024-01-01,4',
    ]
    path.write_text(as_csv(transactions()) + "\n".join(bad) + "\n", encoding="utf-8")
    report = found(path, *COLUMNS)
    assert report["rows"] == 911
    assert {s["reason"] for s in report["skipped"]} == {
        "no_such_date",
        "customer_missing",
        "date_order",
        "not_a_number",
        "ragged_row",
        "nul_character",
        "date_out_of_range",
        "number_too_large",
        "not_finite",
        "amount_missing",
        "open_quote",
    }
    assert sum(s["rows"] for s in report["skipped"]) == 11
    first = next(s for s in report["skipped"] if s["reason"] == "no_such_date")
    assert (first["first_row"], first["first_value"]) == (902, "2024-02-30")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"c,d,a\n", "no rows"),
        (b"%PDF-1.4 x", "PDF"),
        (b"PAR1 nonsense", "damaged"),
        (b"PK\x03\x04 nonsense", "damaged"),
        (b"c,d,a\nx,31/12/2024,5\n", "--date-format"),
        (b"c,e,a\nx,2024-01-01,5\n", "no column 'd' (--date)"),
        (b"c,d,d,a\nx,2024-01-01,2024-01-01,5\n", "d (2)"),
        (b"c,d,a\nx,2024-01-01,\n", "no amount"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(tmp_path, content, message):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert message in refused(path, "--customer", "c", "--date", "d", "--amount", "a")


def test_a_missing_file_is_named(tmp_path):
    assert "nothing.csv" in refused(tmp_path / "nothing.csv", *COLUMNS)


def test_dates_in_another_order_when_told(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("c,d\nx,31/12/2024\nx,13.1.2025\n")
    assert found(path, "--customer", "c", "--date", "d", "--date-format", "dmy")["first"] == "2024-12-31"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--as-of", "yesterday"),
        ("--models", "prophet"),
        ("--tiers", "50,50"),
        ("--tiers", "50,30,15,15"),
        ("--lang", "tlh"),
        ("--holdout", "-3"),
        ("--bins", "1"),
        ("--delimiter", "ab"),
        ("--nonsense",),
    ],
)
def test_wrong_usage_is_status_2(good, wrong):
    refused(good, *COLUMNS, *wrong, status=2)


def test_an_end_before_the_beginning(good):
    assert "before the first row" in refused(good, *COLUMNS, "--as-of", "1999-01-01")


def test_outputs_that_cannot_be_written_are_named_before_the_work(good, tmp_path):
    assert "no folder" in refused(good, *COLUMNS, "--html", tmp_path / "nowhere" / "r.html")
    assert "is a folder" in refused(good, *COLUMNS, "--scores", tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(good):
    assert "/dev/full cannot be written" in refused(good, *COLUMNS, "--html", "/dev/full")


# ---------------------------------------------------------------- real files


@pytest.mark.data
def test_cdnow_from_the_file_to_the_published_fit():
    path = Path(os.environ["ZHIKE_TEST_DATA"]) / "cdnow_sample" / "CDNOW_sample.txt"
    columns = ("--no-header", "--customer", 2, "--date", 3, "--amount", 5)
    report = found(path, *columns, "--as-of", "1997-09-30")
    assert report["customers"] == 2357
    assert report["models"]["bg_nbd"]["log_likelihood"] == pytest.approx(-9582.43, abs=0.01)
    assert report["models"]["pareto_nbd"]["log_likelihood"] == pytest.approx(-9594.98, abs=0.01)
    assert report["models"]["gamma_gamma"]["log_likelihood"] == pytest.approx(-4055.92, abs=0.01)


@pytest.mark.data
def test_online_retail_straight_from_its_columns():
    path = Path(os.environ["ZHIKE_TEST_DATA"]) / "online_retail" / "online_retail.parquet"
    columns = (
        "--customer",
        "CustomerID",
        "--date",
        "InvoiceDate",
        "--amount",
        "UnitPrice",
        "--quantity",
        "Quantity",
    )
    report = found(path, *columns, "--holdout", "90")
    assert report["rows"] == 541_909
    assert report["customers"] == 4338
    assert {s["reason"]: s["rows"] for s in report["skipped"]} == {
        "customer_missing": 135_080,
        "price_not_positive": 40,
    }
    timing = report["holdout"]["next_purchase"]
    assert timing["mae_days"] < timing["baseline_median_gap_mae_days"]
