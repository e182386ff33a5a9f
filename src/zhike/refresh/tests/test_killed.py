import os
import subprocess
import sys

import pytest


@pytest.mark.pure
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by signals here")
def test_a_turn_killed_anywhere_leaves_whole_scores_and_the_next_one_works(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"ZHIKE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhike.config.settings"}
    command = [sys.executable, "-m", "zhike.refresh.tests.killed"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.stdout == "killed 6 times\n", done.stderr[-3000:]
