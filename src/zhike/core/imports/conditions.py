"""Conditions of mappings: ``unit_price <= 0``, ``number starts with C``, ``note is not empty``.

A small closed language, compiled once: no expression of the user's is ever evaluated as code.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhike.core.imports.fields import Parser
from zhike.core.imports.problems import FileProblem, Problem

_WORDS = re.compile(
    r"(?P<field>[\w.]+)\s+(?P<op>is not empty|is empty|starts with|ends with|contains|in|is not|is)"
    r"(?:\s+(?P<value>.+))?",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"(?P<field>[\w.]+)\s*(?P<op><=|>=|!=|==|=|<|>)\s*(?P<value>.+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "starts with": str.startswith,
    "ends with": str.endswith,
    "contains": operator.contains,
}
_EQUAL = {"is": True, "=": True, "==": True, "is not": False, "!=": False}
MAX_LENGTH = 300

Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one field, as written."""

    text: str
    field: str
    op: str
    value: str = ""

    def compile(self, parse: Parser) -> Test:
        """Return the test of a parsed value; ``parse`` reads the literal the way the field is read."""
        if self.op in {"is empty", "is not empty"}:
            wanted = self.op == "is empty"
            return lambda value: (value is None) is wanted
        if self.op in _TEXT:
            compare, literal = _TEXT[self.op], self.value
            return lambda value: value is not None and compare(str(value), literal)
        literals = [self._literal(v, parse) for v in (self._list() if self.op == "in" else [self.value])]
        if self.op == "in":
            return lambda value: value in literals
        only = literals[0]
        if self.op in _EQUAL:
            equal = _EQUAL[self.op]
            return lambda value: (value == only) is equal
        ordered = _COMPARE[self.op]
        return lambda value: value is not None and ordered(value, only)

    def _list(self) -> list[str]:
        return [_unquoted(v) for v in self.value.split(",")]

    def _literal(self, text: str, parse: Parser) -> Any:
        value = parse(text)
        if isinstance(value, Problem):
            raise FileProblem("mapping_condition", condition=self.text)
        return value


def read_condition(text: str) -> Condition:
    """Parse one condition; raises :class:`FileProblem` that shows how conditions are written."""
    match = None
    if len(text) <= MAX_LENGTH:
        match = _SIGNS.fullmatch(text.strip()) or _WORDS.fullmatch(text.strip())
    if not match:
        raise FileProblem("mapping_condition", condition=text[:MAX_LENGTH])
    op, value = match["op"].lower(), match["value"] or ""
    if bool(value) == op.endswith("empty"):
        raise FileProblem("mapping_condition", condition=text)
    return Condition(text.strip(), match["field"], op, value if op == "in" else _unquoted(value))


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def rows_where(tests: Sequence[tuple[str, Test]], columns: Mapping[str, list[Any]], size: int) -> list[int]:
    """Return the indexes of the rows for which every test holds."""
    found: Sequence[int] = range(size)
    for name, test in tests:
        column = columns[name]
        found = [i for i in found if test(column[i])]
    return list(found)
