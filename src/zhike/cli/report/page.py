"""Puts the report together: one file, no script, nothing fetched, light and dark by the reader's setting."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from zhike.cli.analysis.run import Analysis
from zhike.cli.report import model_card, sections
from zhike.cli.report.words import Words

STYLE = (Path(__file__).parent / "static" / "report.css").read_text(encoding="utf-8")


def write_report(
    analysis: Analysis, found: dict[str, Any], path: Path, *, files: list[str], language: str
) -> None:
    """Write the page; `found` is the JSON of the analysis."""
    path.write_text(page(analysis, found, files=files, language=language), encoding="utf-8")


def page(analysis: Analysis, found: dict[str, Any], *, files: list[str], language: str) -> str:
    """The whole page as HTML."""
    words = Words(language)
    title = words.pgettext("report", "Where the customers’ value is going")
    code = "zh-Hans" if words.chinese else "en"
    parts = [
        sections.key_figures(analysis, found, words),
        '<div class="cards">',
        sections.first_to_see(analysis, words),
        sections.recency_by_orders(analysis, words),
        sections.concentration(analysis, words),
        sections.tier_bars(found, words),
        sections.coming_weeks(analysis, words),
        sections.months(analysis, words),
        sections.named_cells(analysis, words),
        sections.calibration(found, words),
        model_card.caveats(found, words),
        model_card.judged(found, words),
        model_card.parameters(found, words),
        model_card.rows_left_out(found, words),
        "</div>",
    ]
    basis = words.pgettext("report", "%(files)s · purchases from %(first)s to %(last)s · as of %(as_of)s") % {
        "files": ", ".join(files),
        "first": found["first"] or "–",
        "last": found["last"] or "–",
        "as_of": found["as_of"],
    }
    footer = words.pgettext("report", "Made by zhike analyze. Forecasts are estimates, not promises.")
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f'<header><h1>{escape(title)}</h1><p class="basis">{escape(basis)}</p></header>'
        f"{''.join(parts)}"
        f"<footer>{escape(footer)}</footer>"
        "</main></body></html>\n"
    )
