"""What a run found, counted by team: the rows behind the findings' pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import pyarrow as pa

from zhike.refresh.actions.score import Scored
from zhike.refresh.rules.figures import FLOW_MONTHS, add, flow_rows
from zhike.warehouse import Warehouse, Writer, metrics, star

RUNS_KEPT: Final = 12
Figures = dict[str, list[dict[str, Any]]]


def fact_score(scored: Scored, *, run_id: int) -> pa.Table:
    """Return the scores as rows of fact_score."""
    rows = scored.rows
    zero = pa.scalar(0, pa.int64())
    columns = {name: rows[name] for name in rows.column_names}
    columns["run_id"] = pa.repeat(pa.scalar(run_id, pa.int64()), rows.num_rows)
    columns["tier_before"] = scored.tier_before
    columns["tier_proposal"] = rows["tier_pending"]
    columns["owner_id"] = rows["owner_id"].fill_null(zero)
    columns["team_id"] = rows["team_id"].fill_null(zero)
    return pa.table({name: columns[name] for name in star.FACT_SCORE.schema.names}).cast(
        star.FACT_SCORE.schema
    )


def figures(warehouse: Warehouse, scored: Scored, facts: pa.Table, as_of: date) -> dict[int, Figures]:
    """Return figures by team (0: customers in no team)."""
    scores = warehouse.memory("scores_now", facts)
    limits = warehouse.memory(
        "limits_now",
        pa.table(
            {
                "customer_id": facts["customer_id"],
                "team_id": facts["team_id"],
                "lapsing_days": scored.limits.lapsing,
                "lost_days": scored.limits.lost,
            }
        ),
    )
    days = metrics.purchase_days(warehouse.table("fact_order"))
    expressions = {
        "rfm": metrics.rfm_heat(scores),
        "tiers": metrics.customers_by(scores, "tier"),
        "states": metrics.customers_by(scores, "state"),
        "migration": metrics.tier_migration(scores),
        "concentration": metrics.concentration(scores),
        "flow": metrics.monthly_flow(metrics.intervals(days, as_of), limits, as_of),
    }
    teams: dict[int, Figures] = defaultdict(dict)
    for kind, expression in expressions.items():
        for team, rows in _by_team(warehouse.run(expression)).items():
            teams[team][kind] = flow_rows(rows, as_of, FLOW_MONTHS) if kind == "flow" else rows
    return dict(teams)


def for_the_firm(teams: Mapping[int, Figures]) -> Figures:
    """Return the figures of all teams together."""
    return add(teams.values())


def _by_team(rows: pa.Table) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row.pop("team_id")].append(row)
    return found


def keep_scores(
    writer: Writer, facts: pa.Table, *, run_id: int, fingerprint: str, kept: Iterable[int]
) -> None:
    """Write a run's scores into the warehouse beside those of the runs that are kept."""
    writer.put("fact_score", facts, bucket=run_id, fingerprint=fingerprint)
    for bucket in kept:
        writer.keep("fact_score", bucket)
