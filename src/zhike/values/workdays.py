"""Working days with their moved days (调休), and the festivals a firm greets its customers at.

A day is decided by, in this order: the firm's own table (editable in the settings), the announced calendar of
``chinesecalendar`` where it has the year, and otherwise the rule: Saturdays, Sundays and the statutory
holidays that can be computed are rest days, moved working days being unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal

from .lunar import LAST_DATE, LunarDate, new_year
from .problems import gettext_noop as _

Shift = Literal["before", "after", "none"]
Overrides = Mapping[date, tuple[bool, str]]
"""The firm's own days: date → (is a working day, name shown to people)."""


class Festival(StrEnum):
    """Festivals and shopping days."""

    NEW_YEAR = "new_year"
    LABA = "laba"
    SPRING_FESTIVAL_EVE = "spring_festival_eve"
    SPRING_FESTIVAL = "spring_festival"
    LANTERN = "lantern"
    WOMENS_DAY = "womens_day"
    QINGMING = "qingming"
    LABOUR_DAY = "labour_day"
    CHILDRENS_DAY = "childrens_day"
    SHOPPING_618 = "shopping_618"
    DRAGON_BOAT = "dragon_boat"
    QIXI = "qixi"
    TEACHERS_DAY = "teachers_day"
    MID_AUTUMN = "mid_autumn"
    NATIONAL_DAY = "national_day"
    DOUBLE_NINTH = "double_ninth"
    SHOPPING_1111 = "shopping_1111"
    SHOPPING_1212 = "shopping_1212"


class Source(StrEnum):
    """Where the answer about a day comes from."""

    TABLE = "table"
    ANNOUNCED = "announced"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class DayInfo:
    """Whether ``day`` is a working day, and why.

    ``name`` is a text of the firm's table; ``festival`` the holiday that a rest day, or a working day moved
    for its sake, belongs to.
    """

    day: date
    is_workday: bool
    source: Source
    festival: Festival | None = None
    name: str = ""


FESTIVAL_NAMES: Final[Mapping[Festival, str]] = {
    Festival.NEW_YEAR: _("New Year's Day"),
    Festival.LABA: _("Laba Festival"),
    Festival.SPRING_FESTIVAL_EVE: _("Spring Festival Eve"),
    Festival.SPRING_FESTIVAL: _("Spring Festival"),
    Festival.LANTERN: _("Lantern Festival"),
    Festival.WOMENS_DAY: _("Women's Day"),
    Festival.QINGMING: _("Qingming"),
    Festival.LABOUR_DAY: _("Labour Day"),
    Festival.CHILDRENS_DAY: _("Children's Day"),
    Festival.SHOPPING_618: _("618 shopping day"),
    Festival.DRAGON_BOAT: _("Dragon Boat Festival"),
    Festival.QIXI: _("Qixi"),
    Festival.TEACHERS_DAY: _("Teachers' Day"),
    Festival.MID_AUTUMN: _("Mid-Autumn Festival"),
    Festival.NATIONAL_DAY: _("National Day"),
    Festival.DOUBLE_NINTH: _("Double Ninth Festival"),
    Festival.SHOPPING_1111: _("Double 11 shopping day"),
    Festival.SHOPPING_1212: _("Double 12 shopping day"),
}
"""English message ids of the festivals' names."""

_SOLAR: Final = {
    Festival.NEW_YEAR: (1, 1),
    Festival.WOMENS_DAY: (3, 8),
    Festival.LABOUR_DAY: (5, 1),
    Festival.CHILDRENS_DAY: (6, 1),
    Festival.SHOPPING_618: (6, 18),
    Festival.TEACHERS_DAY: (9, 10),
    Festival.NATIONAL_DAY: (10, 1),
    Festival.SHOPPING_1111: (11, 11),
    Festival.SHOPPING_1212: (12, 12),
}
_LUNAR: Final = {
    Festival.SPRING_FESTIVAL: LunarDate(1, 1),
    Festival.LANTERN: LunarDate(1, 15),
    Festival.DRAGON_BOAT: LunarDate(5, 5),
    Festival.QIXI: LunarDate(7, 7),
    Festival.MID_AUTUMN: LunarDate(8, 15),
    Festival.DOUBLE_NINTH: LunarDate(9, 9),
    Festival.LABA: LunarDate(12, 8),
}
# Statutory rest days since 2025: festival, and days from its date.
_STATUTORY: Final = (
    (Festival.NEW_YEAR, (0,)),
    (Festival.SPRING_FESTIVAL, (-1, 0, 1, 2)),
    (Festival.QINGMING, (0,)),
    (Festival.LABOUR_DAY, (0, 1)),
    (Festival.DRAGON_BOAT, (0,)),
    (Festival.MID_AUTUMN, (0,)),
    (Festival.NATIONAL_DAY, (0, 1, 2)),
)
_ANNOUNCED_NAMES: Final = {
    "New Year's Day": Festival.NEW_YEAR,
    "Spring Festival": Festival.SPRING_FESTIVAL,
    "Tomb-sweeping Day": Festival.QINGMING,
    "Labour Day": Festival.LABOUR_DAY,
    "Dragon Boat Festival": Festival.DRAGON_BOAT,
    "National Day": Festival.NATIONAL_DAY,
    "Mid-autumn Festival": Festival.MID_AUTUMN,
}
_LONGEST_REST: Final = 60


