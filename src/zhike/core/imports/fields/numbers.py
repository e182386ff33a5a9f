"""Numbers: exact, finite, within limits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from zhike.core.imports.fields.base import Parser, ParseSpec
from zhike.core.imports.problems import Problem

LARGEST = 10**15
"""Beyond this a double is no longer exact to the unit, so a larger number is a fault of the file."""

_PLAIN = re.compile(r"[+-]?\d{1,15}(\.\d{1,20})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,4}", re.ASCII)
_DIGITS = re.compile(r"[+-]?\d+(\.\d+)?|[+-]?\.\d+|[+-]?\d+\.", re.ASCII)
_ADORNED = re.compile(r"(?:[¥￥$€£]|CNY|RMB|USD|EUR|GBP)\s*|\s*(?:元|块|CNY|RMB|USD|EUR|GBP)$", re.ASCII)
_NOT_FINITE = {"nan", "inf", "infinity", "+inf", "-inf", "-infinity", "+infinity", "#num!", "#div/0!"}


def to_decimal(text: str, *, decimal_comma: bool = False) -> Decimal | Problem:
    """Return the exact number that a cell shows.

    Thousands separators, a currency sign, full-width digits and the typographic minus are understood;
    ``1,23`` is refused unless the mapping says ``decimal_comma``, because it could be either.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if folded.casefold() in _NOT_FINITE:
        return Problem("not_finite")
    plain = _ADORNED.sub("", folded).replace(" ", "").replace("'", "")
    joined = _without_separators(plain, decimal_comma=decimal_comma)
    return joined if isinstance(joined, Problem) else _exact(joined)


def _without_separators(text: str, *, decimal_comma: bool) -> str | Problem:
    if decimal_comma and (_COMMA.fullmatch(text) or _GROUPED_COMMA.fullmatch(text)):
        return text.replace(".", "").replace(",", ".")
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    if _COMMA.fullmatch(text) or (_GROUPED_COMMA.fullmatch(text) and text.count(".") > 1):
        return Problem("decimal_comma")
    return text


def _exact(text: str) -> Decimal | Problem:
    if len(text) > 400 or not (_DIGITS.fullmatch(text) or _SCIENTIFIC.fullmatch(text)):
        return Problem("not_a_number")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Problem("not_a_number")
    if abs(value) >= LARGEST:
        return Problem("number_too_large", {"max": f"{LARGEST - 1:,}"})
    return value


def _within(value: Decimal, low: float | None, high: float | None) -> Problem | None:
    if low is not None and value < Decimal(str(low)):
        return Problem("number_too_small", {"min": low})
    if high is not None and value > Decimal(str(high)):
        return Problem("number_too_large", {"max": high})
    return None


@dataclass(frozen=True, slots=True)
class Number:
    """An exact :class:`~decimal.Decimal`, rounded half up to ``places`` where given."""

    minimum: float | None = None
    maximum: float | None = None
    places: int | None = None
    name: str = "number"

    def parser(self, spec: ParseSpec) -> Parser:
        quantum = None if self.places is None else Decimal(1).scaleb(-self.places)

        def parse(text: str) -> Decimal | Problem:
            value = to_decimal(text, decimal_comma=spec.decimal_comma)
            if isinstance(value, Problem):
                return value
            if quantum is not None:
                value = value.quantize(quantum, ROUND_HALF_UP)
            return _within(value, self.minimum, self.maximum) or value

        return parse


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number; ``6.0`` is one, ``6.5`` is not."""

    minimum: int | None = None
    maximum: int | None = 2**53
    name: str = "whole number"

    def parser(self, spec: ParseSpec) -> Parser:
        def parse(text: str) -> int | Problem:
            value = to_decimal(text, decimal_comma=spec.decimal_comma)
            if isinstance(value, Problem):
                return value
            if value != value.to_integral_value():
                return Problem("not_whole")
            return _within(value, self.minimum, self.maximum) or int(value)

        return parse


@dataclass(frozen=True, slots=True)
class Scaled:
    """An amount as an integer of 10^-``places`` units: ``Scaled(2)`` gives cents, ``Scaled(4)`` unit prices.

    Digits beyond ``places`` are rounded half up, once, here.
    """

    places: int = 2
    minimum: float | None = None
    maximum: float | None = 10**12
    name: str = "amount"

    def parser(self, spec: ParseSpec) -> Parser:
        quantum = Decimal(1).scaleb(-self.places)

        def parse(text: str) -> int | Problem:
            value = to_decimal(text, decimal_comma=spec.decimal_comma)
            if isinstance(value, Problem):
                return value
            return _within(value, self.minimum, self.maximum) or int(
                value.quantize(quantum, ROUND_HALF_UP).scaleb(self.places)
            )

        return parse
