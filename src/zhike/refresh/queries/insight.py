"""What the last run found, for one viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhike.core.permissions import Scope, Viewer
from zhike.refresh.models import RefreshRun, RunFigures
from zhike.refresh.queries.runs import baseline_run, last_published
from zhike.refresh.rules.figures import Row, add, curve, shares
from zhike.refresh.rules.states import STATES

TIER_ORDER = ("A", "B", "C", "D", "")


@dataclass(frozen=True)
class Insight:
    """The findings of a run within a viewer's scope; money in minor units of the firm's currency.

    The rows' columns are in docs/reference/refresh.md.
    """

    run: RefreshRun
    customers: int
    value: int
    rfm: list[Row]
    cells: list[Row]
    tiers: list[Row]
    migration: list[Row]
    migration_since: date | None
    concentration: list[dict[str, float]]
    concentration_before: list[dict[str, float]]
    flow: list[Row]
    states: list[Row]
    calibration: list[Row]


def insight(viewer: Viewer) -> Insight | None:
    """Return the findings of the run whose scores are in place; None before the first.

    Scope all sees the firm, scope team the sum of its teams. Needs insight.read.
    """
    viewer.require("insight.read")
    run = last_published()
    return None if run is None else _insight(run, viewer)


def _insight(run: RefreshRun, viewer: Viewer) -> Insight:
    seen = _figures(run, viewer)
    since = run.parameters.get("compared_with")
    before = baseline_run(run.as_of) if since else None
    tiers = shares(seen["tiers"], TIER_ORDER, "tier")
    return Insight(
        run=run,
        customers=sum(row["customers"] for row in tiers),
        value=sum(row["value"] for row in tiers),
        rfm=[{**row, "cell": row["rfm_cell"]} for row in seen["rfm"]],
        cells=_cells(seen["rfm"]),
        tiers=tiers,
        migration=_migration(seen["migration"]) if since else [],
        migration_since=date.fromisoformat(since) if since else None,
        concentration=curve(seen["concentration"]),
        concentration_before=curve(_figures(before, viewer)["concentration"]) if before else [],
        flow=list(seen["flow"]),
        states=shares(seen["states"], STATES, "state"),
        calibration=list((run.model_card.get("holdout") or {}).get("calibration") or []),
    )


def _figures(run: RefreshRun, viewer: Viewer) -> dict[str, list[Row]]:
    rows = RunFigures.objects.filter(run=run)
    if viewer.is_system or viewer.scope == Scope.ALL:
        rows = rows.filter(team_id__isnull=True)
    elif viewer.scope == Scope.TEAM:
        rows = rows.filter(team_id__in=viewer.team_ids)
    else:
        rows = rows.none()
    return add(row.figures for row in rows)


def _migration(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    return [{"from": row["tier_before"], "to": row["tier"], "customers": row["customers"]} for row in rows]


def _cells(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    sums: dict[str, Row] = {}
    for row in rows:
        cell = sums.setdefault(
            row["rfm_cell"], {"cell": row["rfm_cell"], "customers": 0, "value": 0, "amount_12m": 0}
        )
        for name in ("customers", "value", "amount_12m"):
            cell[name] += row[name]
    return sorted(sums.values(), key=lambda cell: -cell["value"])
