from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from zhike.ui import formats
from zhike.values.lunar import LunarDate
from zhike.values.money import Money

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def chinese(time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), tick=False)
    with translation.override("zh-hans"):
        yield


def english(write, *args):
    with translation.override("en"):
        return write(*args)


@pytest.mark.parametrize(
    ("minor", "style", "shown"),
    [
        (4_230_000, "", "¥42,300"),
        (48_650, "", "¥486.50"),
        (48_600, "cents", "¥486.00"),
        (48_650, "round", "¥487"),
        (-50, "", "-¥0.50"),
        (0, "", "¥0"),
        (None, "", ""),
        ("nonsense", "", ""),
        (float("nan"), "", ""),
    ],
)
def test_money_shows_cents_only_where_there_are_any(minor, style, shown):
    assert formats.money(minor, style) == shown


def test_money_takes_the_currency_of_a_money_object():
    assert formats.money(Money(1_050, "GBP")) == "£10.50"


def test_money_in_short_is_wan_in_chinese_and_k_in_english():
    assert formats.wan(4_230_000) == "4.23 万元"
    assert formats.wan(1_860_000_000) == "1,860 万元"
    assert formats.wan(987_000) == "¥9,870"
    assert english(formats.wan, 4_230_000) == "¥42.3k"


def test_short_numbers():
    assert formats.short_number(18_600_000) == "1,860 万"
    assert formats.short_number(234_000_000) == "2.34 亿"
    assert formats.short_number(9_999) == "9,999"
    assert english(formats.short_number, 18_600_000) == "18.6M"
    assert formats.short_number("x") == ""


@given(st.floats(0, 1))
def test_a_probability_in_words_is_never_zero_or_ten_of_ten(p):
    with translation.override("en"):
        text = formats.likely(p)
    assert text in {"very unlikely", "almost certain"} or text in {f"about {n} in 10" for n in range(1, 10)}


def test_a_probability_in_words():
    assert formats.likely(0.81) == "约八成可能"
    assert formats.likely(0.03) == "几乎不会"
    assert english(formats.likely, 0.81) == "about 8 in 10"
    assert formats.likely(1.2) == ""
    assert formats.likely(None) == ""


@pytest.mark.parametrize(
    ("share", "places", "shown"),
    [(0.183, 0, "18%"), (0.183, 1, "18.3%"), (-0.021, 1, "−2.1%"), (None, 0, "")],
)
def test_percent(share, places, shown):
    assert formats.percent(share, places) == shown


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "今天", "today"),
        (-1, "昨天", "yesterday"),
        (-2, "前天", "2 days ago"),
        (2, "后天", "in 2 days"),
        (-3, "3 天前", "3 days ago"),
        (-90, "3 个月前", "3 months ago"),
        (400, "13 个月后", "in 13 months"),
        (-1200, "3 年前", "3 years ago"),
    ],
)
def test_distance_in_days(days, zh, en):
    value = TODAY + timedelta(days=days)
    assert formats.ago(value) == zh
    assert english(formats.ago, value) == en


def test_an_instant_belongs_to_the_firms_day():
    late = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert formats.day(late) == "11月22日"
    assert formats.time_of_day(late) == "00:30"
    assert formats.moment(late) == "11月22日 00:30"
    assert formats.ago(late) == "今天"


def test_days_name_the_year_only_when_it_is_another():
    assert formats.day(TODAY, "weekday") == "11月22日 星期日"
    assert formats.day(date(2024, 2, 29)) == "2024年2月29日"
    assert english(formats.day, TODAY, "weekday") == "Sun 22 Nov"
    assert english(formats.day, date(2024, 2, 29)) == "29 Feb 2024"
    assert formats.time_of_day(time(9, 5)) == "09:05"
    assert formats.day("soon") == ""


def test_lunar_labels():
    assert formats.lunar(TODAY) == "农历十月十四"
    assert formats.lunar(LunarDate(4, 11, leap=True)) == "农历闰四月十一"
    assert english(formats.lunar, LunarDate(12, 30)) == "lunar 12-30"
    assert formats.lunar(date(1700, 1, 1)) == ""
    assert formats.lunar(None) == ""


def test_durations():
    assert formats.minutes(280) == "4 小时 40 分钟"
    assert formats.minutes(0) == "0 分钟"
    assert english(formats.minutes, timedelta(hours=1)) == "1 hour"


def test_a_masked_phone_shows_no_more_than_its_ends():
    assert formats.masked_phone("+8613812345521") == "138 •••• 5521"
    assert "1234" not in formats.masked_phone("+8613812345521")
    assert formats.masked_phone("") == ""
    assert formats.phone("+8613812345521") == "138 1234 5521"


@given(st.text())
def test_an_avatar_is_the_same_for_the_same_name(name):
    assert formats.colour_index(name) == formats.colour_index(name)
    assert 0 <= formats.colour_index(name) < formats.AVATAR_COLOURS
    assert 1 <= len(formats.initial(name)) <= 4  # some letters have longer capitals: ŉ, ﬃ


@pytest.mark.parametrize(
    ("name", "shown"),
    [("周婉清", "周"), ("Anna Kowalska", "AK"), ("  ", "?"), (None, "?"), ("恒丰 米业", "恒")],
)
def test_initials(name, shown):
    assert formats.initial(name) == shown
