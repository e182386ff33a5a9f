from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.values import (
    MAX_MINOR,
    InvalidValue,
    Money,
    decimal_string,
    divide_half_up,
    format_money,
    format_wan,
    line_amount,
    parse_minor,
    parse_money,
    parse_quantity,
    parse_unit_price,
)


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_a_line_is_its_exact_product_rounded_half_away_from_zero(quantity, price):
    exact = Decimal(quantity) / 1000 * (Decimal(price) / 10_000)
    assert line_amount(quantity, price) == int(exact.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)


@pytest.mark.parametrize(
    ("quantity", "price", "minor"),
    [
        (1_000, 50, 1),  # 0.005 is rounded up …
        (-1_000, 50, -1),  # … and a return by as much, so that order and return cancel
        (1_000, 49, 0),
        (6_000, 25_500, 1_530),
        (3_000, 10, 0),
    ],
)
def test_halves_of_a_cent(quantity, price, minor):
    assert line_amount(quantity, price) == minor


def test_a_currency_without_decimals_is_rounded_to_its_unit():
    assert line_amount(1_500, 1_005_000, "JPY") == 151
    assert line_amount(1_500, 1_005_000, "KWD") == 150_750


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_rounding_is_symmetric_and_off_by_at_most_a_half(numerator, denominator):
    result = divide_half_up(numerator, denominator)
    assert result == -divide_half_up(-numerator, denominator)
    assert abs(2 * (result * denominator - numerator)) <= denominator


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_what_is_written_is_read_back(minor, currency):
    assert parse_minor(decimal_string(minor, currency), currency) == minor
    assert parse_minor(Decimal(decimal_string(minor, currency)), currency) == minor


@given(st.integers(-(10**12), 10**12))
def test_a_float_of_up_to_fifteen_figures_is_read_exactly(minor):
    assert parse_minor(minor / 100) == minor


@pytest.mark.parametrize(
    ("raw", "minor"),
    [
        ("1,234.50", 123_450),
        ("¥1,234.5", 123_450),
        ("￥ １２３４．５", 123_450),
        ("1234.5元", 123_450),
        ("-¥3", -300),
        ("(12.30)", -1_230),
        ("\u221212", -1_200),
        ("+.5", 50),
        ("5.", 500),
        ("12.500", 1_250),
        (0.1 + 0.2, 30),
        (12, 1_200),
        (Decimal("1E+3"), 100_000),
    ],
)
def test_usual_spellings_of_an_amount(raw, minor):
    assert parse_minor(raw) == minor


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "amount_empty"),
        ("   ", "amount_empty"),
        ("abc", "amount_not_a_number"),
        ("1,23", "amount_not_a_number"),
        ("1.234,50", "amount_not_a_number"),
        ("1e309", "amount_not_a_number"),
        ("1.38E+10", "amount_not_a_number"),
        ("nan", "amount_not_a_number"),
        ("٣", "amount_not_a_number"),
        ("1_000", "amount_not_a_number"),
        ("--5", "amount_not_a_number"),
        ("9" * 65, "amount_not_a_number"),
        (float("nan"), "amount_not_a_number"),
        (float("inf"), "amount_not_a_number"),
        (Decimal("NaN"), "amount_not_a_number"),
        (True, "amount_not_a_number"),
        (None, "amount_not_a_number"),
        ("9" * 20, "amount_too_large"),
        (1e300, "amount_too_large"),
        pytest.param(10**5000, "amount_too_large", id="huge"),
        (Decimal("1E+999999"), "amount_too_large"),
        ("0.005", "amount_too_precise"),
        (Decimal("1E-999999"), "amount_too_precise"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_its_reason(raw, code):
    with pytest.raises(InvalidValue) as refused:
        parse_minor(raw)
    assert refused.value.code == code
    assert str(refused.value)


@given(st.text(max_size=80) | st.floats() | st.decimals() | st.integers())
def test_anything_is_read_or_refused_but_never_breaks(raw):
    try:
        minor = parse_minor(raw, rounding=True)
    except InvalidValue:
        return
    assert abs(minor) <= MAX_MINOR


def test_rounding_is_only_done_when_asked_for():
    assert parse_minor("0.005", rounding=True) == 1
    assert parse_minor("-0.005", rounding=True) == -1
    assert parse_minor(Decimal("1E-999999"), rounding=True) == 0


def test_prices_and_quantities_have_scales_of_their_own():
    assert parse_unit_price("2.5512") == 25_512
    assert parse_quantity("-0.125") == -125
    with pytest.raises(InvalidValue):
        parse_unit_price("0.00001")


def test_money_adds_and_compares_only_within_its_currency():
    assert parse_money("1.20", "GBP") + Money(30, "GBP") == Money(150, "GBP")
    assert Money(1) < Money(2)
    assert not Money(0)
    with pytest.raises(InvalidValue):
        Money(1, "CNY") + Money(1, "GBP")
    with pytest.raises(InvalidValue):
        Money(1, "yuan")
    with pytest.raises(InvalidValue):
        Money(MAX_MINOR + 1)


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "text"),
    [
        (123_450, "CNY", "zh-hans", "¥1,234.50"),
        (-5, "GBP", "en", "-£0.05"),
        (1_234, "JPY", "en", "JP¥1,234"),
        (100, "USD", "zh-hans", "US$1.00"),
        (100, "CHF", "en", "CHF 1.00"),
    ],
)
def test_amounts_to_read(minor, currency, lang, text):
    assert format_money(minor, currency, lang) == text


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "text"),
    [
        (4_231_200, "CNY", "zh-hans", "4.23 万元"),
        (42_312_000, "CNY", "zh-hans", "42.3 万元"),
        (1_000_000, "CNY", "zh-hans", "1 万元"),
        (999_950, "CNY", "zh-hans", "1 万元"),
        (999_949, "CNY", "zh-hans", "9,999 元"),
        (-4_231_200, "GBP", "zh-hans", "-4.23 万英镑"),
        (999_999_999_999, "CNY", "zh-hans", "100 亿元"),
        (0, "CNY", "zh-hans", "0 元"),
        (4_231_200, "CNY", "en", "¥42.3k"),
        (123_456_789, "CNY", "en", "¥1.23m"),
        (12_300, "GBP", "en", "£123"),
    ],
)
def test_amounts_at_a_glance(minor, currency, lang, text):
    assert format_wan(minor, currency, lang) == text
