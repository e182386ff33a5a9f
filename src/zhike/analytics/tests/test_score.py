"""Everything in one call: shapes, edge cases, the backtest and the model card."""

import dataclasses
import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.analytics import (
    BASES,
    BGNBD,
    MODELS,
    RFM_CELLS,
    GammaGamma,
    ScoreSettings,
    Transactions,
    backtest,
    compile_kernels,
    score_customers,
    summarize,
)
from zhike.analytics.tests import factories

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def company():
    return factories.simulate_company(500)


@pytest.fixture(scope="module")
def scored(company):
    return score_customers(*company, customers=503)


def test_arrays_have_a_line_for_every_customer(scored):
    for field in dataclasses.fields(scored):
        value = getattr(scored, field.name)
        if isinstance(value, np.ndarray):
            assert value.shape == (503,), field.name


def test_who_never_bought_has_nothing(scored):
    assert scored.orders[500:].tolist() == [0, 0, 0]
    assert scored.value[500:].tolist() == [0, 0, 0]
    assert np.isnan(scored.risk[500:]).all()
    assert scored.rfm_cell[500:].tolist() == [-1, -1, -1]
    assert scored.tier[500:].tolist() == [3, 3, 3]
    assert scored.next_day[500:].tolist() == [0, 0, 0]
    assert [BASES[code] for code in scored.basis[500:]] == ["none"] * 3


def test_scores_are_what_the_models_say(company, scored):
    summary = summarize(*company, customers=503)
    lines = np.flatnonzero(summary.orders > 0)
    history = (summary.frequency[lines], summary.recency[lines], summary.T[lines])
    model = BGNBD().fit(*history)
    spend = GammaGamma().fit(summary.frequency[lines], summary.monetary[lines])
    amount = spend.expected_spend(summary.frequency[lines], summary.monetary[lines])
    assert scored.card["chosen"] == "bg_nbd"
    assert scored.risk[lines] == pytest.approx(1 - model.p_purchase(90 / 7, *history))
    assert scored.expected_orders[lines] == pytest.approx(model.expected_purchases(365 / 7, *history))
    assert scored.expected_spend[lines] == pytest.approx(amount)
    assert scored.value[lines] == pytest.approx(model.discounted_purchases(365 / 7, 0.10, *history) * amount)


def test_intervals_surround_the_value(scored):
    buyers = scored.orders > 0
    assert (scored.value_low[buyers] <= scored.value_high[buyers]).all()
    assert (scored.value_low >= 0).all()
    likely = scored.expected_orders >= 1
    assert likely.sum() > 100
    assert (scored.value_low <= scored.value)[likely].all()
    assert (scored.value <= scored.value_high)[likely].all()


def test_margin_and_discount_scale_the_value(company, scored):
    half = score_customers(*company, customers=503, settings=ScoreSettings(margin=0.5, holdout_days=0))
    assert half.value == pytest.approx(scored.value / 2)
    dear = score_customers(
        *company, customers=503, settings=ScoreSettings(annual_discount=0.5, holdout_days=0)
    )
    buyers = scored.value > 1e-6
    assert (dear.value[buyers] < scored.value[buyers]).all()


def test_the_same_input_gives_the_same_output(company, scored):
    again = score_customers(*company, customers=503)
    assert again.value.tolist() == scored.value.tolist()
    assert again.tier.tolist() == scored.tier.tolist()


def test_the_order_of_rows_does_not_matter(company, scored):
    order = np.random.default_rng(0).permutation(company[0].size)
    mixed = score_customers(*(column[order] for column in company), customers=503)
    assert mixed.value == pytest.approx(scored.value, rel=1e-6)
    assert mixed.r.tolist() == scored.r.tolist()


def test_tiers_remember_the_last_run(company, scored):
    again = score_customers(
        *company, customers=503, previous_tier=scored.tier, previous_proposal=scored.tier_proposal
    )
    assert again.tier.tolist() == scored.tier.tolist()


