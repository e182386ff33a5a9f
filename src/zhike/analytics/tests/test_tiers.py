"""Tiers by share of value, with hysteresis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.analytics import TierRule, assign_tiers, migration

pytestmark = pytest.mark.pure
A, B, C, D = range(4)


def test_shares_of_value_make_the_tiers():
    values = [50.0, 20, 10, 9, 6, 3, 2]
    assert assign_tiers(values).proposal.tolist() == [A, B, B, C, C, D, D]
    assert assign_tiers(values).tier.tolist() == [A, B, B, C, C, D, D]


def test_equal_customers_are_in_the_same_tier():
    assert len(set(assign_tiers([7.0] * 10).tier)) == 1


def test_who_has_no_value_is_last():
    assert assign_tiers([100.0, 0.0, 0.0]).tier.tolist() == [A, D, D]
    assert assign_tiers([0.0, 0.0]).tier.tolist() == [D, D]
    assert assign_tiers([]).tier.size == 0


@pytest.fixture
def company():
    """Values whose boundaries are 100 (A), 50 (B) and 10 (C)."""
    values = np.array([100.0] * 55 + [50.0] * 65 + [10.0] * 150 + [1.0] * 450)
    assert assign_tiers(values).boundaries.tolist() == [100.0, 50.0, 10.0]
    return values


def changed(company, value, tier, pending=-1):
    """The tier of one more customer with this value, who was in a tier before."""
    values = np.append(company, value)
    before = np.append(assign_tiers(company).tier, tier)
    proposals = np.append(np.full(company.size, -1), pending)
    return int(assign_tiers(values, before, proposals).tier[-1])


def test_a_little_past_the_boundary_changes_nothing_at_first(company):
    assert changed(company, 104.0, B) == B
    assert changed(company, 95.0, A) == A


def test_ten_percent_past_the_boundary_changes_at_once(company):
    assert changed(company, 111.0, B) == A
    assert changed(company, 89.0, A) == B


def test_twice_in_a_row_changes_too(company):
    assert changed(company, 104.0, B, pending=A) == A
    assert changed(company, 95.0, A, pending=B) == B


def test_one_run_up_and_one_down_is_no_row(company):
    assert changed(company, 104.0, B, pending=C) == B


def test_a_leap_goes_as_far_as_it_is_sure_of(company):
    # Surely past B (50), not surely past A (100).
    assert changed(company, 104.0, D) == B
    assert changed(company, 104.0, D, pending=B) == B
    assert changed(company, 104.0, D, pending=A) == A
    assert changed(company, 0.0, A) == D


def test_new_customers_get_what_their_value_says(company):
    assert changed(company, 104.0, -1) == A


def test_hysteresis_can_be_off(company):
    values = np.append(company, 101.0)
    result = assign_tiers(values, np.append(assign_tiers(company).tier, B), rule=TierRule(repeats=1))
    assert result.tier[-1] == A


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=80),
    st.integers(0, 2**32 - 1),
)
def test_every_tier_stays_between_where_it_was_and_what_the_value_says(values, seed):
    random = np.random.default_rng(seed)
    before, pending = random.integers(-1, 4, (2, len(values)))
    result = assign_tiers(values, before, pending)
    known = before >= 0
    low = np.minimum(before, result.proposal)[known]
    high = np.maximum(before, result.proposal)[known]
    assert ((result.tier[known] >= low) & (result.tier[known] <= high)).all()
    assert (result.tier[~known] == result.proposal[~known]).all()


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=80), st.floats(0.001, 1000))
def test_better_customers_are_never_lower_and_the_unit_does_not_matter(values, unit):
    proposal = assign_tiers(values).proposal
    order = np.argsort(values, kind="stable")
    assert (np.diff(proposal[order].astype(int)) <= 0).all()
    # Powers of two keep every digit, so that no tie is made or broken by rounding.
    scaled = 2.0 ** round(np.log2(unit))
    assert assign_tiers(np.array(values) * scaled).proposal.tolist() == proposal.tolist()


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=80))
def test_the_best_bring_their_share(values):
    result = assign_tiers(values)
    total, reached = sum(values), 0.0
    for place, share in enumerate((0.5, 0.8, 0.95)):
        reached = np.array(values)[result.proposal <= place].sum()
        assert reached >= share * total * (1 - 1e-9)


def test_the_same_again_changes_nothing(company):
    first = assign_tiers(company)
    again = assign_tiers(company, first.tier, first.proposal)
    assert again.tier.tolist() == first.tier.tolist()


def test_migration_counts_everybody_once():
    table = migration([0, 1, 1, -1], [0, 0, 1, 3])
    assert table.sum() == 4
    assert table[1, 0] == 1
    assert table[4, 3] == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TierRule(shares=(0.5, 0.3)), "together they must be 1"),
        (lambda: TierRule(shares=(1.5, -0.5)), "shares from 0 to 1"),
        (lambda: TierRule(margin=1.0), "margin is 1.0"),
        (lambda: TierRule(repeats=3), "repeats is 3"),
        (lambda: assign_tiers([1.0, -2.0]), r"value\[1\] is -2.0"),
        (lambda: assign_tiers([1.0], [1, 2]), r"previous_tier has the shape \(2,\)"),
        (lambda: assign_tiers([1.0], [9]), r"previous_tier\[0\] is 9"),
    ],
)
def test_wrong_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
