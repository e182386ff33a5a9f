"""Dates of the Chinese lunar calendar that come back every year (birthdays, anniversaries), 1900 to 2100.

Rules, one greeting a lunar year:

* born in a leap month: in a year with that leap month the day falls in the leap month, in any other year in
  the regular month of that number; born in a regular month: always the regular month;
* the 30th of a month that has 29 days this year is kept on the 29th;
* a lunar year reaches into the next solar year: 腊月 (the twelfth month) is mostly January.

The calendar is a table of month lengths, one integer a year, which the tests compare with ``lunar-python``
for every month: that package needs half a second for it and raises for days that a month lacks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from .problems import InvalidValue, shown

FIRST_DATE: Final = date(1900, 1, 1)
LAST_DATE: Final = date(2100, 12, 31)

_FIRST_YEAR: Final = 1899
_FIRST_NEW_YEAR: Final = date(1899, 2, 10).toordinal()
# Lunar years 1899 … 2101. Bits 0–12: the year's months in order (leap month in place), 1 = 30 days, 0 = 29;
# from bit 16: number of the month that is followed by its leap month, 0 = none.
_CODES: Final = """
    00ad5 816d2 00752 00ea5 5164a 0064b 00a9b 41556 0056a 00b59
    21752 00752 61b25 00b25 00a4b 514ab 002ad 0056b 20b69 00da9
    71d92 00e92 00d25 51a4d 00a56 002b6 415b5 006d4 00ea9 21e92
    00e92 60d26 0052b 00a57 512b6 00b5a 006d4 30ec9 00749 71693
    00a93 0052b 60a5b 00aad 0056a 41b55 00ba4 00b49 21a93 00a95
    7152d 00536 00aad 515aa 005b2 00da5 31d4a 00d4a 80a95 00a97
    00556 60ab5 00ad5 006d2 40ea5 00ea5 0064a 30c97 00a9b 7155a
    0056a 00b69 51752 00b52 00b25 4164b 00a4b 814ab 002ad 0056d
    60b69 00da9 00d92 41d25 00d25 a1a4d 00a56 002b6 605b5 006d5
    00ea9 51e92 00e92 00d26 30a56 00a57 814d6 0035a 006d5 516c9
    00749 00693 4152b 0052b 00a5b 2155a 0056a 71b55 00ba4 00b49
    51a93 00a95 0052d 40aad 00ab5 915aa 005d2 00da5 61d4a 00d4a
    00c95 4152e 00556 00ab5 215b2 006d2 60ea5 00725 0064b 50c97
    00cab 0055a 30ad6 00b69 b1752 00b52 00b25 61a4b 00a4b 004ab
    5055b 005ad 00b6a 21b52 00d92 71d25 00d25 00a55 514ad 004b6
    005b5 30daa 00ec9 81e92 00e92 00d26 60a56 00a57 004d6 406d5
    00755 00749 30e93 00693 7152b 0052b 00a5b 5155a 0056a 00b65
    4174a 00b4a 81a95 00a95 0052d 60aad 00ab5 005aa 40ba5 00da5
    00d4a 31c95 00c96 7194e 00556 00ab5 515b2 006d2 00ea5 40e4a
    0068b 80c97 004ab 0055b 60ad6 00b6a 00752 41725 00b45 00a8b
    2149b 004ab 7095b