def qingming(year: int) -> date:
    """Qingming (清明, the solar term at 15° of the sun) in ``year``, 1900 … 2100.

    The usual approximation ``⌊Y·0.2422 + C⌋ − ⌊Y/4⌋`` with Y the year of the century, C 5.59 and 4.81.
    """
    if year == 2100:
        return date(2100, 4, 5)
    short = year % 100
    return date(year, 4, int(short * 0.2422 + (5.59 if year < 2000 else 4.81)) - short // 4)


@lru_cache(maxsize=256)
def festivals(year: int) -> tuple[tuple[date, Festival], ...]:
    """The festivals of the solar ``year`` (1900 … 2100) in order of date."""
    days = [(date(year, month, day), festival) for festival, (month, day) in _SOLAR.items()]
    days += [(day, festival) for festival, lunar in _LUNAR.items() if (day := _lunar_in(lunar, year))]
    days += [
        (qingming(year), Festival.QINGMING),
        (new_year(year) - timedelta(days=1), Festival.SPRING_FESTIVAL_EVE),
    ]
    return tuple(sorted(days))


def _lunar_in(lunar: LunarDate, year: int) -> date | None:
    """The occurrence within the solar year, if any: 腊八 is missing from some years and twice in others."""
    day = lunar.next_occurrence(date(year, 1, 1))
    return day if day.year == year else None


def festival_date(festival: Festival, year: int) -> date | None:
    """When ``festival`` falls in the solar ``year``; ``None`` where that year has none (腊八 only)."""
    return next((day for day, found in festivals(year) if found is festival), None)


def next_festival(on_or_after: date) -> tuple[date, Festival]:
    """The next festival from ``on_or_after`` on."""
    for year in (on_or_after.year, on_or_after.year + 1):
        for day, festival in festivals(year):
            if day >= on_or_after:
                return day, festival
    raise AssertionError  # every year has a festival


def day_info(day: date, table: Overrides | None = None) -> DayInfo:
    """Whether people work on ``day``, why not, and who says so."""
    if table and day in table:
        is_work, name = table[day]
        return DayInfo(day, is_work, Source.TABLE, name=name)
    first, last = announced_years()
    if first <= day.year <= last:
        import chinese_calendar

        is_rest, label = chinese_calendar.get_holiday_detail(day)
        return DayInfo(day, not is_rest, Source.ANNOUNCED, _ANNOUNCED_NAMES.get(str(label)))
    festival = _statutory(day.year).get(day) if day <= LAST_DATE else None
    return DayInfo(day, festival is None and day.weekday() < 5, Source.RULE, festival)


@lru_cache(maxsize=1)
def announced_years() -> tuple[int, int]:
    """First and last year whose moved working days are known to this installation."""
    import chinese_calendar

    return min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year


def is_workday(day: date, table: Overrides | None = None) -> bool:
    """Whether people work on ``day``."""
    return day_info(day, table).is_workday


def shift_off_rest_days(day: date, direction: Shift = "before", table: Overrides | None = None) -> date:
    """``day`` itself when it is a working day, else the nearest working day ``before`` or ``after`` it.

    ``none`` leaves the day alone, and so does a table in which nobody works for sixty days on end.
    """
    if direction == "none":
        return day
    step = timedelta(days=-1 if direction == "before" else 1)
    candidate = day
    for _step in range(_LONGEST_REST):
        if is_workday(candidate, table):
            return candidate
        candidate += step
    return day


def workdays_between(start: date, end: date, table: Overrides | None = None) -> int:
    """Number of working days from ``start`` (included) to ``end`` (excluded)."""
    return sum(is_workday(start + timedelta(days=n), table) for n in range((end - start).days))


def add_workdays(day: date, count: int, table: Overrides | None = None) -> date:
    """The ``count``-th working day after ``day`` (``count`` ≥ 0; 0 gives ``day``)."""
    for _step in range(count):
        day = shift_off_rest_days(day + timedelta(days=1), "after", table)
    return day


@lru_cache(maxsize=256)
def _statutory(year: int) -> Mapping[date, Festival]:
    dates = {festival: day for day, festival in festivals(year)}
    return {dates[f] + timedelta(days=n): f for f, offsets in _STATUTORY for n in offsets}
