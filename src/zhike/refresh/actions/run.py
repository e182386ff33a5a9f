"""One turn of the loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings

from zhike.analytics import compile_kernels
from zhike.core import plugs, settings_store
from zhike.core.changes import Change
from zhike.core.clock import now, today
from zhike.core.errors import Invalid, ZhikeError
from zhike.core.permissions import SYSTEM, Viewer
from zhike.customers.actions.scores import publish_scores
from zhike.refresh.actions import figures as found
from zhike.refresh.actions import lease
from zhike.refresh.actions.baseline import Baseline, mark, read_baseline
from zhike.refresh.actions.load import Loaded, SumsDiffer, load
from zhike.refresh.actions.output import write_scores
from zhike.refresh.actions.purchases import Purchases
from zhike.refresh.actions.score import Scored, assemble, score
from zhike.refresh.models import RefreshRun, RunFigures
from zhike.refresh.queries.runs import kept_score_runs
from zhike.refresh.queries.scoring import scoring
from zhike.refresh.rules.card import caveats
from zhike.refresh.rules.memory import peak_rss_mb
from zhike.refresh.rules.settings import FirmScoring
from zhike.warehouse import Warehouse, WarehouseError, open_warehouse

Progress = Callable[[str], None]
PHASES = ("extract", "warehouse", "rfm", "value", "risk", "next_purchase", "tiers", "publish", "agenda")


@dataclass
class _Turn:
    """One run under way: its row, its settings, its watch."""

    run: RefreshRun
    progress: Progress | None
    firm: settings_store.Firm
    scoring: FirmScoring
    seconds: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)
    phase: str = ""

    def beat(self, phase: str) -> None:
        """Note the phase, give a sign of life, show progress."""
        self.phase = phase
        lease.beat(self.run, phase)
        if self.progress:
            self.progress(phase)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Add a block's seconds to a phase (or to the phase that :meth:`beat` named meanwhile)."""
        self.beat(phase)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(phase, time.perf_counter() - start)

    def add(self, phase: str, seconds: float) -> None:
        """Add seconds to a phase."""
        self.seconds[phase] = self.seconds.get(phase, 0.0) + seconds


def run_refresh(
    *,
    as_of: date | None = None,
    full: bool = False,
    scores_out: Path | None = None,
    progress: Progress | None = None,
    by: Viewer = SYSTEM,
) -> RefreshRun:
    """Do one turn: facts into the warehouse, scores out of it, the after-scores hooks.

    ``as_of``: the day to look from (default: the firm's today); orders after it are ignored. ``full`` reads
    everything again. ``scores_out`` also writes every customer's scores to a Parquet file. ``progress``
    is called with the phase. Raises :class:`~zhike.core.errors.Conflict` while another run lives, and
    :class:`~zhike.core.errors.Invalid` when the warehouse can't be used; the run is then kept as failed.
    """
    by.require("refresh.run")
    run = lease.begin(as_of=as_of or today(), full=full, engine=settings.WAREHOUSE_ENGINE, by=by)
    turn = _Turn(run, progress, settings_store.firm(), scoring())
    try:
        _turn(turn, scores_out, by)
    except WarehouseError as error:
        lease.fail(run, str(error))
        raise Invalid("The warehouse can't be used: %(reason)s", reason=str(error)) from error
    except BaseException as error:
        lease.fail(run, str(error) if isinstance(error, ZhikeError) else f"{type(error).__name__}: {error}")
        raise
    run.refresh_from_db()
    return run


def _turn(turn: _Turn, scores_out: Path | None, by: Viewer) -> None:
    run = turn.run
    with (
        open_warehouse(settings.WAREHOUSE_DIR, settings.WAREHOUSE_ENGINE, read_only=False) as warehouse,
        ThreadPoolExecutor(1) as aside,
    ):
        compiled = aside.submit(compile_kernels)
        loaded = _load(turn, warehouse)
        turn.add("compile", compiled.result())
        scored, baseline = _score(turn, warehouse, loaded)
        facts = found.fact_score(scored, run_id=run.pk)
        counting = aside.submit(_count, turn, warehouse, scored, facts)
        card = scored.result.card | {
            "caveats": [*scored.result.card["caveats"], *_caveats(turn, warehouse, scored)]
        }
        with turn.timed("publish"):
            _describe(turn, loaded, scored, baseline, card)
            publish_scores(
                scored.rows.append_column(
                    "run_id", pa.repeat(pa.scalar(run.pk, pa.int64()), scored.rows.num_rows)
                ),
                run_id=run.pk,
                as_of=run.as_of,
                by=by,
                within=lambda change: _publish(change, turn, counting.result()),
                step=lambda _rows: turn.beat("publish"),
            )
            _keep(warehouse, turn, facts)
    if scores_out is not None:
        write_scores(scores_out, loaded.customers, scored)
    _after_scores(turn)
    turn.seconds["total"] = time.perf_counter() - turn.began
    _finish(turn)


