"""From the cells of a chunk to a batch of good rows, with what became of the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from zhike.core.imports.cells import MARK, MAX_CELL, damage, header_key
from zhike.core.imports.conditions import Test, rows_where
from zhike.core.imports.fields import Parser, ParseSpec
from zhike.core.imports.importer import Batch, Importer, RowState
from zhike.core.imports.mapping import FieldSpec, ImportMap
from zhike.core.imports.problems import VALUE_SHOWN, Problem
from zhike.values.periods import zone

_MEMO = 20_000
"""Distinct values of one column that are remembered with what they mean."""


class Issue(NamedTuple):
    """Why one row was skipped or rejected; ``field`` is empty where the row as a whole is meant."""

    row: int
    state: int
    field: str
    value: str
    code: str
    params: Mapping[str, Any]


@dataclass(slots=True)
class Chunk:
    """Staged rows from ``start`` on: complete groups. ``columns``: column position → cells."""

    start: int
    rows: list[int]
    groups: list[int]
    faults: list[str | None]
    columns: dict[int, list[str | None]]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(slots=True)
class Judged:
    """A chunk after parsing: ``batch`` holds the rows ``good`` (positions in the chunk)."""

    batch: Batch
    good: list[int]
    states: bytearray
    issues: dict[int, Issue] = field(default_factory=dict)


class _Column:
    """One field's cells, parsed; remembers values, since most columns repeat theirs."""

    def __init__(self, parse: Parser, spec: FieldSpec, *, required: bool) -> None:
        self.parse = parse
        self.values = {header_key(k): v for k, v in spec.values}
        self.blank: Any = None
        self.blank = self._read(spec.default) if spec.default else None
        self.problem_of_blank = Problem("required") if required and self.blank is None else None
        self.memo: dict[str, Any] = {}

    def read(self, cells: Sequence[str | None]) -> tuple[list[Any], list[tuple[int, Problem]]]:
        """Return the values, None where blank or wrong, and the problems by index."""
        memo, read, blank = self.memo, self._remember, self.blank
        if len(memo) > _MEMO:
            memo.clear()
        values = [blank if c is None else memo[c] if c in memo else read(c) for c in cells]
        problems = [(i, v) for i, v in enumerate(values) if v.__class__ is Problem]
        for i, _ in problems:
            values[i] = None
        if self.problem_of_blank:
            wrong = {i for i, _ in problems}
            problems += [
                (i, self.problem_of_blank) for i, v in enumerate(values) if v is None and i not in wrong
            ]
        return values, problems

    def _remember(self, cell: str) -> Any:
        found = self.memo[cell] = self._read(cell)
        return found

    def _read(self, cell: str) -> Any:
        if cell.startswith(MARK):
            code, shown = damage(cell)
            return Problem(code, {"max": MAX_CELL, "shown": shown[:VALUE_SHOWN]})
        if self.values:
            cell = self.values.get(header_key(cell), cell)
        text = cell.strip()
        value = self.parse(text) if text else None
        return self.blank if value is None else value


