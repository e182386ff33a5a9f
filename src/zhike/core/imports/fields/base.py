"""Field types: how the text of a cell becomes a value.

A type compiles into a function ``parse(text) -> value | Problem``; it is never given a blank cell and
never raises. Types say nothing about the domain; limits are constructor arguments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from zhike.core.imports.cells import header_key
from zhike.core.imports.problems import Problem, problem_of
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text

Parser = Callable[[str], Any]
"""Text of a cell (stripped, not empty) → value or :class:`Problem`."""


@dataclass(frozen=True, slots=True)
class ParseSpec:
    """What a mapping says about one column.

    ``formats``: ``strptime`` patterns, or ``iso``, ``excel`` (day numbers), ``dmy``, ``mdy``.
    ``whole_number``
    drops the ``.0`` that spreadsheets and data tools put behind whole numbers.
    """

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    formats: tuple[str, ...] = ()
    decimal_comma: bool = False
    whole_number: bool = False
    today: date = field(default_factory=date.today)


class FieldType(Protocol):
    """A kind of value; ``name`` is what the documentation and the mapping page call it."""

    @property
    def name(self) -> str: ...

    def parser(self, spec: ParseSpec) -> Parser:
        """Compile the type for one column."""
        ...


_ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[eE]\+\d{2,}")
_LONGEST = 10_000


def _plain(text: str) -> bool:
    """Whether the text needs no cleaning.

    Most do not, and the check is ten times faster than the cleaning.
    """
    return text.isascii() and text.isprintable() and "  " not in text


def clean(text: str) -> str:
    """Drop control, bidirectional and invisible characters and outer blanks (see ``zhike.values.text``)."""
    return text.strip() if _plain(text) else clean_text(text, _LONGEST)


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it stands, byte-exact but for invisible characters; one line unless ``multiline``."""

    max_length: int = 200
    multiline: bool = False
    name: str = "text"

    def parser(self, spec: ParseSpec) -> Parser:
        limit, multiline, drop_zeros = self.max_length, self.multiline, spec.whole_number

        def parse(text: str) -> Any:
            try:
                value = text.strip() if _plain(text) else clean_text(text, limit, multiline=multiline)
            except InvalidValue as error:
                return problem_of(error)
            if len(value) > limit:
                return Problem("text_too_long", {"length": len(value), "limit": limit})
            return (whole(value) if drop_zeros else value) or None

        return parse


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number or code of another system: full-width folded, never rounded; ``max_length`` characters."""

    max_length: int = 100
    name: str = "identifier"

    def parser(self, spec: ParseSpec) -> Parser:
        limit, drop_zeros = self.max_length, spec.whole_number

        def parse(text: str) -> Any:
            value = text.strip() if _plain(text) else _folded(text)
            if len(value) > limit:
                return Problem("text_too_long", {"length": len(value), "limit": limit})
            if _ROUNDED.fullmatch(value):
                return Problem("number_damaged", {"shown": value})
            return (whole(value) if drop_zeros else value) or None

        return parse


def _folded(text: str) -> str:
    try:
        return clean_text(unicodedata.normalize("NFKC", text[:_LONGEST]), _LONGEST)
    except InvalidValue:
        return text


def whole(value: str) -> str:
    """Return ``17850`` for ``17850.0``, anything else unchanged."""
    head, dot, tail = value.partition(".")
    return head if dot and head.isdigit() and tail and not tail.strip("0") else value


_YES = {"1", "y", "yes", "true", "t", "on", "是", "有", "对", "真", "√", "✓", "✔"}
_NO = {"0", "n", "no", "false", "f", "off", "否", "无", "没有", "错", "假", "×", "✗", "✘"}


@dataclass(frozen=True, slots=True)
class Boolean:
    """Yes or no, in the usual spellings of both languages."""

    name: str = "yes/no"

    def parser(self, spec: ParseSpec) -> Parser:
        def parse(text: str) -> Any:
            key = whole(unicodedata.normalize("NFKC", text[:50]).strip().casefold())
            if key in _YES:
                return True
            return False if key in _NO else Problem("not_a_boolean")

        return parse


@dataclass(frozen=True, slots=True)
class Choice:
    """One of fixed values; ``choices`` maps each stored value to further spellings, in any language."""

    choices: Mapping[str, Sequence[str]]
    name: str = "choice"

    def parser(self, spec: ParseSpec) -> Parser:
        known = {header_key(s): value for value, names in self.choices.items() for s in (value, *names)}
        listed = ", ".join(self.choices)

        def parse(text: str) -> Any:
            found = known.get(header_key(text[:200]))
            return Problem("not_a_choice", {"choices": listed}) if found is None else found

        return parse


@dataclass(frozen=True, slots=True)
class Tags:
    """Several short texts in one cell, separated by comma, semicolon, 、 or |; a list without repeats."""

    max_length: int = 60
    name: str = "list"

    def parser(self, spec: ParseSpec) -> Parser:
        limit = self.max_length

        def parse(text: str) -> Any:
            parts = [clean(p[:_LONGEST]) for p in re.split(r"[,;|，；、\n]", text)]
            if any(len(p) > limit for p in parts):
                return Problem("text_too_long", {"length": max(map(len, parts)), "limit": limit})
            return list(dict.fromkeys(p for p in parts if p)) or None

        return parse


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an importable kind.

    ``aliases`` are further column names that suggest this field (any language; compared without case,
    blanks and punctuation; the name and the label count by themselves). ``permission`` is a function the
    importing person needs to fill this field at all. A ``sensitive`` field's values are not repeated in
    reports.
    """

    name: str
    label: Any
    type: FieldType = field(default_factory=Text)
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: Any = ""
    permission: str = ""
    sensitive: bool = False
