"""RFM: scores by quantiles or own breaks, named cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.analytics import RFM, RFM_CELLS

pytestmark = pytest.mark.pure


def test_equal_parts_when_all_differ():
    values = np.random.default_rng(1).permutation(1000)
    scores = RFM(bins=5).score(values, values, values)
    assert np.bincount(scores.f).tolist() == [0, 200, 200, 200, 200, 200]
    assert np.bincount(scores.r).tolist() == [0, 200, 200, 200, 200, 200]


def test_recent_often_and_much_are_the_high_scores():
    scores = RFM(bins=2).score([1, 100], [9, 1], [500.0, 20.0])
    assert scores.r.tolist() == [2, 1]
    assert scores.f.tolist() == [2, 1]
    assert scores.m.tolist() == [2, 1]
    assert scores.names.tolist() == ["champion", "lost"]


def test_equal_customers_get_equal_scores():
    scores = RFM().score([10] * 80 + [1] * 20, [1] * 80 + [2] * 20, [5.0] * 100)
    assert set(scores.f[:80]) == {1}
    assert set(scores.f[80:]) == {5}
    assert set(scores.m) == {1}


def test_own_breaks():
    scores = RFM(bins=3, breaks={"recency_days": [30, 90], "frequency": [1, 5]}).score(
        [30, 31, 90, 91], [1, 2, 5, 6], [1.0, 1.0, 1.0, 1.0]
    )
    assert scores.r.tolist() == [3, 2, 2, 1]
    assert scores.f.tolist() == [1, 2, 2, 3]


def test_two_periods_are_compared_with_the_same_thresholds():
    model = RFM().fit([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1.0, 2, 3, 4, 5])
    assert model.predict([1], [5], [5.0]).names.tolist() == ["champion"]
    assert model.breaks_["frequency"].tolist() == [1, 2, 3, 4]


def test_nobody():
    assert RFM().score([], [], []).cell.size == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(1, 500), st.floats(0, 1e9)), min_size=1, max_size=60
    ),
    st.integers(2, 9),
)
def test_scores_keep_the_order_and_every_cell_has_a_name(rows, bins):
    recency, frequency, monetary = (np.array(column) for column in zip(*rows, strict=True))
    scores = RFM(bins).score(recency, frequency, monetary)
    for score, values, sign in ((scores.r, recency, -1), (scores.f, frequency, 1), (scores.m, monetary, 1)):
        assert score.min() >= 1
        assert score.max() <= bins
        order = np.argsort(sign * values, kind="stable")
        assert (np.diff(score[order].astype(int)) >= 0).all()
    assert ((scores.cell >= 0) & (scores.cell < len(RFM_CELLS))).all()


def test_every_cell_can_occur_and_has_advice():
    r, fm = np.meshgrid(np.arange(5), np.arange(5))
    values = np.arange(5)
    model = RFM().fit(values, values, values)
    found = model.predict(r.ravel(), fm.ravel(), fm.ravel())
    assert set(found.names) == {cell.code for cell in RFM_CELLS}
    assert all(cell.advice for cell in RFM_CELLS)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RFM(bins=1), "bins is 1"),
        (lambda: RFM(breaks={"money": [1, 2, 3, 4]}), "'money' is unknown"),
        (lambda: RFM(breaks={"frequency": [1, 2]}), "has 2 values where 4"),
        (lambda: RFM(breaks={"frequency": [1, 2, 2, 3]}), r"\[2\]: breaks must ascend"),
        (lambda: RFM().score([1], [1, 2], [1.0]), "frequency has 2 values where 1"),
        (lambda: RFM().score([1, -4], [1, 2], [1.0, 1.0]), r"recency_days\[1\] is -4"),
        (lambda: RFM().score([1], [1], [np.inf]), r"monetary\[0\] is inf"),
        (lambda: RFM().predict([1], [1], [1.0]), "has not been fitted"),
    ],
)
def test_wrong_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
