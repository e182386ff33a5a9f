"""Every test has a warehouse of its own."""

import pytest


@pytest.fixture(autouse=True)
def warehouse_dir(settings, tmp_path):
    settings.WAREHOUSE_DIR = tmp_path / "warehouse"
    settings.WAREHOUSE_ENGINE = "duckdb"
    return settings.WAREHOUSE_DIR