def test_dates_and_day_numbers_are_the_same(company):
    customer, day, amount = (column[:300] for column in company)
    dates = (day - 719_163).astype("datetime64[D]")
    as_of = dt.date.fromordinal(int(day.max()) + 3)
    by_dates = score_customers(customer, dates, amount, as_of=as_of)
    by_numbers = score_customers(customer, day, amount, as_of=as_of.toordinal())
    assert by_dates.value.tolist() == by_numbers.value.tolist()


# ---------------------------------------------------------------- thin data


@pytest.mark.parametrize(
    ("customer", "day", "amount"),
    [
        ([], [], []),
        ([0], [730_000], [5.0]),
        ([0], [730_000], [0.0]),
        ([0], [730_000], [-5.0]),
        ([0, 0], [730_000, 730_000], [5.0, -5.0]),
        ([0] * 9, list(range(730_000, 730_009)), [1.0] * 9),
        (list(range(99)), [730_000] * 99, [1.0] * 99),
        (list(range(99)) * 2, [730_000] * 99 + [730_030] * 99, [7.0] * 198),
    ],
    ids=["nothing", "one", "free", "refund", "returned", "one who returns", "all once", "all alike"],
)
def test_thin_data_give_finite_scores_and_say_so(customer, day, amount):
    result = score_customers(customer, day, amount, customers=100)
    for name in ("value", "value_low", "value_high", "expected_orders", "expected_spend"):
        assert np.isfinite(getattr(result, name)).all(), name
    buyers = result.orders > 0
    assert ((result.risk[buyers] >= 0) & (result.risk[buyers] <= 1)).all()
    json.dumps(result.card, allow_nan=False)
    codes = {caveat["code"] for caveat in result.card["caveats"]}
    assert codes & {"thin_data", "no_purchases", "no_repeat", "short_history"}


def test_the_plain_rule_prefers_who_buys_often_and_lately():
    customer = [0] * 6 + [1] * 2 + [2] * 6
    day = [730_000 + 30 * k for k in range(6)] + [730_000, 730_150] + [729_000 + 30 * k for k in range(6)]
    result = score_customers(customer, day, [10.0] * 14, as_of=730_155)
    assert result.card["fallback"] == "thin_data"
    assert {BASES[code] for code in result.basis} == {"rule"}
    assert result.value[0] > result.value[1] > 0
    assert result.value[0] > result.value[2]
    assert result.risk[2] > result.risk[0]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 900), st.floats(-500, 1e6)), min_size=1, max_size=300
    )
)
def test_any_rows_give_scores_within_bounds(rows):
    customer, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    result = score_customers(
        customer, day + 730_000, amount, customers=31, settings=ScoreSettings(holdout_days=60)
    )
    assert np.isfinite(result.value).all()
    assert (result.value >= 0).all()
    buyers = result.orders > 0
    assert ((result.p_alive[buyers] >= 0) & (result.p_alive[buyers] <= 1)).all()
    assert ((result.r[buyers] >= 1) & (result.r[buyers] <= 5)).all()
    assert ((result.rfm_cell[buyers] >= 0) & (result.rfm_cell[buyers] < len(RFM_CELLS))).all()
    json.dumps(result.card, allow_nan=False)


# ---------------------------------------------------------------- the backtest and the card


def test_the_backtest_knows_nothing_of_the_days_it_is_judged_on(company):
    customer, day, amount = company
    end = int(day.max())
    rows = Transactions.sort(customer, day, amount, 500)
    honest = backtest(rows, end, 90, ["bg_nbd"])
    # The same past with another future: other outcomes, the same forecasts.
    kept = (day <= end - 90) | (customer % 2 == 0)
    other = backtest(Transactions.sort(customer[kept], day[kept], amount[kept], 500), end, 90, ["bg_nbd"])
    assert [g["predicted"] for g in honest.calibration] == [g["predicted"] for g in other.calibration]
    assert other.orders < honest.orders


