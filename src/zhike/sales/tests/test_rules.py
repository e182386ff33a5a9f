"""What a line is worth, what is skipped, what is a return."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.sales import rules
from zhike.sales.rules.messages import MESSAGES


@pytest.mark.parametrize(
    ("quantity", "price", "reason"),
    [
        (1000, 0, "zero_price"),
        (1000, -1, "negative_price"),
        (0, 100, "zero_quantity"),
        (1000, 1, None),
        (-1000, 100, None),
    ],
)
def test_skip_reason(quantity, price, reason):
    assert rules.skip_reason(quantity, price) == reason
    assert reason is None or reason in MESSAGES


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_a_line_is_rounded_to_the_cent_once_and_half_up(quantity, price):
    exact = Decimal(quantity) * Decimal(price) / Decimal(10**5)
    expected = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert rules.amounts(quantity, price, returned=False, currency="CNY").amount_minor == expected


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9))
def test_a_returned_line_never_brings_money(quantity, price):
    found = rules.amounts(quantity, price, returned=True, currency="CNY")
    assert found.amount_minor <= 0
    assert found.quantity_milli <= 0


@pytest.mark.parametrize(
    ("kind", "quantities", "expected"),
    [
        ("return", [1000], True),
        ("sale", [-1000], False),
        (None, [-1000, -2000], True),
        (None, [-1000, 2000], False),
    ],
)
def test_is_return(kind, quantities, expected):
    assert rules.is_return(kind, quantities) is expected
