"""Transactions become one line a customer."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.analytics import Transactions, summarize

pytestmark = pytest.mark.pure


def line(summary, customer):
    at = list(summary.customer).index(customer)
    return {name: getattr(summary, name)[at] for name in ("frequency", "recency", "T", "monetary", "amount")}


def test_a_simple_history_by_hand():
    found = summarize(
        ["ann", "ann", "ann", "bo"],
        [dt.date(2024, 1, 1), dt.date(2024, 1, 15), dt.date(2024, 1, 29), dt.date(2024, 1, 22)],
        [100.0, 50.0, 30.0, 9.0],
        as_of=dt.date(2024, 2, 5),
    )
    assert line(found, "ann") == {"frequency": 2, "recency": 4.0, "T": 5.0, "monetary": 40.0, "amount": 180.0}
    assert line(found, "bo") == {"frequency": 0, "recency": 0.0, "T": 2.0, "monetary": 0.0, "amount": 9.0}


def test_one_day_is_one_purchase():
    found = summarize([1, 1, 1], [738000, 738000, 738007], [10.0, 5.0, 8.0])
    assert found.orders.tolist() == [2]
    assert found.monetary.tolist() == [8.0]
    assert found.first_amount.tolist() == [15.0]


def test_a_refund_takes_from_the_latest_purchases_and_is_none_itself():
    found = summarize([1, 1, 1, 1], [738000, 738010, 738020, 738030], [100.0, 50.0, 40.0, -60.0])
    assert found.frequency.tolist() == [2]
    assert found.last_day.tolist() == [738020]
    # 40 of the last purchase and 20 of the one before it.
    assert found.monetary.tolist() == [15.0]
    assert found.amount.tolist() == [130.0]
    assert found.refund_rows == 1


def test_a_refund_without_purchase_is_reported_not_guessed_at():
    found = summarize([1, 1, 2], [738000, 738010, 738005], [-30.0, 50.0, -7.0])
    assert list(found.customer) == [1]
    assert found.amount.tolist() == [50.0]
    assert found.unmatched_refunds == 37.0


def test_a_refund_on_the_day_of_the_purchase_comes_after_it_in_whatever_order():
    for amounts in ([-20.0, 30.0], [30.0, -20.0]):
        found = summarize([1, 1], [738000, 738000], amounts)
        assert found.orders.tolist() == [1]
        assert found.amount.tolist() == [10.0]


def test_a_free_order_is_an_order():
    assert summarize([1, 1], [738000, 738009], [0.0, 0.0]).frequency.tolist() == [1]


def test_rows_after_as_of_are_ignored():
    found = summarize([1, 1, 2], [738000, 738010, 738011], [5.0, 5.0, 5.0], as_of=738009)
    assert list(found.customer) == [1]
    assert found.frequency.tolist() == [0]


def test_indices_keep_customers_without_a_purchase():
    found = summarize([2, 0], [738000, 738001], [5.0, 6.0], customers=4)
    assert found.orders.tolist() == [1, 0, 1, 0]
    assert found.buyers.tolist() == [True, False, True, False]
    assert found.recency_days.tolist() == [0, 0, 1, 0]


def test_no_rows_at_all():
    assert summarize([], [], [], customers=2).orders.tolist() == [0, 0]
    assert summarize([], []).customer.size == 0


def test_dates_of_every_kind():
    as_dates = summarize([1, 1], [dt.date(2024, 3, 1), dt.date(2024, 3, 8)])
    as_numpy = summarize([1, 1], np.array(["2024-03-01T23:59", "2024-03-08"], dtype="datetime64[m]"))
    assert as_dates.recency.tolist() == as_numpy.recency.tolist() == [1.0]
    assert as_dates.first_day.tolist() == as_numpy.first_day.tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [738000], [1.0, 2.0]), r"amount has 2 values where 1"),
        (([1], [738000, 738001], None), r"customer has the shape \(1,\), day \(2,\)"),
        (([1], ["2024-01-01"], [1.0]), r"day"),
        (([1, 1], [738000, 738001], [1.0, np.nan]), r"amount\[1\] is nan"),
        (([1, 1], [738000, -3], [1.0, 1.0]), r"day\[1\] is -3"),
        (([1], np.array(["NaT"], dtype="datetime64[D]"), [1.0]), r"day\[0\] is missing"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        summarize(*arguments)


def test_an_index_outside_is_named():
    with pytest.raises(ValueError, match=r"customer\[1\] is 7"):
        summarize([0, 7], [738000, 738001], [1.0, 1.0], customers=3)


transactions = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 40), st.integers(-30, 60)), min_size=1, max_size=120
)


def by_hand(rows, end):
    """The same in plain Python, with dictionaries and lists."""
    lines = {}
    for customer in {row[0] for row in rows}:
        days = {}
        for _, day, amount in sorted(row for row in rows if row[0] == customer and row[1] <= end):
            days.setdefault(day, []).append(amount)
        left = []
        for day in sorted(days):
            sold = [amount for amount in days[day] if amount >= 0]
            if sold:
                left.append([day, sum(sold)])
            refund = -sum(amount for amount in days[day] if amount < 0)
            for purchase in reversed(left):
                taken = min(refund, purchase[1])
                purchase[1] -= taken
                refund -= taken
        if left:
            lines[customer] = (len(left), left[0][0], left[-1][0], [amount for _, amount in left])
    return lines


@settings(deadline=None)
@given(rows=transactions, end=st.integers(0, 45), shuffle=st.randoms())
def test_any_transactions_in_any_order(rows, end, shuffle):
    shuffle.shuffle(rows)
    customer, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    found = summarize(customer, day + 738000, amount, as_of=738000 + end)
    truth = by_hand(rows, end)
    assert list(found.customer) == sorted(truth)
    for at, one in enumerate(found.customer):
        orders, first, last, amounts = truth[one]
        assert found.orders[at] == orders
        assert found.recency[at] == pytest.approx((last - first) / 7)
        assert found.T[at] == pytest.approx((end - first) / 7)
        assert found.amount[at] == pytest.approx(sum(amounts))
        assert found.monetary[at] == pytest.approx(np.mean(amounts[1:]) if orders > 1 else 0.0)


@settings(deadline=None)
@given(rows=transactions)
def test_gaps_between_purchases(rows):
    customer, day, _ = (np.array(column) for column in zip(*rows, strict=True))
    found = summarize(customer, day + 738000)
    for at, one in enumerate(found.customer):
        logs = np.log(np.diff(np.unique(day[customer == one])))
        if logs.size:
            assert found.log_gap_mean[at] == pytest.approx(logs.mean())
            assert found.log_gap_squares[at] == pytest.approx(((logs - logs.mean()) ** 2).sum(), abs=1e-9)


def test_a_customer_with_many_purchases_among_few():
    day = np.random.default_rng(0).permutation(500) + 738000
    found = summarize(np.zeros(500, dtype=int), day, np.ones(500))
    assert found.orders.tolist() == [500]
    assert found.amount.tolist() == [500.0]


def test_outcome_of_a_window():
    rows = Transactions.sort(
        np.array([0, 0, 0, 1]), np.array([10, 20, 20, 30]), np.array([5.0, 7.0, -3.0, 9.0]), 3
    )
    outcome = rows.outcome(10, 25)
    assert outcome.orders.tolist() == [1, 0, 0]
    assert outcome.amount.tolist() == [4.0, 0.0, 0.0]
    assert outcome.next_day.tolist() == [20, 0, 0]
