from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import Lunar

from zhike.values import (
    FESTIVAL_NAMES,
    Festival,
    add_workdays,
    announced_years,
    day_info,
    festival_date,
    festivals,
    is_workday,
    next_festival,
    qingming,
    shift_off_rest_days,
    workdays_between,
)
from zhike.values.workdays import Source

days = st.dates(date(1901, 1, 1), date(2099, 12, 31))


def test_moved_working_days_of_the_announced_calendar():
    assert not is_workday(date(2025, 10, 8))  # a Wednesday in the holidays
    assert is_workday(date(2025, 9, 28))  # a Sunday worked for it
    assert day_info(date(2025, 9, 28)).source is Source.ANNOUNCED
    assert day_info(date(2025, 10, 1)).festival is Festival.NATIONAL_DAY


def test_beyond_the_announced_years_the_rule_decides():
    year = announced_years()[1] + 1
    new_year = day_info(date(year, 1, 1))
    assert (new_year.is_workday, new_year.source, new_year.festival) == (
        False,
        Source.RULE,
        Festival.NEW_YEAR,
    )
    spring = festival_date(Festival.SPRING_FESTIVAL, year)
    assert spring is not None
    assert not any(is_workday(spring + timedelta(days=n)) for n in (-1, 0, 1, 2))
    saturday = next(d for n in range(7) if (d := date(year, 7, 1) + timedelta(days=n)).weekday() == 5)
    assert not is_workday(saturday)
    assert is_workday(saturday + timedelta(days=2))


def test_the_firms_table_comes_first():
    table = {date(2025, 10, 8): (True, "盘点"), date(2025, 9, 29): (False, "店庆")}
    assert is_workday(date(2025, 10, 8), table)
    info = day_info(date(2025, 9, 29), table)
    assert (info.is_workday, info.name, info.source) == (False, "店庆", Source.TABLE)


def test_rest_days_are_left_in_the_asked_direction():
    assert shift_off_rest_days(date(2025, 10, 3), "before") == date(2025, 9, 30)
    assert shift_off_rest_days(date(2025, 10, 3), "after") == date(2025, 10, 9)
    assert shift_off_rest_days(date(2025, 10, 3), "none") == date(2025, 10, 3)
    assert shift_off_rest_days(date(2025, 9, 28), "before") == date(2025, 9, 28)


@given(days, st.sampled_from(["before", "after"]))
def test_a_shifted_day_is_a_working_day_and_stays_there(day, direction):
    shifted = shift_off_rest_days(day, direction)
    assert is_workday(shifted)
    assert shift_off_rest_days(shifted, direction) == shifted
    assert (shifted <= day) if direction == "before" else (shifted >= day)


def test_a_table_without_working_days_ends():
    table = {date(2026, 1, 1) + timedelta(days=n): (False, "") for n in range(365)}
    assert shift_off_rest_days(date(2026, 6, 1), "after", table) == date(2026, 6, 1)


def test_every_festival_has_a_name():
    assert set(FESTIVAL_NAMES) == set(Festival)
    assert len(set(FESTIVAL_NAMES.values())) == len(Festival)


def test_counting_working_days():
    assert workdays_between(date(2025, 9, 27), date(2025, 10, 10)) == 4  # the 28th, 29th, 30th and 9 October
    assert add_workdays(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert add_workdays(date(2025, 9, 30), 0) == date(2025, 9, 30)


def test_qingming_agrees_with_lunar_python():
    for year in range(1900, 2101):
        assert qingming(year).isoformat() == Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"].toYmd()


@pytest.mark.parametrize(
    ("festival", "day"),
    [
        (Festival.SPRING_FESTIVAL_EVE, date(2026, 2, 16)),
        (Festival.SPRING_FESTIVAL, date(2026, 2, 17)),
        (Festival.LANTERN, date(2026, 3, 3)),
        (Festival.QINGMING, date(2026, 4, 5)),
        (Festival.DRAGON_BOAT, date(2026, 6, 19)),
        (Festival.QIXI, date(2026, 8, 19)),
        (Festival.MID_AUTUMN, date(2026, 9, 25)),
        (Festival.DOUBLE_NINTH, date(2026, 10, 18)),
        (Festival.NATIONAL_DAY, date(2026, 10, 1)),
        (Festival.SHOPPING_618, date(2026, 6, 18)),
        (Festival.SHOPPING_1111, date(2026, 11, 11)),
        (Festival.LABA, date(2026, 1, 26)),
    ],
)
def test_festivals_of_2026(festival, day):
    assert festival_date(festival, 2026) == day


@given(st.integers(1900, 2100))
def test_a_year_has_its_festivals_in_order(year):
    found = festivals(year)
    assert list(found) == sorted(found)
    assert {festival for _, festival in found} >= set(Festival) - {Festival.LABA}
    assert all(day.year == year for day, _ in found)


def test_the_next_festival_looks_into_the_next_year():
    assert next_festival(date(2026, 12, 13)) == (date(2027, 1, 1), Festival.NEW_YEAR)
    assert next_festival(date(2026, 2, 17)) == (date(2026, 2, 17), Festival.SPRING_FESTIVAL)
