"""The likely day of the next purchase."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.analytics import NEXT_BASES, PurchaseTiming, summarize
from zhike.analytics.tests import factories

pytestmark = pytest.mark.pure
START = 730_000


def shop(*customers, crowd=30):
    """A crowd that buys every 28 to 32 days, and customers with given purchase days; as of day 400."""
    random = np.random.default_rng(2)
    histories = [np.cumsum(random.integers(28, 33, 12)) + random.integers(0, 20) for _ in range(crowd)]
    histories = [np.array(days) for days in customers] + histories
    code = np.concatenate([np.full(len(days), i) for i, days in enumerate(histories)])
    summary = summarize(code, np.concatenate(histories) + START, as_of=START + 400, customers=len(histories))
    return PurchaseTiming().fit(summary).predict(summary)


def test_a_regular_customer_is_due_one_gap_after_the_last_purchase():
    found = shop([280, 310, 340, 370, 395])
    assert abs(found.day[0] - (START + 424)) <= 3
    assert NEXT_BASES[found.basis[0]] == "own_rhythm"


def test_one_purchase_leans_on_everybody():
    found = shop([390])
    assert abs(found.day[0] - (START + 420)) <= 4
    assert NEXT_BASES[found.basis[0]] == "population"


def test_a_customer_who_is_far_too_late_is_overdue():
    found = shop([100, 130, 160])
    assert NEXT_BASES[found.basis[0]] == "overdue"
    assert found.day[0] > START + 400


def test_few_gaps_make_no_rhythm():
    summary = summarize([0, 0, 1], [START, START + 10, START + 5], customers=3)
    found = PurchaseTiming().fit(summary).predict(summary)
    assert found.day.tolist() == [0, 0, 0]
    assert set(found.basis) == {NEXT_BASES.index("none")}


def test_who_never_bought_has_no_day():
    code, day, amount = factories.simulate_company(60)
    summary = summarize(code, day, amount, customers=61)
    found = PurchaseTiming().fit(summary).predict(summary)
    assert found.day[60] == 0
    assert NEXT_BASES[found.basis[60]] == "none"
    assert (found.day[:60] > 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 900), min_size=1, max_size=15), min_size=1, max_size=20),
    st.integers(0, 3000),
)
def test_any_history_gives_days_in_order_after_as_of(histories, later):
    code = np.concatenate([np.full(len(days), i) for i, days in enumerate(histories)])
    end = START + 900 + later
    summary = summarize(code, np.concatenate(histories) + START, as_of=end, customers=len(histories))
    found = PurchaseTiming().fit(summary).predict(summary)
    some = found.basis > 0
    assert (found.low[some] > end).all()
    assert (found.low <= found.day).all()
    assert (found.day <= found.high).all()
    assert (found.high[some] <= end + 3650).all()


def test_intervals_hold_about_as_often_as_they_say():
    code, day, amount = factories.simulate_company(2500, seed=8)
    end = 730_450
    summary = summarize(code, day, amount, as_of=end, customers=2500)
    found = PurchaseTiming().fit(summary).predict(summary)
    after = np.full(2500, 10**9)
    np.minimum.at(after, code[day > end], day[day > end])
    came = (after < 10**9) & (found.basis > 0)
    inside = (after[came] >= found.low[came]) & (after[came] <= found.high[came])
    assert came.sum() > 400
    assert 0.72 < inside.mean() < 0.90
