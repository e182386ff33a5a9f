"""Money in whole minor units: exact sums on every database, one rounding rule.

Amounts are integers of the currency's minor unit (分, cent), unit prices are integers ×10,000 of the major
unit (:data:`PRICE_SCALE`), quantities are integers ×1,000 (:data:`QUANTITY_SCALE`). A line is rounded once,
half away from zero, and lines are then summed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from .problems import InvalidValue, shown

PRICE_SCALE: Final = 10_000
QUANTITY_SCALE: Final = 1_000
MAX_MINOR: Final = 10**15
"""Largest amount kept, in minor units (ten trillion yuan): sums of a thousand such still fit a bigint."""
MAX_PRICE_E4: Final = 10**15
MAX_QUANTITY_MILLI: Final = 10**12

_MINOR_DIGITS: Final = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "TND": 3,
}
_SYMBOLS: Final = {"CNY": "¥", "GBP": "£", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥", "TWD": "NT$"}
_ZH_UNITS: Final = {
    "CNY": "元",
    "GBP": "英镑",
    "USD": "美元",
    "EUR": "欧元",
    "HKD": "港元",
    "JPY": "日元",
    "TWD": "新台币",
}
_CURRENCY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")
_DECORATION = re.compile(r"^(?:RMB|CNY|[¥￥$£€])|(?:元|圆|RMB|CNY)$", re.IGNORECASE)

Amount = int | float | str | Decimal


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: ``minor`` units of ``currency`` (ISO 4217 code). Only equal currencies add or compare."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        check_currency(self.currency)
        if abs(self.minor) > MAX_MINOR:
            raise InvalidValue("amount_too_large", value=shown(self.minor))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{decimal_string(self.minor, self.currency)} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise InvalidValue("currency_mixed", first=self.currency, second=other.currency)
        return other.minor


def check_currency(code: str) -> str:
    """``code`` itself when it is three capital letters; raises :class:`InvalidValue` otherwise."""
    if not _CURRENCY.fullmatch(code):
        raise InvalidValue("currency_unknown", value=shown(code))
    return code


def minor_digits(currency: str) -> int:
    """Digits after the decimal point of ``currency`` (ISO 4217): 2 for most, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(currency, 2)


