"""Ledger → scores → the JSON of ``zhike analyze``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhike.analytics import (
    BASES,
    MODELS,
    NEXT_BASES,
    RFM_CELLS,
    TIERS,
    ScoreResult,
    ScoreSettings,
    buying_model,
    compile_kernels,
    describe,
    score_customers,
)
from zhike.analytics.card import date_of
from zhike.cli.analysis.ledger import Ledger
from zhike.cli.report.words import Words
from zhike.core.imports.usage import peak_rss_mb

SPEND = "gamma_gamma"


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything the outputs are made of."""

    ledger: Ledger
    result: ScoreResult
    seconds: dict[str, float]
    compile_seconds: float


def analyse(ledger: Ledger, end: int, settings: ScoreSettings, read_seconds: float) -> Analysis:
    """Score the ledger; compilation is timed apart."""
    compiled = compile_kernels(settings.models)
    begin = time.perf_counter()
    # Without amounts every purchase counts the same, so value is the number of purchases.
    amount = ledger.amount if ledger.has_amount else np.ones(ledger.day.size)
    result = score_customers(
        ledger.customer, ledger.day, amount, as_of=end, customers=ledger.ids.size, settings=settings
    )
    seconds = {"read": read_seconds, **result.seconds}
    seconds["total"] = read_seconds + time.perf_counter() - begin
    return Analysis(ledger, result, seconds, compiled)


