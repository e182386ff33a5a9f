from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.values import (
    InvalidValue,
    MonthDay,
    add_months,
    age_on,
    days_between,
    month_days_kept_on,
    parse_date,
)
from zhike.values.tests.refusals import refused_code

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def test_born_on_the_leap_day():
    born = MonthDay.of(date(2000, 2, 29))
    assert born.next_occurrence(date(2027, 1, 1)) == date(2027, 2, 28)
    assert born.next_occurrence(date(2028, 2, 28)) == date(2028, 2, 29)
    assert born.next_occurrence(date(2027, 3, 1)) == date(2028, 2, 29)
    assert born.years_at(date(2027, 2, 28)) == 27


@given(days, st.integers(1901, 2099))
def test_one_occurrence_a_year_found_from_both_sides(born, year):
    day = MonthDay.of(born)
    kept = day.occurrence_in(year)
    assert day.next_occurrence(date(year, 1, 1)) == kept == day.next_occurrence(kept)
    assert (born.month, born.day) in month_days_kept_on(kept)
    assert sum((born.month, born.day) in month_days_kept_on(d) for d in _year(year)) == 1


def _year(year):
    return days_between(date(year, 1, 1), date(year, 12, 31))


@pytest.mark.parametrize(
    ("month", "day", "year"), [(2, 30, None), (13, 1, None), (0, 1, None), (4, 31, None), (2, 29, 2023)]
)
def test_days_that_do_not_exist(month, day, year):
    with pytest.raises(InvalidValue):
        MonthDay(month, day, year)


def test_age():
    assert age_on(date(1990, 5, 4), date(2026, 5, 3)) == 35
    assert age_on(date(1990, 5, 4), date(2026, 5, 4)) == 36
    assert MonthDay(5, 4).years_at(date(2026, 5, 4)) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2037, 12, 31), 2, date(2038, 2, 28)),
    ],
)
def test_months_are_clamped_to_their_end(day, months, later):
    assert add_months(day, months) == later


@given(days)
def test_every_spelling_of_a_date(day):
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.year}/{day.month}/{day.day}") == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(f"{day:%Y%m%d}") == day
    assert parse_date(f"{day:%d/%m/%Y}", "dmy") == day
    assert parse_date(f"{day:%m/%d/%Y}", "mdy") == day
    assert parse_date(f"{day.isoformat()} 23:59:59") == day
    assert parse_date(datetime.combine(day, time(23, 59))) == day


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2026-02-30", "date_does_not_exist"),
        ("2026-13-01", "date_does_not_exist"),
        ("20260230", "date_does_not_exist"),
        ("03/04/2026", "date_ambiguous"),
        ("0000-00-00", "date_does_not_exist"),
        ("1899-12-31", "date_out_of_range"),
        ("9999-12-31", "date_out_of_range"),
        ("2026-03-08 25:00", "date_not_a_date"),
        ("tomorrow", "date_not_a_date"),
        ("45678", "date_not_a_date"),
        ("2026-03-08T10:00:00+08:00", "date_not_a_date"),
        ("", "date_not_a_date"),
        ("2026-03-08" + " " * 100, "date_not_a_date"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(raw, code):
    with pytest.raises(InvalidValue) as refused:
        parse_date(raw)
    assert refused.value.code == code


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(raw):
    code = refused_code(parse_date, raw)
    assert not code or code.startswith("date_")