def divide_half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` as the nearest integer, halves away from zero. ``denominator`` > 0."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def line_amount(quantity_milli: int, unit_price_e4: int, currency: str = "CNY") -> int:
    """Amount of an order line in minor units.

    ``quantity_milli`` is the quantity ×1,000, ``unit_price_e4`` the unit price ×10,000. Exact integer
    arithmetic, rounded half away from zero to the minor unit.
    """
    divisor = QUANTITY_SCALE * PRICE_SCALE // int(10 ** minor_digits(currency))
    return divide_half_up(quantity_milli * unit_price_e4, divisor)


def parse_minor(value: Amount, currency: str = "CNY", *, rounding: bool = False) -> int:
    """An amount in major units (``"1,234.50"``, ``12.5``, ``Decimal``) as integer minor units.

    More digits than the currency has are refused unless ``rounding`` is true (then half away from zero).
    Raises :class:`InvalidValue`.
    """
    return _parse_scaled(value, minor_digits(currency), MAX_MINOR, rounding=rounding)


def parse_money(value: Amount, currency: str = "CNY", *, rounding: bool = False) -> Money:
    """Like :func:`parse_minor`, as :class:`Money`."""
    return Money(parse_minor(value, check_currency(currency), rounding=rounding), currency)


def parse_unit_price(value: Amount, *, rounding: bool = False) -> int:
    """A unit price in major units as integer ×10,000. Raises :class:`InvalidValue`."""
    return _parse_scaled(value, 4, MAX_PRICE_E4, rounding=rounding)


def parse_quantity(value: Amount, *, rounding: bool = False) -> int:
    """A quantity as integer ×1,000. Raises :class:`InvalidValue`."""
    return _parse_scaled(value, 3, MAX_QUANTITY_MILLI, rounding=rounding)


def _parse_scaled(value: Amount, digits: int, bound: int, *, rounding: bool) -> int:
    if type(value) is int:  # a bool is an int too, and never an amount
        scaled = value * int(10**digits)
    else:
        scaled = _scale(_to_decimal(value), digits, bound, rounding=rounding)
    if abs(scaled) > bound:
        raise InvalidValue("amount_too_large", value=shown(value))
    return scaled


def _scale(number: Decimal, digits: int, bound: int, *, rounding: bool) -> int:
    """``number`` × 10**digits as an integer; works on the digits, so no decimal context can round it."""
    if number.adjusted() > len(str(bound)):
        raise InvalidValue("amount_too_large", value=shown(number))
    sign, figures, exponent = number.as_tuple()
    shift = int(exponent) + digits
    whole = int("".join(map(str, figures)) or "0") * (-1 if sign else 1)
    if shift >= 0:
        return whole * int(10**shift)
    if -shift > len(figures) + 20:  # far below half a unit: also keeps 1e-99999 from building huge integers
        divided, exact = 0, whole == 0
    else:
        divisor = int(10**-shift)
        divided, exact = divide_half_up(whole, divisor), whole % divisor == 0
    if not exact and not rounding:
        raise InvalidValue("amount_too_precise", value=shown(number), digits=digits)
    return divided


def _to_decimal(value: Amount) -> Decimal:
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, float):
        # Spreadsheets show and mean 15 significant digits: 0.30000000000000004 is 0.3.
        number = Decimal(format(value, ".15g")) if math.isfinite(value) else Decimal("NaN")
    elif isinstance(value, str):
        number = _decimal_of_text(value)
    else:
        raise InvalidValue("amount_not_a_number", value=shown(value))
    if not number.is_finite():
        raise InvalidValue("amount_not_a_number", value=shown(value))
    return number


def _decimal_of_text(raw: str) -> Decimal:
    if len(raw) > 64:
        raise InvalidValue("amount_not_a_number", value=shown(raw))
    text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").strip()
    if not text:
        raise InvalidValue("amount_empty")
    if text.startswith("(") and text.endswith(")"):  # the accountants' minus
        text = "-" + text[1:-1].strip()
    sign = text[0] if text[0] in "+-" else ""
    text = sign + _DECORATION.sub("", _DECORATION.sub("", text[len(sign) :].strip()).strip()).strip()
    if not text.isascii() or not _NUMBER.fullmatch(text):
        raise InvalidValue("amount_not_a_number", value=shown(raw))
    return Decimal(text.replace(",", ""))


def decimal_string(minor: int, currency: str = "CNY") -> str:
    """``minor`` units as a plain decimal string in major units, for JSON and files: ``-1234.50``."""
    digits = minor_digits(currency)
    whole, rest = divmod(abs(minor), int(10**digits))
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def format_money(minor: int, currency: str = "CNY", lang: str = "zh-hans") -> str:
    """An amount for reading: ``¥1,234.50``, ``-£3.00``; plain text, never HTML."""
    whole, _, cents = decimal_string(abs(minor), currency).partition(".")
    symbol = _symbol(currency, lang)
    return f"{'-' if minor < 0 else ''}{symbol}{int(whole):,}{'.' + cents if cents else ''}"


def format_wan(minor: int, currency: str = "CNY", lang: str = "zh-hans") -> str:
    """An amount at a glance, three significant digits: ``4.23 万元`` in Chinese, ``¥42.3k`` in English."""
    unit = int(10 ** minor_digits(currency))
    sign, size = ("-" if minor < 0 else ""), abs(minor)
    if lang.lower().startswith("zh"):
        name = _ZH_UNITS.get(currency, currency)
        number, scale = _short(size, unit, ((10**8, "亿"), (10**4, "万")))
        return f"{sign}{number} {scale}{name}"
    number, scale = _short(size, unit, ((10**9, "bn"), (10**6, "m"), (10**3, "k")))
    return f"{sign}{_symbol(currency, lang)}{number}{scale}"


def _short(size: int, unit: int, scales: tuple[tuple[int, str], ...]) -> tuple[str, str]:
    """``size`` minor units with the largest scale that leaves at least 1 after rounding."""
    whole = divide_half_up(size, unit)
    for factor, name in scales:
        if whole >= factor:
            return _three_digits(size, unit * factor), name
    return f"{whole:,}", ""


def _three_digits(size: int, divisor: int) -> str:
    """``size / divisor`` (about 1 or more) with three significant digits, trailing zeros dropped."""
    for decimals in (2, 1):
        shifted = divide_half_up(size * int(10**decimals), divisor)
        if shifted < 1000:
            text = f"{shifted // 10**decimals}.{shifted % 10**decimals:0{decimals}d}"
            return text.rstrip("0").rstrip(".")
    return f"{divide_half_up(size, divisor):,}"


def _symbol(currency: str, lang: str) -> str:
    if currency == "USD" and lang.lower().startswith("zh"):
        return "US$"
    return _SYMBOLS.get(currency, currency + " ")
