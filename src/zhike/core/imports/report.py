"""What came of a run: the report, and the file with the rows that were rejected."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext

from zhike.core.imports.cells import damage, guard_formula
from zhike.core.imports.importer import RowState
from zhike.core.imports.problems import MESSAGES, Problem, message
from zhike.core.imports.staging import disk_space, staged_parts
from zhike.core.imports.transform import Issue

ERRORS_SHOWN = 100
ERROR_FILE = "errors.csv"
MAX_REASONS = 200

_STABLE = {"max", "min", "reason", "choices", "zone", "limit", "expected"}
"""Parameters that say the same for many rows; others are left open in a summary."""

_SUMMARIES = {
    "group_rejected": "Another row of the same record is wrong.",
    "repeated_row": "The row stands in the file twice.",
    "repeated_key": "The same key stands in the file twice, with different values.",
}

Reason = list[Any]
"""``[state, code, field, params, rows]`` as stored on the run."""


def add_reasons(reasons: list[Reason], issues: Iterable[Issue]) -> list[Reason]:
    """Count issues by reason into a run's list."""
    index = {(r[0], r[1], r[2], str(r[3])): r for r in reasons}
    for issue in issues:
        params = {k: v for k, v in issue.params.items() if k in _STABLE}
        key = (issue.state, issue.code, issue.field, str(params))
        if key not in index:
            if len(index) >= MAX_REASONS:
                key = (issue.state, "other", "", "{}")
                params = {}
            if key not in index:
                index[key] = [issue.state, key[1], key[2], params, 0]
        index[key][4] += 1
    return list(index.values())


class _Open(defaultdict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def reason_text(code: str, params: Mapping[str, Any]) -> str:
    """Return a reason as a summary says it: what differs from row to row stays open."""
    if code == "skipped_by_rule":
        return str(params.get("reason", ""))
    text = gettext(_SUMMARIES.get(code, MESSAGES.get(code, code)))
    try:
        return text % _Open(None, params)
    except (TypeError, ValueError):
        return text


def reasons_of(reasons: Iterable[Reason], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the reasons for people and scripts, most rows first; they sum to skipped + rejected."""
    found = [
        {
            "reason": reason_text(code, params),
            "rows": rows,
            "state": RowState(state).name.lower(),
            "code": code,
            "column": labels.get(name, name),
        }
        for state, code, name, params, rows in reasons
    ]
    return sorted(found, key=lambda r: (-r["rows"], r["reason"]))


def error_of(issue: Issue, labels: Mapping[str, str]) -> dict[str, Any]:
    """Return one rejected row as reports show it."""
    return {
        "row": issue.row,
        "column": labels.get(issue.field, issue.field),
        "value": issue.value,
        "message": message(Problem(issue.code, issue.params)),
    }


def objects_of(counts: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    """Return created and updated objects by kind: ``sales.order`` is called ``orders``."""
    return {
        _plural(kind): {"created": created, "updated": updated} for kind, (created, updated) in counts.items()
    }


def _plural(label: str) -> str:
    name = label.rsplit(".", 1)[-1]
    if name.endswith("s"):
        return name
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


class ErrorFile:
    """Writes rejected rows with their original columns and, behind them, what is wrong.

    The file reads in again with the same mapping: names, order and values of the columns are those of the
    source, guarded against being taken for formulas.
    """

    def __init__(
        self, handle: TextIO, headers: Sequence[str], *, delimiter: str, header: bool, header_row: int
    ) -> None:
        self.writer = csv.writer(handle, delimiter=delimiter or ",")
        self.header = header
        handle.writelines("\r\n" for _ in range(header_row - 1))
        if header:
            extra = [gettext("Row in the file"), gettext("Column at fault"), gettext("What is wrong")]
            self.writer.writerow([*map(guard_formula, headers), *extra])

    def write(self, issue: Issue, cells: Sequence[str | None], labels: Mapping[str, str]) -> None:
        """Write one rejected row."""
        texts = [guard_formula(damage(c)[1]) if c else "" for c in cells]
        error = error_of(issue, labels)
        self.writer.writerow(
            [*texts, issue.row, guard_formula(error["column"]), guard_formula(error["message"])]
        )


def write_error_file(
    folder: Path,
    staged: Path,
    chunks: Iterable[tuple[int, int, list[Issue]]],
    *,
    headers: Sequence[str],
    labels: Mapping[str, str],
    layout: Mapping[str, Any],
) -> Path | None:
    """Write ``errors.csv`` from the staged rows; ``chunks`` are (start, stop, issues).

    None when nothing is wrong.
    """
    final, part = folder / ERROR_FILE, folder / (ERROR_FILE + ".part")
    written = 0
    with disk_space(), part.open("w", encoding="utf-8-sig", newline="") as handle:
        target = ErrorFile(handle, headers, **layout)
        for issue, cells in _rejected(staged, chunks, len(headers)):
            target.write(issue, cells, labels)
            written += 1
        handle.flush()
        os.fsync(handle.fileno())
    if not written:
        part.unlink()
        return None
    part.replace(final)
    return final


def _rejected(
    staged: Path, chunks: Iterable[tuple[int, int, list[Issue]]], width: int
) -> Iterator[tuple[Issue, list[str | None]]]:
    """Yield rejected rows with their cells in one pass; parts of the file without any are not read."""
    coming = iter(chunks)
    wanted: dict[int, Issue] = {}
    known = 0
    for piece in staged_parts(staged):
        while known < piece.stop and (chunk := next(coming, None)):
            known = chunk[1]
            wanted |= {i.row: i for i in chunk[2] if i.state == RowState.REJECTED}
        if not wanted:
            continue
        found = piece.read(list(range(width)))
        for i, row in enumerate(found.rows):
            if issue := wanted.pop(row, None):
                yield issue, [found.columns[n][i] for n in range(width)]
