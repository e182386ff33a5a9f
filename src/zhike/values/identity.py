"""Numbers that identify people and firms in China, checked by their own check digits.

Messages never contain the number itself: they end up in logs and error files.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent, ValidationError

from .dates import EARLIEST
from .problems import InvalidValue

_SEPARATORS: Final = re.compile(r"[\s\-.]+")
_ID_18: Final = re.compile(r"\d{17}[\dX]")
_ID_15: Final = re.compile(r"\d{15}")


@dataclass(frozen=True, slots=True)
class NationalId:
    """A resident identity number of 18 characters; hidden in ``repr`` and masked in ``str``."""

    number: str = field(repr=False)

    @property
    def born(self) -> date:
        """Date of birth in the number."""
        return ric.get_birth_date(self.number)

    @property
    def sex(self) -> Literal["male", "female"]:
        """Sex as registered: the 17th digit is odd for men."""
        return "male" if int(self.number[16]) % 2 else "female"

    def __str__(self) -> str:
        return mask_national_id(self.number)


def parse_national_id(raw: str, today: date | None = None) -> NationalId:
    """A checked identity number (身份证号); full-width digits, blanks and the old 15 digits are normalised.

    Checks length, check digit, place and date of birth (not after ``today`` where given).
    Raises :class:`InvalidValue`.
    """
    text = _compact(raw, "national_id_format")
    if re.fullmatch(r"\d\.?\d*E\+?\d+", text) or (
        len(text) == 18 and text.endswith("000") and not ric.is_valid(text)
    ):
        raise InvalidValue("national_id_damaged")
    if _ID_15.fullmatch(text):
        text = _lengthened(text)
    if not _ID_18.fullmatch(text):
        raise InvalidValue("national_id_format")
    if ric.calc_check_digit(text) != text[-1]:
        raise InvalidValue("national_id_checksum")
    _check_birth(text, today)
    try:
        ric.get_birth_place(text)
    except ValidationError:
        raise InvalidValue("national_id_place") from None
    return NationalId(text)


def _compact(raw: str, code: str) -> str:
    if len(raw) > 64:
        raise InvalidValue(code)
    text = unicodedata.normalize("NFKC", raw).strip().upper()
    return text if "E" in text else _SEPARATORS.sub("", text)


def _lengthened(old: str) -> str:
    """The 18-character form of a 15-digit number, all of which were issued to people born in 19xx."""
    stem = old[:6] + "19" + old[6:]
    return stem + ric.calc_check_digit(stem + "0")


def _check_birth(number: str, today: date | None) -> None:
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        raise InvalidValue("national_id_birth") from None
    if born < EARLIEST or (today is not None and born > today):
        raise InvalidValue("national_id_birth")


def mask_national_id(number: str) -> str:
    """``110101********1233``: place and last four stay readable."""
    return (
        number[:6] + "*" * max(len(number) - 10, 0) + number[-4:] if len(number) >= 10 else "*" * len(number)
    )


def parse_credit_code(raw: str) -> str:
    """A checked unified social credit code (统一社会信用代码), 18 characters in capitals."""
    text = _SEPARATORS.sub("", _compact(raw, "credit_code_invalid"))
    if len(text) != 18 or not text.isascii():
        raise InvalidValue("credit_code_invalid")
    try:
        return str(uscc.validate(text))
    except ValidationError as error:
        code = "credit_code_checksum" if type(error).__name__ == "InvalidChecksum" else "credit_code_invalid"
        raise InvalidValue(code) from None
