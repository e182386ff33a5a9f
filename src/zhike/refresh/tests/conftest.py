"""Every test has a warehouse of its own."""

import pytest
from django.core.cache import cache

from zhike.core import plugs


@pytest.fixture(autouse=True)
def warehouse_dir(settings, tmp_path):
    settings.WAREHOUSE_DIR = tmp_path / "warehouse"
    settings.WAREHOUSE_ENGINE = "duckdb"
    cache.clear()  # settings of the firm are remembered for some seconds
    return settings.WAREHOUSE_DIR


@pytest.fixture
def no_hooks(monkeypatch):
    """The turn alone: what other slices do after it is theirs to test."""
    monkeypatch.setattr(plugs.after_scores, "_entries", {})