def as_json(analysis: Analysis, *, wanted: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object, as the interface has it (times of models are without compilation)."""
    result, card = analysis.result, analysis.result.card
    data = card["data"]
    return {
        "rows": analysis.ledger.rows,
        "customers": data["customers"],
        "orders": data["orders"],
        "repeat_customers": data["repeat_customers"],
        "amount": data["amount"] if analysis.ledger.has_amount else None,
        "products": analysis.ledger.products,
        "quantity": analysis.ledger.quantity,
        "first": data["first"],
        "last": data["last"],
        "as_of": card["as_of"],
        "skipped": skipped(analysis.ledger),
        "models": models(analysis, wanted),
        "chosen": card["chosen"],
        "fallback": card["fallback"],
        "holdout": card["holdout"],
        "rfm": {"cells": rfm_cells(result)},
        "tiers": tiers(result),
        "totals": card["totals"],
        "caveats": card["caveats"],
        "settings": card["settings"],
        "seconds": analysis.seconds,
        "compile_seconds": analysis.compile_seconds,
        "peak_rss_mb": peak_rss_mb(),
    }


def models(analysis: Analysis, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Fitted models by name; on thin data they are fitted for the record, though rules are used."""
    found = {name: fit for name, fit in analysis.result.card["models"].items() if name in wanted}
    result = analysis.result
    buyers = result.orders > 0
    for name in wanted:
        if name not in found and name in MODELS and buyers.any():
            model = buying_model(name).fit(result.frequency[buyers], result.recency[buyers], result.T[buyers])
            found[name] = describe(model)
    return found


def skipped(ledger: Ledger) -> list[dict[str, Any]]:
    """Rows left out by reason, the most frequent first, with the first of each."""
    found = []
    for reason, rows in ledger.skipped.most_common():
        row, value = ledger.examples.get(reason, (None, None))
        found.append({"reason": reason, "rows": rows, "first_row": row, "first_value": value})
    return found


def rfm_cells(result: ScoreResult) -> list[dict[str, Any]]:
    """Every occupied combination of scores with its customers, their spending and the cell's name."""
    buyers = np.flatnonzero(result.orders > 0)
    scores = np.stack([result.r[buyers], result.f[buyers], result.m[buyers], result.rfm_cell[buyers]])
    cells, index = np.unique(scores, axis=1, return_inverse=True)
    index = index.reshape(-1)
    customers = np.bincount(index, minlength=cells.shape[1])
    amounts = np.bincount(index, result.amount[buyers], minlength=cells.shape[1])
    return [
        {
            "r": int(r),
            "f": int(f),
            "m": int(m),
            "cell": RFM_CELLS[cell].code,
            "advice": RFM_CELLS[cell].advice,
            "customers": int(customers[i]),
            "amount": round(float(amounts[i]), 2),
        }
        for i, (r, f, m, cell) in enumerate(cells.T)
    ]


def tiers(result: ScoreResult) -> list[dict[str, Any]]:
    """Each tier with its customers (buyers only) and its share of the 12-month value."""
    total = float(result.value.sum())
    found = []
    for place, tier in enumerate(TIERS):
        members = (result.tier == place) & (result.orders > 0)
        value = float(result.value[members].sum())
        found.append(
            {
                "tier": tier,
                "customers": int(members.sum()),
                "value": value,
                "share_of_value": value / total if total > 0 else None,
            }
        )
    return found


def write_scores(analysis: Analysis, path: Path) -> None:
    """Every customer's scores as Parquet, sorted by customer."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    result = analysis.result
    kept = np.flatnonzero(result.orders > 0)
    plain = (
        "orders", "frequency", "recency", "T", "monetary", "amount", "r", "f", "m", "p_alive", "risk",
        "expected_orders", "expected_spend", "value", "value_low", "value_high",
    )  # fmt: skip
    columns: dict[str, Any] = {"customer": pa.array(analysis.ledger.ids[kept].astype(object), pa.string())}
    columns |= {name: pa.array(getattr(result, name)[kept]) for name in plain}
    for name in ("first_day", "last_day", "next_day", "next_low", "next_high"):
        columns[name] = _dates(getattr(result, name)[kept])
    columns["rfm_cell"] = _names(result.rfm_cell[kept], [cell.code for cell in RFM_CELLS])
    columns["tier"] = _names(result.tier[kept], TIERS)
    columns["next_basis"] = _names(result.next_basis[kept], NEXT_BASES)
    columns["basis"] = _names(result.basis[kept], BASES)
    pq.write_table(pa.table(columns), path)


def _dates(days: Any) -> Any:
    import pyarrow as pa

    epoch = 719_163  # date(1970, 1, 1).toordinal()
    return pa.array((days - epoch).astype(np.int32), pa.int32(), mask=days == 0).cast(pa.date32())


def _names(codes: Any, names: Any) -> Any:
    import pyarrow as pa

    return pa.array([names[code] for code in codes.tolist()], pa.string())


def in_words(analysis: Analysis) -> str:
    """A short account for the terminal."""
    card, data = analysis.result.card, analysis.result.card["data"]
    totals = card["totals"]
    span = (
        f"{data['customers']:,} customers, {data['orders']:,} orders from {data['first']} to {data['last']}"
    )
    likely = f"{totals['value']:,.0f} (80 %: {totals['value_low']:,.0f} to {totals['value_high']:,.0f})"
    lines = [
        f"{span} ({analysis.ledger.rows:,} rows; as of {card['as_of']}).",
        f"Model: {card['chosen']}; 12-month value {likely}.",
    ]
    for tier in tiers(analysis.result):
        share = f"{tier['share_of_value']:.1%}" if tier["share_of_value"] is not None else "–"
        lines.append(f"  Tier {tier['tier']}: {tier['customers']:>8,} customers, {share:>6} of the value")
    if card["holdout"]:
        lines += _judged(card["holdout"])
    words = Words("en")
    lines += [f"Careful: {words.caveat(caveat['code'], caveat['params'])}" for caveat in card["caveats"]]
    return "\n".join(lines)


def _judged(holdout: dict[str, Any]) -> list[str]:
    lines = [f"Judged on the last {holdout['days']} days ({holdout['orders']:,} orders):"]
    for name, found in {**holdout["models"], **holdout["baselines"]}.items():
        numbers = ", ".join(f"{key} {value:.3g}" for key, value in found.items() if value is not None)
        lines.append(f"  {name}: {numbers}")
    return lines


def day_text(day: int) -> str:
    """ISO date of a day number, a dash for none."""
    return date_of(day) or "–"
