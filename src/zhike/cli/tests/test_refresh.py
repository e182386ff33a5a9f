"""``zhike refresh``: its JSON, its words, its exit statuses."""

import json

import pytest
from typer.testing import CliRunner

from zhike.core import plugs
from zhike.core.clock import now
from zhike.refresh.models import RefreshRun
from zhike.refresh.tests.factories import AS_OF, make_firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhike(monkeypatch):
    from zhike.cli import app as commands
    from zhike.cli import house

    monkeypatch.setattr(plugs.after_scores, "_entries", {})
    monkeypatch.setattr(house, "ready", lambda: None)  # the tests' database is there already
    return lambda *arguments: CliRunner().invoke(commands.app, ["refresh", *arguments])


def test_the_command_prints_one_json_object(zhike, tmp_path):
    make_firm(40)
    result = zhike("--as-of", AS_OF.isoformat(), "--json", "--scores", str(tmp_path / "s.parquet"))
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["customers"] == 40
    assert found["orders"] > 40
    phases = {"extract", "warehouse", "rfm", "value", "risk", "next_purchase", "tiers", "agenda", "total"}
    assert phases <= set(found["seconds"])
    assert found["peak_rss_mb"] > 0
    assert found["model_card"]["as_of"] == AS_OF.isoformat()
    assert (tmp_path / "s.parquet").exists()


def test_the_command_says_in_words_what_it_did(zhike):
    make_firm(40)
    result = zhike("--as-of", AS_OF.isoformat())
    assert result.exit_code == 0
    assert result.stdout.startswith("40 customers, ")


def test_a_day_that_is_none_is_wrong_usage(zhike):
    result = zhike("--as-of", "2026-02-30")
    assert result.exit_code == 2
    assert "2026-02-30" in result.stderr


def test_a_run_under_way_is_one_line_and_status_1(zhike):
    RefreshRun.objects.create(as_of=AS_OF, started_at=now(), beat_at=now(), host="elsewhere")
    result = zhike("--as-of", AS_OF.isoformat())
    assert result.exit_code == 1
    assert "running already" in result.stderr or "正在" in result.stderr
