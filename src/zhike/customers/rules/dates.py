"""Special dates: checked when given, and the day on which each is kept next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhike.customers.rules.codes import CALENDARS, OCCASIONS, WHOSE
from zhike.values.dates import MonthDay
from zhike.values.lunar import LunarDate
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text

EARLIEST_YEAR = 1850
LATEST_YEAR = 2100
MAX_DATES = 50


@dataclass(frozen=True, slots=True)
class DateInput:
    """A day to remember: month and day of the solar or the lunar calendar; ``year`` may be unknown.

    ``days_ahead``: how many days before it somebody wants to be reminded (None: the firm's policy).
    """

    occasion: str
    month: int
    day: int
    calendar: str = "solar"
    leap: bool = False
    year: int | None = None
    whose: str = "self"
    person: str = ""
    relation: str = ""
    days_ahead: int | None = None
    note: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """When a special date is kept next: the solar day, and which anniversary it is (None: year unknown)."""

    on: date
    years: int | None


def clean_date(given: DateInput) -> DateInput:
    """Check a special date; raises :class:`InvalidValue` for one that does not exist."""
    for value, known in ((given.occasion, OCCASIONS), (given.calendar, CALENDARS), (given.whose, WHOSE)):
        if value not in known:
            raise InvalidValue("choice_unknown", value=value[:40])
    if given.calendar == "lunar":
        LunarDate(given.month, given.day, given.leap)
    else:
        MonthDay(given.month, given.day, given.year if given.year and given.year >= 1 else None)
    if given.year is not None and not EARLIEST_YEAR <= given.year <= LATEST_YEAR:
        raise InvalidValue("date_out_of_range", value=str(given.year), first=EARLIEST_YEAR, last=LATEST_YEAR)
    if given.days_ahead is not None and not 0 <= given.days_ahead <= 90:
        raise InvalidValue("choice_unknown", value=str(given.days_ahead))
    return DateInput(
        occasion=given.occasion,
        month=given.month,
        day=given.day,
        calendar=given.calendar,
        leap=given.leap and given.calendar == "lunar",
        year=given.year,
        whose=given.whose,
        person=clean_text(given.person, 80),
        relation=clean_text(given.relation, 20),
        days_ahead=given.days_ahead,
        note=clean_text(given.note, 200),
        id=given.id,
    )


def next_occurrence(
    calendar: str, month: int, day: int, *, leap: bool, year: int | None, on_or_after: date
) -> Occurrence:
    """Return when the date is kept next (leap months, 29 February, the lunar 30th: as in ``values``)."""
    if calendar == "lunar":
        on = LunarDate(month, day, leap).next_occurrence(on_or_after)
        return Occurrence(on, _years(on, year, month))
    solar = MonthDay(month, day, year)
    on = solar.next_occurrence(on_or_after)
    return Occurrence(on, solar.years_at(on))


def _years(on: date, year: int | None, lunar_month: int) -> int | None:
    """Years by lunar years: a day of the twelfth month that falls in January belongs to the year before."""
    if year is None:
        return None
    lunar_year = on.year - 1 if lunar_month >= 11 and on.month <= 2 else on.year
    return lunar_year - year
