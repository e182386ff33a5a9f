"""Text people enter, made safe to keep and compare; and text shown to people, kept as code + parameters."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .lunar import LunarDate
from .money import Money
from .problems import InvalidValue

# Controls, soft hyphen, bidi marks and overrides, zero-width space and joiners, lone surrogates, tags.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
    # A zero-width joiner belongs only between two pictures (family emoji).
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
# Four marks on one letter are more than any language needs; fifty cover the lines above and below.
_STACKED_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_SPACE = re.compile(r"\s+")
_INLINE_SPACE = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
# NFC would replace these by look-alikes: a rare character in a name must stay as it was written.
_COMPATIBILITY_HAN = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")


def clean_text(raw: str, max_len: int, *, multiline: bool = False) -> str:
    """``raw`` in NFC, without control, bidi and invisible characters, white space collapsed and trimmed.

    With ``multiline`` line breaks stay (at most one blank line in a row). Chinese compatibility characters
    are kept as written. Raises :class:`InvalidValue` above ``max_len`` characters: nothing is cut silently.
    """
    if len(raw) > 4 * max_len + 64:  # refuse before doing work that grows with hostile input
        raise InvalidValue("text_too_long", length=len(raw), limit=max_len)
    text = _FORBIDDEN.sub("", raw)
    text = text if text.isascii() else _STACKED_MARKS.sub(r"\1", _nfc(text))
    text = _collapse_lines(text) if multiline else _SPACE.sub(" ", text).strip()
    if len(text) > max_len:
        raise InvalidValue("text_too_long", length=len(text), limit=max_len)
    return text


def _nfc(raw: str) -> str:
    if unicodedata.is_normalized("NFC", raw):
        return raw
    parts = _COMPATIBILITY_HAN.split(raw)
    return "".join(
        part if index % 2 else unicodedata.normalize("NFC", part) for index, part in enumerate(parts)
    )


def _collapse_lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    lines = (line.strip() for line in _INLINE_SPACE.sub(" ", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """Form for comparing: NFKC, case folded, without invisible characters and outer space."""
    return _SPACE.sub(" ", _FORBIDDEN.sub("", unicodedata.normalize("NFKC", text))).strip().casefold()


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people: ``code`` names it, ``params`` fill it; rendered in the reader's language.

    Parameters are strings, numbers, booleans, ``None``, dates, :class:`Money`, :class:`LunarDate` or further
    :class:`Text`, so that amounts and dates are written the reader's way too.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, problem: InvalidValue) -> Text:
        """The text of a refused value."""
        return cls(problem.code, dict(problem.params))

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready mapping: ``{"code": …, "params": {…}}``."""
        return {"code": self.code, "params": {key: _encode(value) for key, value in self.params.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Text:
        """The inverse of :meth:`to_json`; raises ``ValueError`` on anything else."""
        match (data.get("code"), data.get("params", {})):
            case (str(code), Mapping() as params):
                return cls(code, {str(key): _decode(value) for key, value in params.items()})
        raise ValueError("a stored text needs a code and parameters")

    def dumps(self) -> str:
        """Canonical JSON string (sorted keys)."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def loads(cls, raw: str) -> Text:
        """The inverse of :meth:`dumps`."""
        return cls.from_json(json.loads(raw))


def _encode(value: object) -> object:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case Money():
            return {"money": [value.minor, value.currency]}
        case LunarDate():
            return {"lunar": [value.month, value.day, value.leap]}
        case date() if type(value) is date:
            return {"date": value.isoformat()}
        case Text():
            return {"text": value.to_json()}
    raise TypeError(f"a text parameter cannot be {type(value).__name__}")


def _decode(value: object) -> object:
    match value:
        case {"money": [int(minor), str(currency)]}:
            return Money(minor, currency)
        case {"lunar": [int(month), int(day), bool(leap)]}:
            return LunarDate(month, day, leap)
        case {"date": str(iso)}:
            return date.fromisoformat(iso)
        case {"text": dict(inner)}:
            return Text.from_json(inner)
        case None | str() | bool() | int() | float():
            return value
    raise ValueError("unknown kind of text parameter")
