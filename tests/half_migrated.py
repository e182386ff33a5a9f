"""Kill ``zhike migrate`` again and again on its way: ``python -m tests.half_migrated LIVES``.

Each life runs in a forked process and ends by SIGKILL before a statement drawn at random; the next goes on
from what the last one left. Ends with the migration half done, and prints how many there were.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from typing import Any

import django


def life(statements: int) -> None:
    """Migrate until so many statements are done, then die."""
    from django.core.management import call_command
    from django.db import connection

    done = 0

    def deadly(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        done += not sql.lstrip().upper().startswith(("SELECT", "PRAGMA"))
        if done > statements:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(deadly):
        call_command("migrate", verbosity=0)


def main(lives: int) -> None:
    """Let so many begin and none finish."""
    django.setup()
    draw = random.Random(lives)
    for _ in range(lives):
        pid = os.fork()
        if pid == 0:
            life(draw.randint(5, 60))
            os._exit(0)
        if not os.WIFSIGNALED(os.waitpid(pid, 0)[1]):
            raise SystemExit("a migration came to its end: fewer lives, please")
    sys.stdout.write(f"killed {lives} times\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
