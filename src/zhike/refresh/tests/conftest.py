"""Every test has a warehouse of its own."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def warehouse_dir(settings, tmp_path):
    settings.WAREHOUSE_DIR = tmp_path / "warehouse"
    settings.WAREHOUSE_ENGINE = "duckdb"
    cache.clear()  # settings of the firm are remembered for some seconds
    return settings.WAREHOUSE_DIR
