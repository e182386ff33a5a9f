"""The table of results: on the screen, and as a section of a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from zhike.cli.bench.result import Result, rounded

_FIGURES = ("cpu", "server", "p50", "p99", "queries")
_HEADS = ("CPU ms", "database CPU ms", "p50 ms", "p99 ms", "queries")
Row = tuple[str, ...]


def number(value: float | None) -> str:
    """Write a number with three digits that count."""
    if value is None:
        return ""
    short = rounded(value)
    return f"{short:,.0f}" if abs(short) >= 100 else f"{short:g}"


def kept(result: Result) -> str:
    """Write whether the goal is kept."""
    return {True: "yes", False: "**no**", None: ""}[result.ok]


def show(results: Sequence[Result], facts: Mapping[str, str]) -> None:
    """Print everything as tables on the terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for label, text in facts.items():
        console.print(f"[dim]{label:>10}[/]  {text}", highlight=False)
    for title, heads, rows in tables(results):
        table = Table(title=title, title_justify="left")
        for place, head in enumerate(heads):
            table.add_column(
                head, justify="left" if place == 0 or head in {"kept", "note", "size"} else "right"
            )
        for row in rows:
            table.add_row(*(cell.replace("**no**", "[red]no[/]") for cell in row))
        console.print(table)


def tables(results: Sequence[Result]) -> list[tuple[str, Row, list[Row]]]:
    """Return the tables: title, heads, rows; pages are one row for a page and a role."""
    found: list[tuple[str, Row, list[Row]]] = []
    pages = [r for r in results if r.group == "pages"]
    others = [r for r in results if r.group != "pages"]
    if others:
        heads = ("what", "size", "value", "unit", "goal", "kept", "peer", "ratio", "note")
        found.append(("Imports, the loop, the numbers", heads, [_row(r) for r in others]))
    if pages:
        found.append(("Pages", ("page", "role", *_HEADS, "kept"), _pages(pages)))
    return found


def _row(r: Result) -> Row:
    peer = f"{number(r.peer)} ({r.peer_name})" if r.peer is not None else ""
    ratio = f"{number(r.ratio)}×" if r.ratio is not None else ""
    return (r.name, r.size, number(r.value), r.unit, number(r.goal), kept(r), peer, ratio, r.note)


def _pages(results: Sequence[Result]) -> list[Row]:
    lines: dict[tuple[str, str], dict[str, Result]] = {}
    for r in results:
        _, page, role, figure = r.name.split(".")
        lines.setdefault((page, role), {})[figure] = r
    rows = []
    for (page, role), figures in lines.items():
        missed = [f"{name} > {number(r.goal)}" for name, r in figures.items() if r.ok is False]
        judged = any(r.ok is not None for r in figures.values())
        verdict = "**no**: " + ", ".join(missed) if missed else "yes" if judged else ""
        cells = (number(figures[f].value) if f in figures else "–" for f in _FIGURES)
        rows.append((page.replace("_", " "), role, *cells, verdict))
    return rows


def write_markdown(path: Path, results: Sequence[Result], facts: Mapping[str, str], key: str) -> None:
    """Put the tables into a page, in place of the section of the same key (size and database) if any."""
    text = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    begin, end = f"<!-- bench {key} -->", f"<!-- end {key} -->"
    section = "\n".join([begin, "", f"## {key}", "", *_facts(facts), *_sections(results), end])
    old = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    text = old.sub(lambda _: section, text) if old.search(text) else f"{text.rstrip()}\n\n{section}\n"
    path.write_text(text, encoding="utf-8")


def _facts(facts: Mapping[str, str]) -> list[str]:
    return [*(f"- {label}: {text}" for label, text in facts.items() if text), ""]


def _sections(results: Sequence[Result]) -> list[str]:
    lines: list[str] = []
    for title, heads, rows in tables(results):
        right = {"value", "goal", "peer", "ratio", *_HEADS}
        rule = "|".join("---:" if head in right else "---" for head in heads)
        lines += [f"### {title}", "", f"| {' | '.join(heads)} |", f"|{rule}|"]
        lines += [f"| {' | '.join(row)} |" for row in rows] + [""]
    return lines
