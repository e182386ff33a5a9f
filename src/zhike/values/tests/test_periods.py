# ruff: noqa: DTZ001, DTZ901 - clock times without a zone are what is tested
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.values import InvalidValue, Period, business_date, day_bounds, utc
from zhike.values.tests.refusals import refused_code

days = st.dates(date(1901, 1, 1), date(2099, 12, 31))
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London")
GAPS = ("1986-05-04", "1987-04-12", "1988-04-17", "1989-04-16", "1990-04-15", "1991-04-14")


@given(st.lists(days, min_size=2, max_size=2).map(sorted))
def test_the_months_of_a_period_cover_it_without_holes(bounds):
    period = Period(*bounds)
    months = list(period.months())
    assert all(one.end == two.start for one, two in pairwise(months))
    if period.days:
        assert months[0].start <= period.start < months[0].end
        assert months[-1].start < period.end <= months[-1].end
    assert len(list(period)) == period.days


def test_periods():
    march = Period.month(2026, 3)
    assert (march.start, march.end, march.days) == (date(2026, 3, 1), date(2026, 4, 1), 31)
    assert date(2026, 3, 31) in march
    assert date(2026, 4, 1) not in march
    assert Period.last_days(date(2026, 3, 31), 7).start == date(2026, 3, 25)
    assert march.previous() == Period(date(2026, 1, 29), date(2026, 3, 1))
    assert march.overlap(Period(date(2026, 3, 30), date(2026, 5, 1))) == Period(
        date(2026, 3, 30), date(2026, 4, 1)
    )
    assert march.overlap(Period.month(2026, 4)) is None
    with pytest.raises(InvalidValue):
        Period(date(2026, 3, 2), date(2026, 3, 1))


def test_the_business_day_is_the_firms():
    assert business_date(datetime(2026, 3, 7, 16, 0, tzinfo=UTC)) == date(2026, 3, 8)
    assert business_date(datetime(2026, 3, 7, 15, 59, 59)) == date(2026, 3, 7)
    assert business_date(datetime(2026, 3, 7, 16, 0, tzinfo=UTC), "Europe/London") == date(2026, 3, 7)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)), st.sampled_from(ZONES))
def test_local_time_to_utc_and_back(local, zone):
    back = utc(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    code = refused_code(lambda clock: utc(clock, zone, missing="raise"), local)
    assert code in {"", "time_missing"}
    assert (back > local) if code else (back == local)


@pytest.mark.parametrize("day", GAPS)
def test_the_summer_times_of_shanghai(day):
    missing = datetime.fromisoformat(f"{day}T02:30")
    assert utc(missing).astimezone(ZoneInfo("Asia/Shanghai")).hour == 3
    with pytest.raises(InvalidValue) as refused:
        utc(missing, missing="raise")
    assert refused.value.code == "time_missing"
    midnight, end = day_bounds(missing.date())
    assert end - midnight == timedelta(hours=23)
    assert business_date(midnight) == missing.date()


def test_a_time_that_happened_twice():
    twice = datetime(2025, 10, 26, 1, 30)
    assert utc(twice, "Europe/London") == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert utc(twice, "Europe/London", ambiguous="later") == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    with pytest.raises(InvalidValue) as refused:
        utc(twice, "Europe/London", ambiguous="raise")
    assert refused.value.code == "time_ambiguous"


@given(days, st.sampled_from(ZONES))
def test_the_bounds_of_a_day_hold_exactly_that_day(day, zone):
    start, end = day_bounds(day, zone)
    assert business_date(start, zone) == day
    assert business_date(end - timedelta(microseconds=1), zone) == day
    assert business_date(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)


def test_zones_and_extremes_are_refused_not_broken():
    for name in ("Mars/Olympus", "../../etc/passwd", "", "Asia"):
        with pytest.raises(InvalidValue):
            utc(datetime(2026, 1, 1), name)
    for extreme in (datetime.min, datetime.max):
        with pytest.raises(InvalidValue):
            utc(extreme)
    with pytest.raises(InvalidValue):
        business_date(datetime.max)