class Transform:
    """A mapping compiled against a kind and a file's columns; keeps no state from chunk to chunk."""

    def __init__(
        self,
        importer: Importer,
        mapping: ImportMap,
        find: Callable[[str], int | None],
        *,
        timezone: str,
        today: date,
    ) -> None:
        self.importer = importer
        self.mapped = mapping.filled()
        self.names = [f.name for f in importer.fields]
        base = {s.field: s for s in mapping.fields}
        self.specs = {name: base.get(name, FieldSpec(name)) for name in self.names}
        self.parsers = {
            f.name: f.type.parser(
                ParseSpec(
                    timezone=zone(mapping.timezone or timezone),
                    formats=self.specs[f.name].formats,
                    decimal_comma=self.specs[f.name].decimal_comma,
                    whole_number=self.specs[f.name].whole_number,
                    today=today,
                )
            )
            for f in importer.fields
        }
        self.columns = {s.field: find(s.column) for s in mapping.fields if s.column}
        self._compile(mapping)

    def _compile(self, mapping: ImportMap) -> None:
        required = {f.name for f in self.importer.fields if f.required}
        by_rule = {name for r in mapping.rules for name, _ in r.set}
        self.readers = {
            name: _Column(self.parsers[name], self.specs[name], required=name in required - by_rule)
            for name in self.columns
        }
        self.late_required = sorted(required & by_rule)
        self.constants = {s.field: self._constant(s.field, s.value) for s in mapping.fields if s.value}
        self.rules = [
            (self._tests(r.when_conditions()), {n: self._constant(n, v) for n, v in r.set})
            for r in mapping.rules
        ]
        self.skips = [(self._tests(r.when_conditions()), r.reason) for r in mapping.skips]

    def _tests(self, conditions: Sequence[Any]) -> list[tuple[str, Test]]:
        return [(c.field, c.compile(self.parsers[c.field])) for c in conditions]

    def _constant(self, name: str, text: str) -> Any:
        value = self.parsers[name](text.strip()) if text.strip() else None
        if isinstance(value, Problem):
            from zhike.core.imports.problems import FileProblem, message

            raise FileProblem("mapping_value", key=f"{name} = {text[:60]}", why=message(value))
        return value

    # -------------------------------------------------------- the identity, while staging

    def identity_columns(self) -> list[str]:
        """Return the identity fields when every one of them comes from the file, else nothing."""
        names = list(self.importer.identity)
        return names if names and all(n in self.columns for n in names) else []

    def identities(self, columns: Sequence[list[str | None]]) -> list[str | None]:
        """Return one comparable key per row, None where a part of it is blank or wrong."""
        parts = []
        for name in self.identity_columns():
            position = self.columns[name]
            assert position is not None  # noqa: S101 - check_filled has found every column
            parts.append(self.readers[name].read(columns[position])[0])
        return [None if None in key else "\x1f".join(map(str, key)) for key in zip(*parts, strict=True)]

    # -------------------------------------------------------- a chunk

    def judge(self, chunk: Chunk) -> Judged:
        """Parse a chunk, apply rules and skips, and settle groups.

        Raises nothing for anything in the cells.
        """
        size = len(chunk)
        states = bytearray(size)
        issues: dict[int, Issue] = {}
        values, problems = self._read(chunk)
        self._set_by_rules(values, problems, size)
        self._skip(chunk, values, states, issues)
        self._reject(chunk, problems, states, issues)
        positions, spans = spans_of(chunk.groups)
        if self.importer.lines:
            reject_groups(chunk.rows, spans, states, issues)
        else:
            self._repeated(chunk, values, spans, states, issues)
        return self._judged(chunk, values, states, issues, positions, spans)

    def _read(self, chunk: Chunk) -> tuple[dict[str, list[Any]], dict[str, list[tuple[int, Problem]]]]:
        size = len(chunk)
        values: dict[str, list[Any]] = {}
        problems: dict[str, list[tuple[int, Problem]]] = {}
        for name in self.names:
            position = self.columns.get(name)
            if position is None:
                values[name] = [self.constants.get(name)] * size
            else:
                values[name], problems[name] = self.readers[name].read(chunk.columns[position])
        return values, problems

    def _set_by_rules(self, values: dict[str, list[Any]], problems: dict[str, Any], size: int) -> None:
        for tests, changes in self.rules:
            for index in rows_where(tests, values, size):
                for name, value in changes.items():
                    values[name][index] = value
        for name in self.late_required:
            wrong = {i for i, _ in problems.get(name, [])}
            blank = [i for i, v in enumerate(values[name]) if v is None and i not in wrong]
            problems.setdefault(name, []).extend((i, Problem("required")) for i in blank)

    def _skip(
        self, chunk: Chunk, values: dict[str, list[Any]], states: bytearray, issues: dict[int, Issue]
    ) -> None:
        for tests, reason in self.skips:
            for i in rows_where(tests, values, len(chunk)):
                if not states[i] and chunk.faults[i] is None:
                    states[i] = RowState.SKIPPED
                    issues[i] = Issue(
                        chunk.rows[i], RowState.SKIPPED, "", "", "skipped_by_rule", {"reason": reason}
                    )

    def _reject(
        self,
        chunk: Chunk,
        problems: dict[str, list[tuple[int, Problem]]],
        states: bytearray,
        issues: dict[int, Issue],
    ) -> None:
        rejected = int(RowState.REJECTED)
        for i, fault in enumerate(chunk.faults):
            if fault is not None:
                code, params = json.loads(fault)
                states[i] = rejected
                issues[i] = Issue(chunk.rows[i], rejected, "", "", code, params)
        for name in self.names:
            for i, problem in problems.get(name, ()):
                if not states[i]:
                    states[i] = rejected
                    shown = self.shown(name, chunk, i)
                    issues[i] = Issue(chunk.rows[i], rejected, name, shown, problem.code, problem.params)

    def shown(self, name: str, chunk: Chunk, index: int) -> str:
        """Return the cell as a report repeats it: short, and hidden in a sensitive field."""
        position = self.columns.get(name)
        cell = chunk.columns[position][index] if position is not None else None
        text = damage(cell)[1] if cell else ""
        if self.importer.field(name).sensitive and text:
            return text[:2] + "…"
        return "".join(c if c.isprintable() else "�" for c in text[:VALUE_SHOWN])

    def _repeated(
        self,
        chunk: Chunk,
        values: dict[str, list[Any]],
        spans: Sequence[slice],
        states: bytearray,
        issues: dict[int, Issue],
    ) -> None:
        """In a kind without lines only the first good row of a group counts."""
        for span in spans:
            if span.stop - span.start == 1:
                continue
            first = next((i for i in range(span.start, span.stop) if not states[i]), None)
            for i in range(span.start, span.stop):
                if first is None or i == first or states[i]:
                    continue
                same = all(column[i] == column[first] for column in values.values())
                states[i] = RowState.SKIPPED if same else RowState.REJECTED
                code = "repeated_row" if same else "repeated_key"
                issues[i] = Issue(chunk.rows[i], states[i], "", "", code, {"row": chunk.rows[first]})

    def _judged(
        self,
        chunk: Chunk,
        values: dict[str, list[Any]],
        states: bytearray,
        issues: dict[int, Issue],
        positions: list[int],
        spans: list[slice],
    ) -> Judged:
        if not issues:
            batch = Batch(chunk.rows, values, spans, positions, self.mapped)
            return Judged(batch, list(range(len(chunk))), states, issues)
        good = [i for i, state in enumerate(states) if not state]
        kept = {name: [column[i] for i in good] for name, column in values.items()}
        _, good_spans = spans_of([chunk.groups[i] for i in good])
        rows = [chunk.rows[i] for i in good]
        batch = Batch(rows, kept, good_spans, [positions[i] for i in good], self.mapped)
        return Judged(batch, good, states, issues)


def spans_of(groups: Sequence[int]) -> tuple[list[int], list[slice]]:
    """Return each row's place within its group, and the groups as slices."""
    positions: list[int] = []
    starts: list[int] = []
    last = None
    place = 0
    for i, group in enumerate(groups):
        if group != last:
            starts.append(i)
            last, place = group, 0
        place += 1
        positions.append(place)
    stops = [*starts[1:], len(groups)]
    return positions, [slice(a, b) for a, b in zip(starts, stops, strict=True)] if starts else []


def reject_groups(
    rows: Sequence[int], spans: Sequence[slice], states: bytearray, issues: dict[int, Issue]
) -> None:
    """Reject the sound rows of every group of which one row was rejected: a record is whole or not there."""
    rejected = int(RowState.REJECTED)
    for span in spans:
        part = states[span]
        at = part.find(rejected)
        if at < 0:
            continue
        wrong = rows[span.start + at]
        for i in range(span.start, span.stop):
            if states[i] not in {RowState.SKIPPED, RowState.REJECTED}:
                states[i] = rejected
                issues[i] = Issue(rows[i], rejected, "", "", "group_rejected", {"row": wrong})
