"""Mappings: which column of a file fills which field, and what is done on the way. A TOML file, or JSON.

docs/reference/import.md describes the format; every entry is checked here and unknown ones are refused.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from zhike.core.imports.cells import header_key
from zhike.core.imports.conditions import Condition, read_condition
from zhike.core.imports.fields import Field
from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import ReadOptions, Table
from zhike.values.periods import zone
from zhike.values.problems import InvalidValue

DEFAULT_SOURCE = "file"
_SIMILAR = 0.82
_TOP = (
    "kind", "source", "timezone", "encoding", "delimiter", "sheet", "header", "header_row", "fields",
    "constants", "values", "options", "rule", "skip",
)  # fmt: skip
_SPEC = ("column", "value", "default", "format", "values", "whole_number", "decimal_comma")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What fills one field: a column (with a default for blanks), or a constant ``value``."""

    field: str
    column: str = ""
    value: str = ""
    default: str = ""
    formats: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    whole_number: bool = False
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows for which all conditions hold: set fields (``set``), or leave the row out for ``reason``."""

    when: tuple[str, ...]
    set: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    def when_conditions(self) -> list[Condition]:
        """Return the conditions, parsed."""
        return [read_condition(text) for text in self.when]


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A whole mapping; immutable, so that its hash names it."""

    kind: str
    source: str = DEFAULT_SOURCE
    timezone: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: bool = True
    header_row: int = 0
    fields: tuple[FieldSpec, ...] = ()
    rules: tuple[Rule, ...] = ()
    skips: tuple[Rule, ...] = ()
    options: tuple[tuple[str, bool | int | str], ...] = ()

    def spec(self, name: str) -> FieldSpec | None:
        """Return what fills a field, None when nothing does."""
        return next((s for s in self.fields if s.field == name), None)

    def filled(self) -> frozenset[str]:
        """Return the names of all fields that a column, a constant or a rule fills."""
        return frozenset(s.field for s in self.fields) | {name for r in self.rules for name, _ in r.set}

    def read_options(self) -> ReadOptions:
        """Return how the file is to be read."""
        return ReadOptions(self.encoding, self.delimiter, self.sheet, self.header, self.header_row)

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as it would stand in a file; :func:`read_mapping` takes it back."""
        return _to_dict(self)

    def digest(self) -> str:
        """Return a hash that is the same for mappings that mean the same."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _to_dict(mapping: ImportMap) -> dict[str, Any]:
    plain = ("kind", "source", "timezone", "encoding", "delimiter", "sheet", "header_row")
    found: dict[str, Any] = {k: getattr(mapping, k) for k in plain if getattr(mapping, k)}
    if not mapping.header:
        found["header"] = False
    found["fields"] = {s.field: _spec_to_dict(s) for s in mapping.fields}
    if mapping.rules:
        found["rule"] = [{"when": list(r.when), "set": dict(r.set)} for r in mapping.rules]
    if mapping.skips:
        found["skip"] = [{"when": list(r.when), "reason": r.reason} for r in mapping.skips]
    if mapping.options:
        found["options"] = dict(mapping.options)
    return found


def _spec_to_dict(spec: FieldSpec) -> dict[str, Any]:
    found = {k: getattr(spec, k) for k in ("column", "value", "default") if getattr(spec, k)}
    found |= {k: True for k in ("whole_number", "decimal_comma") if getattr(spec, k)}
    if spec.formats:
        found["format"] = list(spec.formats)
    if spec.values:
        found["values"] = dict(spec.values)
    return found


