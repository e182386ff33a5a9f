import os

import pytest


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by signals here")
def test_a_turn_killed_anywhere_leaves_whole_scores_and_the_next_one_works(installation):
    done = installation.python("-m", "zhike.refresh.tests.killed")
    assert done.stdout == "killed 6 times\n", done.stderr[-3000:]
