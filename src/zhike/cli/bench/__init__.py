"""``zhike bench``: measures this machine against the goals, beside other libraries where installed."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from zhike.cli.app import fail
from zhike.cli.bench.result import Result, Size

LINES_EACH = 10
_EAST = timedelta(hours=8)  # the invented company's day is that of Shanghai
GROUP_NAMES = ("bg_nbd", "rfm", "import", "refresh", "pages")


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(help=f"What to measure: {', '.join(GROUP_NAMES)} (default: everything)."),
    ] = None,
    customers: Annotated[int, typer.Option(help="Number of customers.", min=200, max=5_000_000)] = 10_000,
    lines: Annotated[int, typer.Option(help="Order lines in all (default: ten a customer).", min=0)] = 0,
    repeat: Annotated[int, typer.Option(help="How often each page is called.", min=1, max=10_000)] = 40,
    seed: Annotated[int, typer.Option(help="The same seed gives the same data.")] = 1,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FOLDER", help="Keep the company here, and use it again.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Also put the tables into this page.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure pages, imports, refresh and models on an invented company in a temporary home."""
    asked = frozenset(names or GROUP_NAMES)
    unknown = sorted(asked - set(GROUP_NAMES))
    if unknown:
        raise fail(f"There is nothing called {unknown[0]!r} to measure. Known: {', '.join(GROUP_NAMES)}.", 2)
    signal.signal(signal.SIGTERM, _stop)
    size = Size(customers, lines or customers * LINES_EACH, seed, repeat)
    results, facts = _measure(asked, size, keep)
    if markdown is not None:
        from zhike.cli.bench import report

        where = facts["database"].split()[0] if facts["database"] else "without a database"
        report.write_markdown(markdown, results, facts, f"{size}, {where}")
    _print(results, facts, as_json=as_json)


def _measure(asked: frozenset[str], size: Size, keep: Path | None) -> tuple[list[Result], dict[str, str]]:
    from zhike.cli.bench import machine
    from zhike.cli.bench.groups import GROUPS, Bench
    from zhike.cli.bench.place import places
    from zhike.cli.bench.process import ChildFailed

    results: list[Result] = []
    begin, load = time.monotonic(), machine.load()
    day = (datetime.now(UTC) + _EAST).date().isoformat()
    try:
        with places(os.environ.get("DATABASE_URL", "")) as made:
            bench = Bench(made, size, day, _note, keep)
            for name in (n for n in GROUP_NAMES if n in asked):
                results += list(GROUPS[name](bench))
    except ChildFailed as error:
        raise fail(str(error)) from None
    facts = machine.describe(bench.database)
    facts["load"] = (
        f"{load} before, {facts['load']} after; the whole run took {time.monotonic() - begin:.0f} s"
    )
    return results, facts


def _print(results: list[Result], facts: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer(results, facts), ensure_ascii=False))
    else:
        from zhike.cli.bench import report

        report.show(results, facts)


def answer(results: list[Result], facts: dict[str, str]) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {"results": [r.as_dict() for r in results], "machine": facts}


def _stop(_signal: int, _frame: Any) -> None:
    """End as after Ctrl-C, so that everything temporary goes away."""
    raise KeyboardInterrupt


def _note(text: str) -> None:
    print(f"zhike bench: {text} …", file=sys.stderr, flush=True)