def load_mapping(text: str, *, kind: str = "") -> ImportMap:
    """Read a mapping from TOML text; raises :class:`FileProblem` that names the entry at fault."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileProblem("mapping_syntax", error=str(error)[:200]) from None
    return read_mapping(data, kind=kind)


def read_mapping(data: Mapping[str, Any], *, kind: str = "") -> ImportMap:
    """Read a mapping from plain values, as TOML or JSON give them."""
    _known(data, _TOP, "")
    found = _text(data, "kind") or kind
    if kind and found != kind:
        raise FileProblem("mapping_kind", found=found, expected=kind)
    specs = {name: _spec(name, value) for name, value in _table(data, "fields").items()}
    specs |= {
        n: FieldSpec(n, value=_scalar(v, f"constants.{n}")) for n, v in _table(data, "constants").items()
    }
    for name, pairs in _table(data, "values").items():
        if name not in specs:
            raise FileProblem("mapping_value", key=f"values.{name}", why="fields." + name + " is missing")
        specs[name] = replace(specs[name], values=_pairs(pairs, f"values.{name}"))
    return ImportMap(
        kind=found,
        source=_text(data, "source") or DEFAULT_SOURCE,
        timezone=_zone(_text(data, "timezone")),
        encoding=_text(data, "encoding"),
        delimiter=_delimiter(data),
        sheet=_text(data, "sheet"),
        header=_flag(data, "header", default=True),
        header_row=_count(data, "header_row"),
        fields=tuple(specs.values()),
        rules=tuple(_rule(r) for r in _list(data, "rule")),
        skips=tuple(_skip(r) for r in _list(data, "skip")),
        options=tuple(sorted(_table(data, "options").items())),
    )


def _known(data: Mapping[str, Any], known: Sequence[str], prefix: str) -> None:
    for key in data:
        if key not in known:
            raise FileProblem("mapping_unknown_key", key=f"{prefix}{key}"[:80], known=", ".join(known))


def _wrong(key: str, why: str) -> FileProblem:
    return FileProblem("mapping_value", key=key, why=why)


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or len(value) > 200:
        raise _wrong(key, "a text is expected")
    return value.strip() if key != "delimiter" else value


def _flag(data: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    value = data.get(key, default)
    if not isinstance(value, bool):
        raise _wrong(key, "true or false is expected")
    return value


def _count(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
        raise _wrong(key, "a row number is expected")
    return value


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise _wrong(key, "a table is expected")
    return value


def _list(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise _wrong(key, f"write it as [[{key}]]")
    return value


def _scalar(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float) or hasattr(value, "isoformat"):
        return str(value)
    raise _wrong(key, "a single value is expected")


def _pairs(value: Any, key: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise _wrong(key, "a table of pairs is expected")
    return tuple(sorted((str(k), _scalar(v, f"{key}.{k}")) for k, v in value.items()))


def _strings(value: Any, key: str) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(v, str) for v in found):
        raise _wrong(key, "a text or a list of texts is expected")
    return tuple(found)


def _zone(name: str) -> str:
    try:
        return zone(name).key if name else ""
    except InvalidValue:
        raise _wrong("timezone", f"{name[:60]} is no time zone (for example Asia/Shanghai)") from None


def _delimiter(data: Mapping[str, Any]) -> str:
    value = _text(data, "delimiter")
    value = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";"}.get(value, value)
    if len(value) > 1 or value in {'"', "\n", "\r"}:
        raise _wrong("delimiter", "one character, tab or space is expected")
    return value


def _spec(name: str, value: Any) -> FieldSpec:
    key = f"fields.{name}"
    if isinstance(value, str | int) and not isinstance(value, bool):
        return FieldSpec(name, column=str(value))
    if not isinstance(value, dict):
        raise _wrong(key, "a column's name is expected")
    _known(value, _SPEC, f"{key}.")
    column = _scalar(value["column"], f"{key}.column") if "column" in value else ""
    constant = _scalar(value["value"], f"{key}.value") if "value" in value else ""
    if bool(column) == bool(constant):
        raise _wrong(key, "either column or value is expected")
    return FieldSpec(
        name,
        column=column,
        value=constant,
        default=_scalar(value.get("default", ""), f"{key}.default"),
        formats=_strings(value["format"], f"{key}.format") if "format" in value else (),
        values=_pairs(value.get("values", {}), f"{key}.values"),
        whole_number=_flag(value, "whole_number"),
        decimal_comma=_flag(value, "decimal_comma"),
    )


def _rule(data: Mapping[str, Any]) -> Rule:
    _known(data, ("when", "set"), "rule.")
    rule = Rule(_strings(data.get("when"), "rule.when"), set=_pairs(data.get("set"), "rule.set"))
    rule.when_conditions()
    return rule


def _skip(data: Mapping[str, Any]) -> Rule:
    _known(data, ("when", "reason"), "skip.")
    when = _strings(data.get("when"), "skip.when")
    rule = Rule(when, reason=_text(data, "reason") or " · ".join(when))
    rule.when_conditions()
    return rule


# ---------------------------------------------------------------- against a kind and a file


def check_against(mapping: ImportMap, fields: Sequence[Field], options: Iterable[str]) -> None:
    """Raise :class:`FileProblem` for fields, options and conditions that the kind does not know."""
    known = [f.name for f in fields]
    named = [s.field for s in mapping.fields]
    named += [name for r in mapping.rules for name, _ in r.set]
    named += [c.field for r in (*mapping.rules, *mapping.skips) for c in r.when_conditions()]
    for name in named:
        if name not in known:
            raise FileProblem(
                "mapping_unknown_field", field=name[:60], kind=mapping.kind, known=", ".join(known)
            )
    _known(dict(mapping.options), tuple(options), "options.")


def check_filled(mapping: ImportMap, fields: Sequence[Field], table: Table) -> None:
    """Raise :class:`FileProblem` for columns the file lacks and for required fields that nothing fills."""
    columns = ", ".join(table.columns)
    missing = [s.column for s in mapping.fields if s.column and table.find(s.column) is None]
    for name in missing:
        if same := table.same_named(name):
            raise FileProblem("ambiguous_column", column=name, names=", ".join(same))
    if missing:
        raise FileProblem("mapping_missing_columns", missing=", ".join(missing), columns=columns)
    filled = mapping.filled()
    empty = [f.name for f in fields if f.required and f.name not in filled]
    if empty:
        raise FileProblem("mapping_required", names=", ".join(empty), columns=columns)


def suggest(fields: Sequence[Field], table: Table, *, kind: str, source: str = "") -> ImportMap:
    """Propose a mapping from the column names: exact aliases first, then similar spellings.

    A column serves once.
    """
    keys = [header_key(c) for c in table.columns]
    taken: dict[str, int] = {}
    for score in (_exact, _similar):
        for candidate in fields:
            if candidate.name in taken:
                continue
            scored = [(score(candidate, k), -i) for i, k in enumerate(keys) if k and i not in taken.values()]
            best = max(scored, default=(0.0, 0))
            if best[0] >= _SIMILAR:
                taken[candidate.name] = -best[1]
    specs = tuple(FieldSpec(f.name, column=table.columns[taken[f.name]]) for f in fields if f.name in taken)
    return ImportMap(kind=kind, source=source or DEFAULT_SOURCE, fields=specs)


def _names(candidate: Field) -> list[str]:
    return [header_key(n) for n in (candidate.name, str(candidate.label), *candidate.aliases)]


def _exact(candidate: Field, key: str) -> float:
    names = _names(candidate)
    return 1.0 - names.index(key) / 1000 if key in names else 0.0


def _similar(candidate: Field, key: str) -> float:
    return max(
        SequenceMatcher(None, name, key).ratio() if len(name) > 3 else 0.0 for name in _names(candidate)
    )
