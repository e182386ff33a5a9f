"""``zhike refresh``: one turn of the loop."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhike.cli import house
from zhike.cli.app import fail
from zhike.cli.report.words import Words

if TYPE_CHECKING:
    from zhike.refresh.models import RefreshRun

COUNTED = ("extract", "warehouse", "rfm", "value", "risk", "next_purchase", "tiers", "agenda", "total")


def command(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="Look from this day (default: today).")
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="Read everything again.")] = False,
    scores: Annotated[
        Path | None,
        typer.Option("--scores", metavar="OUT.parquet", help="Also write every customer's scores."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Do one turn of the loop: facts into the warehouse, scores, today's tasks."""
    day = _day(as_of)
    house.ready()
    with house.expected_errors():
        from zhike.refresh.actions import run_refresh

        run = run_refresh(as_of=day, full=full, scores_out=scores, progress=_show)
    if as_json:
        print(json.dumps(as_dict(run), ensure_ascii=False))
    else:
        _print(run)


def as_dict(run: RefreshRun) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "customers": run.customers,
        "orders": run.orders,
        "lines": run.lines,
        "seconds": {**dict.fromkeys(COUNTED, 0.0), **run.seconds},
        "peak_rss_mb": run.peak_rss_mb,
        "parameters": run.parameters,
        "after": run.after,
        "model_card": run.model_card,
    }


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail(f"--as-of {text!r} is not a date; write it like 2026-06-30.", 2) from None


def _show(phase: str) -> None:
    print(f"  {phase}", file=sys.stderr)


def _print(run: RefreshRun) -> None:
    seconds = run.seconds
    print(f"{run.customers} customers, {run.orders} orders, {run.lines} lines, as of {run.as_of}")
    print("  ".join(f"{phase} {seconds.get(phase, 0):.1f} s" for phase in COUNTED))
    card = run.model_card
    words = Words("en")
    print(f"model: {words.model(card.get('chosen', ''))}; peak memory {run.peak_rss_mb} MB")
    for caveat in card.get("caveats", []):
        print(f"  mind: {words.caveat(caveat['code'], caveat['params'])}")