def test_the_model_beats_the_simple_guesses_where_its_story_is_true():
    x, t_x, age = factories.simulate_bg(4000, longest=100, seed=3)
    random = np.random.default_rng(3)
    # Transactions with these histories: purchases in between are spread evenly.
    customer = np.repeat(np.arange(4000), x.astype(int) + 1)
    share = random.random(customer.size)
    first = np.r_[True, customer[1:] != customer[:-1]]
    last = np.r_[customer[1:] != customer[:-1], True]
    share[last], share[first] = 1.0, 0.0
    day = 730_700 - np.round(age[customer] * 7) + np.round(share * t_x[customer] * 7)
    rows = Transactions.sort(customer, day.astype(np.int64), np.ones(customer.size), 4000)
    found = backtest(rows, 730_700, 120, ["bg_nbd"])
    assert found.models["bg_nbd"]["rmse"] < found.baselines["past_rate"]["rmse"]
    assert found.models["bg_nbd"]["brier"] < found.baselines["recency_only"]["brier"]
    assert found.models["bg_nbd"]["auc_any_purchase"] > 0.75
    assert abs(found.models["bg_nbd"]["bias_pct"]) < 15


def test_the_next_purchase_beats_the_median_gap(company):
    rows = Transactions.sort(*company, 500)
    found = backtest(rows, int(company[1].max()), 90, ["bg_nbd"]).next_purchase
    assert found["mae_days"] < found["baseline_median_gap_mae_days"]
    assert 0.7 < found["interval80_coverage"] < 0.95


def test_too_short_a_past_is_not_judged(company):
    rows = Transactions.sort(*company, 500)
    assert backtest(rows, int(company[1].max()), 5000, ["bg_nbd"]) is None


def test_the_best_model_of_the_backtest_is_used(company):
    result = score_customers(*company, settings=ScoreSettings(models=tuple(MODELS)))
    errors = {name: found["rmse"] for name, found in result.card["holdout"]["models"].items()}
    assert errors[result.card["chosen"]] <= min(errors.values()) * 1.001


def test_the_card_says_what_it_rests_on(company, scored):
    card = json.loads(json.dumps(scored.card, allow_nan=False))
    assert card["data"]["orders"] == int(scored.orders.sum())
    assert card["data"]["customers"] == 500
    assert set(card["models"]) == {"bg_nbd", "gamma_gamma"}
    assert set(card["models"]["bg_nbd"]["params"]) == {"r", "alpha", "a", "b"}
    assert card["holdout"]["days"] == 90
    assert {"code": "single_model", "params": {"model": "bg_nbd"}} in card["caveats"]


def test_a_wrong_forecast_is_confessed(company):
    customer, day, amount = company
    end = int(day.max())
    # A shop that closed two months ago: everything that is forecast is wrong.
    kept = day < end - 60
    result = score_customers(
        customer[kept], day[kept], amount[kept], as_of=end, settings=ScoreSettings(holdout_days=59)
    )
    codes = {caveat["code"] for caveat in result.card["caveats"]}
    assert codes & {"holdout_too_short", "holdout_bias"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"settings": {"models": ("prophet",)}}, "'prophet' is unknown; known are bg_nbd"),
        ({"settings": {"models": ()}}, "models is empty"),
        ({"settings": {"tier_shares": (0.9, 0.2)}}, "together they must be 1"),
        ({"settings": {"margin": -1}}, "margin is -1"),
        ({"previous_tier": [1, 2, 3]}, "previous_tier has the shape"),
        ({"customers": 3}, r"customer\[\d+\] is 3"),
    ],
)
def test_wrong_settings_are_named(company, arguments, message):
    arguments = dict(arguments)
    wanted = arguments.pop("settings", {})
    with pytest.raises(ValueError, match=message):
        score_customers(*company, settings=ScoreSettings(**wanted), **arguments)


def test_kernels_can_be_compiled_ahead():
    assert compile_kernels(tuple(MODELS)) >= 0
