"""Solar days that come back every year, and the strict reading of dates.

Somebody born on 29 February is congratulated on 28 February in years without that day: on the last day of
the same month, never late, once a year.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from .problems import InvalidValue, shown

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2100, 12, 31)

DateOrder = Literal["ymd", "dmy", "mdy"]
_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_OTHER = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_TIME = re.compile(r"[T\s]+(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the solar year; ``year`` is the year of origin (birth, founding) where it is known."""

    month: int
    day: int
    year: int | None = None

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.day <= _LENGTHS[self.month - 1]):
            raise InvalidValue("date_does_not_exist", value=f"{self.month}-{self.day}")
        if self.year is not None:
            date(self.year, 1, 1)
            if (self.month, self.day) == (2, 29) and not isleap(self.year):
                raise InvalidValue("date_does_not_exist", value=f"{self.year}-02-29")

    @classmethod
    def of(cls, day: date) -> MonthDay:
        """The yearly day that began on ``day``."""
        return cls(day.month, day.day, day.year)

    def occurrence_in(self, year: int) -> date:
        """The date on which the day is kept in ``year``."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)

    def next_occurrence(self, on_or_after: date) -> date:
        """The first date from ``on_or_after`` on."""
        this = self.occurrence_in(on_or_after.year)
        return this if this >= on_or_after else self.occurrence_in(on_or_after.year + 1)

    def years_at(self, occurrence: date) -> int | None:
        """How many years it is on ``occurrence`` (the age reached), ``None`` where the year is unknown."""
        return None if self.year is None else occurrence.year - self.year


def month_days_kept_on(day: date) -> tuple[tuple[int, int], ...]:
    """The (month, day) pairs kept on ``day``: 28 February of a common year also stands for the 29th."""
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        return ((2, 28), (2, 29))
    return ((day.month, day.day),)


def age_on(born: date, day: date) -> int:
    """Full years of age on ``day``, by the same leap-day rule."""
    return day.year - born.year - (MonthDay.of(born).occurrence_in(day.year) > day)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, clamped to the end of the month: 31 January + 1 is 28 or 29 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    length = 28 if month == 2 and not isleap(year) else _LENGTHS[month - 1]
    return date(year, month, min(day.day, length))


def days_between(first: date, last: date) -> list[date]:
    """Every date from ``first`` to ``last``, both included; empty when reversed."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def parse_date(raw: str | date, order: DateOrder = "ymd") -> date:
    """A date written ``2026-03-08``, ``2026/3/8``, ``2026.3.8``, ``20260308`` or ``2026年3月8日``.

    A date passes through. ``order`` ``dmy`` or ``mdy`` also admits ``8/3/2026`` in that order; without it
    such a text is refused as ambiguous. A time of day after the date is ignored. Dates outside 1900 … 2100
    and dates that do not exist are refused with :class:`InvalidValue`; nothing is ever guessed.
    """
    if isinstance(raw, datetime):
        return _bounded(raw.date())
    if isinstance(raw, date):
        return _bounded(raw)
    text = _TIME.sub("", unicodedata.normalize("NFKC", raw[:64]).strip())
    if len(raw) <= 64:
        if match := _YMD.fullmatch(text) or _COMPACT.fullmatch(text):
            return _build(raw, *map(int, match.groups()))
        if match := _OTHER.fullmatch(text):
            return _reordered(raw, order, *map(int, match.groups()))
    raise InvalidValue("date_not_a_date", value=shown(raw))


def _reordered(raw: str, order: DateOrder, first: int, second: int, year: int) -> date:
    if order == "ymd":
        raise InvalidValue("date_ambiguous", value=shown(raw))
    day, month = (first, second) if order == "dmy" else (second, first)
    return _build(raw, year, month, day)


def _build(raw: str, year: int, month: int, day: int) -> date:
    try:
        return _bounded(date(year, month, day))
    except InvalidValue:
        raise
    except ValueError:
        raise InvalidValue("date_does_not_exist", value=shown(raw)) from None


def _bounded(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise InvalidValue("date_out_of_range", value=str(day), first=str(EARLIEST), last=str(LATEST))
    return day