"""
_YEARS: Final = tuple(int(code, 16) for code in _CODES.split())

_ZH_MONTHS: Final = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_ZH_DIGITS: Final = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_ZH_DAYS: Final = (
    *("初" + d for d in _ZH_DIGITS[1:]),
    *("十" + d for d in _ZH_DIGITS[1:10]),
    "二十",
    *("廿" + d for d in _ZH_DIGITS[1:10]),
    "三十",
)
_MONTH_NAMES: Final = {name: number for number, name in enumerate(_ZH_MONTHS, 1)} | {
    "一": 1,
    "十一": 11,
    "十二": 12,
}
_DAY_NAMES: Final = {
    **{name: number for number, name in enumerate(_ZH_DAYS, 1)},
    **{"二十" + d: 20 + n for n, d in enumerate(_ZH_DIGITS[1:10], 1)},
    "卅": 30,
}
_ZH_FORM = re.compile(
    r"(闰?)(正|十一|十二|[一二三四五六七八九十冬腊])月([初十廿卅二三][一二三四五六七八九十]*)日?"
)
_DIGIT_FORM = re.compile(r"(闰?|L?)(\d{1,2})[-/.月](\d{1,2})日?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class LunarDate:
    """A day of the lunar year: ``month`` 1–12, ``day`` 1–30, ``leap`` true for a leap month (闰月)."""

    month: int
    day: int
    leap: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise InvalidValue("lunar_month_range", value=shown(self.month))
        if not 1 <= self.day <= 30:
            raise InvalidValue("lunar_day_range", value=shown(self.day))

    @classmethod
    def from_solar(cls, solar: date) -> LunarDate:
        """The lunar day of a solar date between :data:`FIRST_DATE` and :data:`LAST_DATE`."""
        return from_solar(solar)

    @classmethod
    def parse(cls, raw: str) -> LunarDate:
        """Reads ``腊月三十``, ``闰四月十一``, ``农历8月15日``, ``12-30``, ``闰4-11``, ``L04-11``."""
        return _parse(raw)

    @property
    def index(self) -> int:
        """Place of this date in :func:`occurrence_table`: 0 … 719."""
        return ((12 if self.leap else 0) + self.month - 1) * 30 + self.day - 1

    def occurrence_in(self, lunar_year: int) -> date:
        """The one solar date on which this day is kept in ``lunar_year`` (1899 … 2101)."""
        return date.fromordinal(lunar_year_table(lunar_year)[self.index])

    def next_occurrence(self, on_or_after: date) -> date:
        """The first solar date from ``on_or_after`` on, in whichever lunar year it falls."""
        return date.fromordinal(occurrence_table(on_or_after)[self.index])

    def label(self, lang: str = "zh-hans") -> str:
        """``腊月三十``, ``闰四月十一``; in other languages ``lunar 12-30``, ``lunar leap 4-11``."""
        if lang.lower().startswith("zh"):
            return f"{'闰' if self.leap else ''}{_ZH_MONTHS[self.month - 1]}月{_ZH_DAYS[self.day - 1]}"
        return f"lunar {'leap ' if self.leap else ''}{self.month}-{self.day}"

    def __str__(self) -> str:
        return f"{'L' if self.leap else ''}{self.month:02d}-{self.day:02d}"


@lru_cache(maxsize=256)
def _months(lunar_year: int) -> tuple[tuple[int, bool, int, int], ...]:
    """Months of a lunar year in order: (number, leap, ordinal of the first day, days)."""
    code = _YEARS[_year_index(lunar_year)]
    leap_month = code >> 16
    numbers = [
        (month, leap) for month in range(1, 13) for leap in (False, True) if not leap or month == leap_month
    ]
    first, months = _new_years()[lunar_year - _FIRST_YEAR], []
    for place, (month, leap) in enumerate(numbers):
        days = 29 + (code >> place & 1)
        months.append((month, leap, first, days))
        first += days
    return tuple(months)


def _year_index(lunar_year: int) -> int:
    if not _FIRST_YEAR <= lunar_year < _FIRST_YEAR + len(_YEARS):
        last = _FIRST_YEAR + len(_YEARS) - 1
        raise InvalidValue("date_out_of_range", value=shown(lunar_year), first=_FIRST_YEAR, last=last)
    return lunar_year - _FIRST_YEAR


@lru_cache(maxsize=1)
def _new_years() -> tuple[int, ...]:
    """Ordinals of the lunar new years' days, 1899 … 2101."""
    ordinals, day = [], _FIRST_NEW_YEAR
    for code in _YEARS:
        ordinals.append(day)
        count = 13 if code >> 16 else 12
        day += 29 * count + (code & 0x1FFF).bit_count()
    return tuple(ordinals)


