"""The toy kind hangs in while a test of this folder runs, and files go to a folder of the test."""

import pytest

from zhike.core import plugs
from zhike.core.tests.imports import factories


@pytest.fixture(autouse=True)
def bills(settings, tmp_path):
    settings.IMPORTS_DIR = tmp_path / "imports"
    entry = plugs.importers.add(factories.bills())
    yield entry
    plugs.importers._entries.pop("bills")
    factories.HOOKS.clear()


@pytest.fixture
def bills_without_lines(bills):
    plugs.importers._entries["bills"] = factories.bills(lines=False)
