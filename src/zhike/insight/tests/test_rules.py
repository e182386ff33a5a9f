"""The sentences above the charts say what the figures say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.insight.rules import findings


def months(*lapsing):
    return [{"active": 100, "new": 0, "returned": 0, "lapsing": n, "lost": 0} for n in lapsing]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (months(50, 50, 50, 60, 10), "flow_more_lapsing"),
        (months(50, 50, 50, 40, 90), "flow_fewer_lapsing"),
        (months(50, 50, 50, 51, 90), "flow_steady"),
        (months(0, 5, 5, 9, 9), "flow_steady"),
    ],
)
def test_flow_compares_the_last_whole_month_with_three_months_before(rows, code):
    assert findings.flow(rows).code == code


def test_too_short_a_history_says_nothing():
    assert findings.flow(months(1, 2, 3, 4)) is None
    assert findings.churn(months(1, 2, 3, 4, 5, 6, 7)) is None


def test_churn_is_lost_over_those_who_stood_at_the_beginning():
    rows = [
        {"active": 90, "new": 0, "returned": 0, "lapsing": 10, "lost": n} for n in (9, 1, 1, 3, 4, 4, 2, 99)
    ]
    assert findings.churn(rows) == (pytest.approx(0.05), pytest.approx(0.10))


def test_migration_counts_up_and_down_and_leaves_newcomers_out():
    rows = [
        {"from": "B", "to": "A", "customers": 3},
        {"from": "A", "to": "D", "customers": 2},
        {"from": "A", "to": "A", "customers": 50},
        {"from": "", "to": "A", "customers": 7},
    ]
    assert findings.migration(rows).params == {"up": 3, "down": 2}
    assert findings.migration([]) is None


@given(st.floats(0, 1))
def test_the_share_of_an_even_firm_is_the_share_of_its_people(people):
    even = [{"customers": n / 10, "value": n / 10} for n in range(11)]
    assert findings.share_at(even, people) == pytest.approx(people)


def test_the_accuracy_is_that_of_the_model_in_use():
    card = {
        "chosen": "m",
        "holdout": {"days": 90, "models": {"m": {"bias_pct": -4.0}, "other": {"bias_pct": 9}}},
    }
    assert findings.accuracy(card).params == {"bias": -0.04, "days": 90}
    assert findings.accuracy({}) is None
