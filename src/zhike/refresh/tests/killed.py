"""Kill a refresh at chosen places and look at what is left: ``python -m zhike.refresh.tests.killed``.

Runs with a home of its own (ZHIKE_HOME); every turn is a process of its own, those to die kill themselves.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django


def in_child(work: Callable[[], object]) -> int:
    """Run something in a forked process; returns the signal that ended it, 0 for a good end."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the child says what happened and ends
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(99)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"a turn failed with status {os.WEXITSTATUS(status)}")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def turn(days: int, place: tuple[Any, str] | None = None, *, after: bool = False) -> Callable[[], object]:
    """Return a turn that is killed before (or after) the first call of a function."""

    def work() -> None:
        from zhike.refresh.actions import run_refresh
        from zhike.refresh.tests.factories import AS_OF

        if place is not None:
            module, name = place
            real = getattr(module, name)

            def deadly(*args: Any, **kwargs: Any) -> Any:
                result = real(*args, **kwargs) if after else None
                os.kill(os.getpid(), signal.SIGKILL)
                return result

            setattr(module, name, deadly)
        run_refresh(as_of=AS_OF + timedelta(days=days))

    return work


def left() -> tuple[list[Any], set[int]]:
    """Return the score rows, and the runs they are of."""
    from zhike.customers.models import Score

    rows = list(Score.objects.order_by("pk").values_list("pk", "tier", "value_12m", "risk", "run_id"))
    return rows, {row[-1] for row in rows}


def main() -> None:
    """Kill at each place, check, turn again."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhike.customers.actions import score_table
    from zhike.refresh.actions import figures, load, run
    from zhike.refresh.models import RefreshRun
    from zhike.refresh.queries.integrity import score_rows, warehouse_sums
    from zhike.refresh.tests.factories import make_firm

    make_firm(40)
    in_child(turn(0))
    places: list[tuple[tuple[Any, str], bool]] = [
        ((load, "warehouse_sums"), False),  # parts written, not yet named
        ((score_table, "index_next"), False),  # the next table full, without indexes
        ((score_table, "swap"), True),  # swapped, not committed
        ((score_table, "analyze"), False),  # committed, nothing after it done
        ((figures, "keep_scores"), True),  # the run's scores in the warehouse, not yet named
        ((run, "_finish"), False),  # everything but the last word
    ]
    for day, (place, after) in enumerate(places, 1):
        before, runs = left()
        assert in_child(turn(day, place, after=after)) == signal.SIGKILL, place
        rows, now = left()
        assert len(now) == 1, "scores of one run only"
        assert rows == before if now == runs else max(now) == RefreshRun.objects.latest("id").pk
        assert score_rows() == []
        assert warehouse_sums() == []
        assert in_child(turn(day)) == 0
        assert RefreshRun.objects.latest("id").state == "done"
        assert RefreshRun.objects.filter(state="failed", error="process_ended").count() == day
        assert (score_rows(), warehouse_sums()) == ([], [])
    sys.stdout.write(f"killed {len(places)} times\n")


if __name__ == "__main__":
    main()