def _load(turn: _Turn, warehouse: Warehouse) -> Loaded:
    start = time.perf_counter()

    def beat(phase: str) -> None:
        nonlocal start
        if phase != turn.phase and turn.phase:
            turn.add(turn.phase, time.perf_counter() - start)
            start = time.perf_counter()
        turn.beat(phase)

    beat("extract")
    try:
        loaded = load(warehouse, full=turn.run.full, beat=beat)
    except SumsDiffer:
        if turn.run.full:
            raise WarehouseError("its sums differ from the database's. Run: zhike doctor") from None
        beat("extract")
        loaded = load(warehouse, full=True, beat=beat)
    turn.add(turn.phase, time.perf_counter() - start)
    return loaded


def _score(turn: _Turn, warehouse: Warehouse, loaded: Loaded) -> tuple[Scored, Baseline]:
    as_of = turn.run.as_of
    ids = loaded.customers["customer_id"].to_numpy()
    with turn.timed("warehouse"):
        purchases = Purchases.read(warehouse, ids, as_of)
        baseline = read_baseline(warehouse, ids, as_of)
    turn.beat("value")
    result = score(purchases, baseline, as_of=as_of, firm=turn.firm, scoring=turn.scoring)
    for phase, seconds in result.seconds.items():
        if phase != "total":
            turn.add(phase, seconds)
    with turn.timed("warehouse"):
        scored = assemble(
            warehouse, loaded.customers, purchases, baseline, result, as_of=as_of, firm=turn.firm
        )
    return scored, baseline


def _count(turn: _Turn, warehouse: Warehouse, scored: Scored, facts: pa.Table) -> dict[int, found.Figures]:
    """Count the findings and write the scores into the warehouse, beside the building of the score table."""
    start = time.perf_counter()
    figures = found.figures(warehouse, scored, facts, turn.run.as_of)
    turn.add("figures", time.perf_counter() - start)
    return figures


def _caveats(turn: _Turn, warehouse: Warehouse, scored: Scored) -> list[dict[str, Any]]:
    last = int(np.max(scored.result.last_day, initial=0))
    return caveats(as_of=turn.run.as_of, last_day=date.fromordinal(last) if last else None)


def _describe(turn: _Turn, loaded: Loaded, scored: Scored, baseline: Baseline, card: dict[str, Any]) -> None:
    run = turn.run
    run.customers = scored.rows.num_rows
    run.orders = int(np.sum(scored.rows["orders"].to_numpy()))
    run.lines = loaded.sums["lines"]
    run.watermark = loaded.sums
    run.model_card = card
    run.parameters = {
        "scoring": turn.scoring.as_dict(),
        "margin_percent": turn.firm.margin_percent,
        "compared_with": baseline.as_of.isoformat() if baseline.as_of else None,
        "buckets": loaded.buckets,
        "buckets_read": loaded.buckets_read,
    }


def _publish(change: Change, turn: _Turn, teams: dict[int, found.Figures]) -> None:
    """Store the run's findings in the transaction that swaps the scores in."""
    run = turn.run
    run.published_at = run.beat_at = now()
    run.save(
        update_fields=[
            "customers",
            "orders",
            "lines",
            "watermark",
            "model_card",
            "parameters",
            "published_at",
            "beat_at",
        ]
    )
    rows = [RunFigures(run=run, team_id=None, figures=found.for_the_firm(teams))]
    rows += [RunFigures(run=run, team_id=team, figures=figures) for team, figures in sorted(teams.items())]
    RunFigures.objects.bulk_create(rows)
    change.touched("refresh.refreshrun", [run.pk])


def _keep(warehouse: Warehouse, turn: _Turn, facts: pa.Table) -> None:
    """Write the scores into the warehouse, for the runs to come; older runs of the same day go."""
    current = kept_score_runs(found.RUNS_KEPT)
    parts = warehouse.manifest.parts("fact_score")
    kept = [pk for pk in current if pk != turn.run.pk and pk in parts]
    with warehouse.writer() as writer:
        found.keep_scores(writer, facts, run_id=turn.run.pk, fingerprint=mark(turn.run), kept=kept)
        writer.note(run_id=turn.run.pk, as_of=turn.run.as_of.isoformat())
        writer.commit()


def _after_scores(turn: _Turn) -> None:
    for hook in plugs.after_scores:
        with turn.timed(hook.key):
            turn.run.after[hook.key] = dict(hook.run(turn.run.pk, turn.run.as_of))


def _finish(turn: _Turn) -> None:
    run = turn.run
    run.seconds = {phase: round(turn.seconds.get(phase, 0.0), 3) for phase in PHASES} | {
        phase: round(seconds, 3) for phase, seconds in turn.seconds.items()
    }
    run.peak_rss_mb = peak_rss_mb()
    run.state, run.finished_at = RefreshRun.State.DONE, now()
    run.save(update_fields=["seconds", "peak_rss_mb", "after", "state", "finished_at"])
