"""Measures of a forecast against their definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.analytics import metrics

pytestmark = pytest.mark.pure


def test_by_hand():
    actual, predicted = np.array([0.0, 2, 4]), np.array([1.0, 2, 2])
    assert metrics.mae(actual, predicted) == 1.0
    assert metrics.rmse(actual, predicted) == pytest.approx((5 / 3) ** 0.5)
    assert metrics.bias_pct(actual, predicted) == pytest.approx(-100 / 6)
    assert metrics.brier(actual, np.array([0.5, 1.0, 1.0])) == pytest.approx(0.25 / 3)
    assert metrics.correlation(actual, actual * 3 + 1) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(rows):
    happened, score = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    yes, no = score[happened > 0], score[happened == 0]
    found = metrics.auc(happened, score)
    if not (yes.size and no.size):
        assert np.isnan(found)
        return
    pairs = [(a > b) + 0.5 * (a == b) for a, b in itertools.product(yes, no)]
    assert found == pytest.approx(np.mean(pairs))


def test_gini_of_a_perfect_order_and_of_none():
    spent = np.array([0.0, 0, 0, 10])
    assert metrics.normalized_gini(spent, spent) == pytest.approx(1.0)
    assert metrics.normalized_gini(spent, np.zeros(4)) == pytest.approx(0.0)
    assert metrics.normalized_gini(spent, -spent) < 0


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 4)), min_size=2, max_size=40), st.randoms())
def test_gini_does_not_depend_on_the_order_of_rows(rows, shuffle):
    first = metrics.normalized_gini(*(np.array(c, dtype=float) for c in zip(*rows, strict=True)))
    shuffle.shuffle(rows)
    again = metrics.normalized_gini(*(np.array(c, dtype=float) for c in zip(*rows, strict=True)))
    assert again == pytest.approx(first, nan_ok=True, abs=1e-9)


def test_undefined_is_nan_not_an_error():
    nothing = np.zeros(3)
    assert np.isnan(metrics.bias_pct(nothing, nothing))
    assert np.isnan(metrics.correlation(nothing, np.arange(3.0)))
    assert np.isnan(metrics.normalized_gini(nothing, np.arange(3.0)))
    assert np.isnan(metrics.mae(np.empty(0), np.empty(0)))
