"""Ways to reach people, and the numbers that identify them: the canonical forms of :mod:`zhike.values`.

The same functions serve forms, API and imports, so the same person has the same number everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhike.core.imports.fields.base import Parser, ParseSpec
from zhike.core.imports.problems import Problem, problem_of
from zhike.values.contacts import parse_email, parse_phone
from zhike.values.identity import parse_national_id
from zhike.values.problems import InvalidValue

_ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d+")


def _wrapped(read: Callable[[str], Any]) -> Parser:
    def parse(text: str) -> Any:
        if _ROUNDED.fullmatch(text):
            return Problem("number_damaged", {"shown": text})
        try:
            return read(text)
        except InvalidValue as error:
            return problem_of(error)

    return parse


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number, understood: ``zhike.values.contacts.Phone`` with its canonical form, kind and mask.

    Without country code it is a number of ``region``.
    """

    region: str = "CN"
    name: str = "phone"

    def parser(self, spec: ParseSpec) -> Parser:
        return _wrapped(lambda text: parse_phone(text, self.region))


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address; the domain in lower case."""

    name: str = "e-mail"

    def parser(self, spec: ParseSpec) -> Parser:
        return _wrapped(parse_email)


@dataclass(frozen=True, slots=True)
class NationalId:
    """A resident identity number, checked, as 18 characters (the old 15 are lengthened)."""

    name: str = "identity number"

    def parser(self, spec: ParseSpec) -> Parser:
        return _wrapped(lambda text: parse_national_id(text, spec.today).number)
