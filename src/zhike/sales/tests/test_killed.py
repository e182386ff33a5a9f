"""A few of the seeds of the campaign in ``killed.py``; ZHIKE_TEST_KILLS says how many."""

import os

import pytest

SEEDS = os.environ.get("ZHIKE_TEST_KILLS", "3")


@pytest.mark.slow
@pytest.mark.timeout(60 + 30 * int(SEEDS))
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by signals here")
def test_an_import_of_orders_killed_anywhere_ends_like_an_undisturbed_one(installation):
    done = installation.python("-m", "zhike.sales.tests.killed", SEEDS)
    assert done.stdout.startswith(f"{SEEDS} seeds as undisturbed"), done.stderr[-3000:]
    assert not done.stdout.endswith(" 0 kills\n")