def leap_month(lunar_year: int) -> int:
    """Number of the month that ``lunar_year`` has twice, 0 if none: 4 in 2020, 11 in 2033."""
    return _YEARS[_year_index(lunar_year)] >> 16


def new_year(lunar_year: int) -> date:
    """Spring Festival (正月初一) of ``lunar_year``."""
    return date.fromordinal(_new_years()[_year_index(lunar_year)])


def lunar_year_of(solar: date) -> int:
    """The lunar year (numbered by the solar year in which it began) that contains ``solar``."""
    _check_range(solar)
    return _FIRST_YEAR + bisect_right(_new_years(), solar.toordinal()) - 1


def from_solar(solar: date) -> LunarDate:
    """The lunar day of ``solar``; raises :class:`InvalidValue` outside 1900-01-01 … 2100-12-31."""
    months = _months(lunar_year_of(solar))
    ordinal = solar.toordinal()
    month, leap, first, _ = months[bisect_right(months, ordinal, key=lambda entry: entry[2]) - 1]
    return LunarDate(month, ordinal - first + 1, leap)


@lru_cache(maxsize=256)
def lunar_year_table(lunar_year: int) -> tuple[int, ...]:
    """Proleptic ordinals of the 720 lunar dates (by :attr:`LunarDate.index`) as kept in ``lunar_year``."""
    months = {(month, leap): (first, days) for month, leap, first, days in _months(lunar_year)}
    return tuple(
        first + min(day, days) - 1
        for leap in (False, True)
        for month in range(1, 13)
        for first, days in (months.get((month, leap)) or months[(month, False)],)
        for day in range(1, 31)
    )


@lru_cache(maxsize=1024)
def occurrence_table(on_or_after: date) -> tuple[int, ...]:
    """Ordinals of the next occurrence of all 720 lunar dates (by :attr:`LunarDate.index`).

    For many customers at once: ``numpy.asarray(occurrence_table(today))[indexes]``.
    """
    start, year = on_or_after.toordinal(), lunar_year_of(on_or_after)
    following = lunar_year_table(year + 1)
    return tuple(
        this if this >= start else later
        for this, later in zip(lunar_year_table(year), following, strict=True)
    )


@lru_cache(maxsize=1024)
def lunar_dates_kept_on(solar: date) -> frozenset[LunarDate]:
    """All lunar dates whose day is kept on ``solar``: to ask a database "whose day is it"."""
    ordinal = solar.toordinal()
    table = lunar_year_table(lunar_year_of(solar))
    return frozenset(_at(index) for index, kept in enumerate(table) if kept == ordinal)


def _at(index: int) -> LunarDate:
    block, day = divmod(index, 30)
    return LunarDate(block % 12 + 1, day + 1, leap=block >= 12)


def _check_range(solar: date) -> None:
    if not FIRST_DATE <= solar <= LAST_DATE:
        raise InvalidValue(
            "date_out_of_range", value=shown(solar), first=str(FIRST_DATE), last=str(LAST_DATE)
        )


def _parse(raw: str) -> LunarDate:
    text = (
        raw.strip()
        .replace(" ", "")
        .removeprefix("农历")
        .removeprefix("阴历")
        .replace("閏", "闰")
        .replace("臘", "腊")
    )
    if len(text) <= 12:
        if (match := _ZH_FORM.fullmatch(text)) and match[3] in _DAY_NAMES:
            return LunarDate(_MONTH_NAMES[match[2]], _DAY_NAMES[match[3]], leap=bool(match[1]))
        if match := _DIGIT_FORM.fullmatch(text):
            return LunarDate(int(match[2]), int(match[3]), leap=bool(match[1]))
    raise InvalidValue("lunar_not_a_date", value=shown(raw))
