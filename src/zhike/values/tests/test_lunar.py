import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import LunarYear, Solar

from zhike.values import (
    InvalidValue,
    LunarDate,
    from_solar,
    leap_month,
    lunar_dates_kept_on,
    lunar_year_of,
    lunar_year_table,
    new_year,
    occurrence_table,
)
from zhike.values.lunar import FIRST_DATE, LAST_DATE
from zhike.values.tests.refusals import refused_code

lunar_dates = st.builds(LunarDate, st.integers(1, 12), st.integers(1, 30), st.booleans())
solar_dates = st.dates(FIRST_DATE, LAST_DATE)


def test_every_month_of_two_centuries_agrees_with_lunar_python():
    for year in range(1899, 2102):
        months = LunarYear.fromYear(year).getMonthsInYear()
        assert leap_month(year) == LunarYear.fromYear(year).getLeapMonth()
        for month in months:
            first = date.fromordinal(int(month.getFirstJulianDay()) - 1_721_425)
            found = LunarDate(abs(month.getMonth()), 1, leap=month.getMonth() < 0).occurrence_in(year)
            assert found == first
            last = LunarDate(abs(month.getMonth()), 30, leap=month.getMonth() < 0).occurrence_in(year)
            assert (last - first).days + 1 == month.getDayCount()


@given(solar_dates)
def test_a_solar_date_has_the_lunar_date_of_lunar_python(day):
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    assert from_solar(day) == LunarDate(abs(lunar.getMonth()), lunar.getDay(), leap=lunar.getMonth() < 0)
    assert lunar_year_of(day) == lunar.getYear()


@given(solar_dates)
def test_the_way_to_lunar_and_back(day):
    assert LunarDate.from_solar(day).occurrence_in(lunar_year_of(day)) == day


@given(lunar_dates, solar_dates)
def test_the_next_occurrence_is_the_first_of_all_occurrences(lunar, today):
    years = (lunar_year_of(today) + n for n in range(-1, 3))
    kept = [lunar.occurrence_in(year) for year in years if 1899 <= year <= 2101]
    assert lunar.next_occurrence(today) == min(day for day in kept if day >= today)


@given(lunar_dates, st.integers(1900, 2099))
def test_one_greeting_in_each_lunar_year(lunar, year):
    first, last = new_year(year), new_year(year + 1) - timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    greeted = [day for day in days if lunar in lunar_dates_kept_on(day)]
    assert greeted == [lunar.occurrence_in(year)]


def test_born_in_a_leap_month():
    born = from_solar(date(2020, 6, 2))
    assert born == LunarDate(4, 11, leap=True)
    assert born.label() == "闰四月十一"
    assert born.occurrence_in(2020) == date(2020, 6, 2)
    assert born.occurrence_in(2021) == date(2021, 5, 22)  # no leap month: the regular fourth
    assert LunarDate(4, 11).occurrence_in(2020) == date(2020, 5, 3)  # born in the regular month: only there


def test_the_thirtieth_of_a_short_twelfth_month_is_the_twenty_ninth():
    eve = LunarDate(12, 30)
    for year in range(2024, 2029):
        assert eve.occurrence_in(year) == new_year(year + 1) - timedelta(days=1)
        assert from_solar(eve.occurrence_in(year)).day == 29
    assert from_solar(eve.occurrence_in(2023)).day == 30


def test_asked_in_january_the_twelfth_month_is_this_january():
    assert LunarDate(12, 12).next_occurrence(date(2025, 1, 5)) == date(2025, 1, 11)
    assert LunarDate(12, 12).next_occurrence(date(2025, 1, 12)) == date(2026, 1, 30)


def test_the_leap_eleventh_month_of_2033():
    assert leap_month(2033) == 11
    assert from_solar(date(2033, 12, 22)) == LunarDate(11, 1, leap=True)
    assert new_year(2034) == date(2034, 2, 19)
    assert LunarDate(11, 1, leap=True).occurrence_in(2034) == LunarDate(11, 1).occurrence_in(2034)


@given(lunar_dates)
def test_labels_are_read_back(lunar):
    assert LunarDate.parse(lunar.label()) == lunar
    assert LunarDate.parse(str(lunar)) == lunar


@pytest.mark.parametrize(
    ("raw", "lunar"),
    [
        ("腊月三十", LunarDate(12, 30)),
        ("农历八月十五", LunarDate(8, 15)),
        ("十二月二十三日", LunarDate(12, 23)),
        ("閏四月十一", LunarDate(4, 11, leap=True)),
        ("8-15", LunarDate(8, 15)),
        ("闰4-11", LunarDate(4, 11, leap=True)),
        ("正月初一", LunarDate(1, 1)),
    ],
)
def test_usual_spellings(raw, lunar):
    assert LunarDate.parse(raw) == lunar


@pytest.mark.parametrize(
    "raw", ["", "八月", "十三月初一", "八月三十一", "13-1", "1-31", "0-0", "x" * 500, "二月二二"]
)
def test_what_is_no_lunar_date_is_refused(raw):
    with pytest.raises(InvalidValue):
        LunarDate.parse(raw)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(raw):
    code = refused_code(LunarDate.parse, raw)
    assert not code or code.startswith("lunar_")


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 31)])
def test_impossible_dates_cannot_be_made(month, day):
    with pytest.raises(InvalidValue):
        LunarDate(month, day)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2101, 1, 1)])
def test_outside_the_calendar(day):
    with pytest.raises(InvalidValue):
        from_solar(day)
    with pytest.raises(InvalidValue):
        LunarDate(1, 1).next_occurrence(day)


def test_english_label():
    assert LunarDate(4, 11, leap=True).label("en") == "lunar leap 4-11"


@given(solar_dates, lunar_dates)
def test_the_tables_are_indexed_by_the_date(today, lunar):
    assert occurrence_table(today)[lunar.index] == lunar.next_occurrence(today).toordinal()
    assert len(lunar_year_table(2026)) == 720


def test_ten_thousand_customers_take_a_fraction_of_a_second():
    dates = [LunarDate(n % 12 + 1, n % 30 + 1, leap=n % 7 == 0) for n in range(10_000)]
    started = time.process_time()
    for lunar in dates:
        lunar.next_occurrence(date(2026, 3, 1))
    assert time.process_time() - started < 0.5
