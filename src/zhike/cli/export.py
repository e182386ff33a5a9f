"""``zhike export``: rows of the house as a file, no more than the person it is for may see."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhike.cli import house
from zhike.cli.app import fail
from zhike.cli.whole import in_whole

if TYPE_CHECKING:
    from zhike.core.permissions import Viewer
    from zhike.core.plugs import Exporter

Rows = Iterable[Mapping[str, Any]]
XLSX_ROWS = 1_048_575
_XLSX_TEXT = 32_767


def command(
    kind: Annotated[str, typer.Argument(help="What to export, e.g. customers (see --kinds).")] = "",
    file: Annotated[Path | None, typer.Argument(help="The .csv or .xlsx to write.")] = None,
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="EXPR", help="As in a list's address: tier=A, value__gte=1000."),
    ] = None,
    login: Annotated[str, typer.Option("--as", help="Export what this user may see.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    kinds: Annotated[bool, typer.Option("--kinds", help="List what can be exported.")] = False,
) -> None:
    """Export rows to a CSV or xlsx file; a file that stands there is replaced once the new one is whole."""
    if not kinds and (not kind or file is None):
        raise fail(
            "Usage: zhike export KIND FILE [--filter EXPR] [--as LOGIN]. Kinds: zhike export --kinds", 2
        )
    house.ready()
    with house.expected_errors():
        if kinds or file is None:
            _list_kinds(as_json=as_json)
            return
        rows = export(_exporter(kind), file, _filters(filters or []), _viewer(login))
    print(
        json.dumps({"rows": rows, "kind": kind, "file": str(file)}) if as_json else f"{rows:,} rows in {file}"
    )


def export(exporter: Exporter, file: Path, filters: Mapping[str, str], viewer: Viewer) -> int:
    """Write the rows and note it in the changelog; returns how many."""
    from zhike.core.changes import log_only

    viewer.require(exporter.permission)
    writer = WRITERS.get(file.suffix.lower())
    if writer is None:
        raise fail(f"{file.name}: the name must end in {' or '.join(WRITERS)}.", 2)
    if not file.parent.is_dir():
        raise fail(f"There is no folder {file.parent}. Make it, or give another FILE.")
    with in_whole(file) as part:
        count = writer(part, exporter.columns, exporter.rows(viewer, filters))
        log_only("core.export", by=viewer, note=f"{exporter.key}: {count} rows; {sorted(filters)}"[:200])
    return count


def _exporter(kind: str) -> Exporter:
    from zhike.core import plugs

    found = plugs.exporters.get(kind)
    if found is None:
        known = ", ".join(e.key for e in plugs.exporters)
        raise fail(f"There is nothing called {kind!r} to export. Known: {known}.", 2)
    return found


def _viewer(login: str) -> Viewer:
    from zhike.core.permissions import SYSTEM
    from zhike.staff.queries import viewer_by_login

    return viewer_by_login(login) if login else SYSTEM


def _filters(expressions: Sequence[str]) -> dict[str, str]:
    """Read ``tier=A`` or ``tier=A&value__gte=1000``."""
    found: dict[str, str] = {}
    for part in (p for text in expressions for p in text.split("&") if p):
        key, sign, value = part.partition("=")
        if not sign or key in found:
            raise fail(f"--filter {part!r} is not of the form field=value, or given twice.", 2)
        found[key] = value
    return found


def _list_kinds(*, as_json: bool) -> None:
    from zhike.core import plugs

    known = [{"kind": e.key, "label": str(e.label), "columns": list(e.columns)} for e in plugs.exporters]
    if as_json:
        print(json.dumps({"kinds": known}, ensure_ascii=False))
        return
    for entry in known:
        print(f"{entry['kind']}  {entry['label']}\n    {', '.join(entry['columns'])}")


# ---------------------------------------------------------------- files


def write_csv(path: Path, columns: Sequence[str], rows: Rows) -> int:
    """Write UTF-8 with a mark (spreadsheets need it); returns the number of rows."""
    from zhike.core.imports.cells import guard_formula

    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        for row in rows:
            cells = (_plain(row.get(name)) for name in columns)
            writer.writerow([guard_formula(c) if isinstance(c, str) else c for c in cells])
            count += 1
    return count


def write_xlsx(path: Path, columns: Sequence[str], rows: Rows) -> int:
    """Write one sheet, row by row in bounded memory; returns the number of rows."""
    import xlsxwriter

    from zhike.core.imports.cells import guard_formula

    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        sheet.freeze_panes(1, 0)
        for count, row in enumerate(rows, start=1):
            if count > XLSX_ROWS:
                raise fail(
                    f"A sheet holds {XLSX_ROWS:,} rows, and there are more. Export to .csv, or filter."
                )
            for place, name in enumerate(columns):
                cell = _plain(row.get(name))
                if isinstance(cell, str):
                    sheet.write_string(count, place, guard_formula(cell)[:_XLSX_TEXT])
                elif cell is not None:
                    sheet.write_number(count, place, cell)
    return count


WRITERS: dict[str, Callable[[Path, Sequence[str], Rows], int]] = {".csv": write_csv, ".xlsx": write_xlsx}


def _plain(value: Any) -> str | float | None:
    """Return a cell as number or text; dates in their ISO form."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value if abs(value) < 2**53 else str(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
