"""BG/NBD, MBG/NBD and Pareto/NBD against brute force, and what must hold for any data."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.special import betaln, gammaln

from zhike.analytics import BGNBD, MBGNBD, NotFittedError, ParetoNBD
from zhike.analytics.tests import factories

pytestmark = pytest.mark.pure
MODELS = [BGNBD, MBGNBD, ParetoNBD]
LAST = {"bg_nbd": "b", "mbg_nbd": "b", "pareto_nbd": "beta"}


def with_params(model, values):
    """A model with given parameters, as if fitted."""
    made = model()
    made.params_ = dict(zip(model.parameters, values, strict=True))
    return made


HISTORIES = ([0.0, 1, 2, 7, 30], [0.0, 4, 30.4, 12, 50], [10.0, 40, 38.9, 39, 52])
SETS = [(0.243, 4.414, 0.793, 2.426), (1.3, 12.0, 1.0, 3.0), (0.6, 8.0, 2.2, 0.7)]


# ---------------------------------------------------------------- brute force


def brute_bg(params, x, t_x, age, early):
    """ln L by integrating the individual likelihood over lambda and p on a grid."""
    r, alpha, a, b = params

    def given_p(p):
        stay = (1 - p) ** (x + early) * (alpha + age) ** -(r + x)
        left = p * (1 - p) ** (x + early - 1) * (alpha + t_x) ** -(r + x) if x + early > 0 else 0.0
        return (stay + left) * np.exp(-betaln(a, b)) * p ** (a - 1) * (1 - p) ** (b - 1)

    total = sum(
        integrate.quad(given_p, low, high, limit=500, epsabs=0, epsrel=1e-10)[0]
        for low, high in ((0, 1e-6), (1e-6, 0.01), (0.01, 0.5), (0.5, 0.99), (0.99, 1))
    )
    return np.log(total) + gammaln(r + x) - gammaln(r) + r * np.log(alpha)


def brute_pareto(params, x, t_x, age):
    """ln L by integrating over lambda and mu."""
    r, alpha, s, beta = params

    def given_mu(mu):
        # Over lambda in closed form; over the moment of leaving by quadrature.
        stay = np.exp(-mu * age) * (alpha + age) ** -(r + x)
        left = integrate.quad(
            lambda u: mu * np.exp(-mu * u) * (alpha + u) ** -(r + x), t_x, age, epsrel=1e-10
        )[0]
        return (stay + left) * np.exp(s * np.log(beta) - gammaln(s)) * mu ** (s - 1) * np.exp(-beta * mu)

    edges = (0, 1e-8, 1e-4, 1e-2, 0.1, 0.5, 2, 8)
    total = sum(
        integrate.quad(given_mu, low, high, limit=400, epsabs=0, epsrel=1e-9)[0]
        for low, high in itertools.pairwise(edges)
    )
    return np.log(total) + gammaln(r + x) - gammaln(r) + r * np.log(alpha)


@pytest.mark.parametrize("params", SETS)
@pytest.mark.parametrize(("model", "early"), [(BGNBD, 0), (MBGNBD, 1)])
def test_likelihood_is_the_integral_over_rates_and_dropouts(model, early, params):
    for x, t_x, age in zip(*HISTORIES, strict=True):
        value, _ = objective(model, [x], [t_x], [age])(np.log(params))
        assert -value == pytest.approx(brute_bg(params, x, t_x, age, early), rel=1e-7)


@pytest.mark.parametrize(
    "params", [(0.553, 10.58, 0.606, 11.67), (1.2, 9.0, 1.5, 6.0), (0.9, 3.0, 0.8, 20.0)]
)
def test_likelihood_of_pareto_nbd_is_the_integral(params):
    for x, t_x, age in zip(*HISTORIES, strict=True):
        value, _ = objective(ParetoNBD, [x], [t_x], [age])(np.log(params))
        assert -value == pytest.approx(brute_pareto(params, x, t_x, age), rel=1e-6)


def objective(model, x, t_x, age, weights=None):
    from zhike.analytics import checks
    from zhike.analytics.grouping import group

    x, t_x, age = checks.history(x, t_x, age)
    return model()._objective(group(x, t_x, age, checks.weights(weights, x.size)))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("params", [*SETS, (1e-3, 300.0, 50.0, 4000.0), (80.0, 900.0, 0.01, 0.02)])
def test_gradient_is_that_of_the_likelihood(model, params):
    value = objective(model, *HISTORIES)
    point = np.log(params)
    _, gradient = value(point)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5
        slope = (value(point + step)[0] - value(point - step)[0]) / 2e-5
        assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("params", SETS)
def test_predictions_are_what_happens_in_a_simulation_of_those_alive(model, params):
    """Simulate the future of customers alive at T with the posterior rates; compare mean and P(any)."""
    made = with_params(model, params)
    x, _, age, t = 3.0, 20.0, 30.0, 26.0
    size = 400_000
    random = np.random.default_rng(5)
    rate = random.gamma(params[0] + x, 1 / (params[1] + age), size)
    if model is ParetoNBD:
        lived = np.minimum(random.exponential(1 / random.gamma(params[2], 1 / (params[3] + age), size)), t)
        count = random.poisson(rate * lived)
    else:
        leaves = random.beta(params[2], params[3] + x + made.early_chances, size)
        count = np.minimum(random.poisson(rate * t), random.geometric(np.maximum(leaves, 1e-12)))
    expected = made._alive_purchases(t, np.array([x]), np.array([age]))[0]
    error = 5 * count.std() / np.sqrt(size)
    assert expected == pytest.approx(count.mean(), abs=error)
    some = made._alive_p_purchase(t, np.array([x]), np.array([age]))[0]
    assert some == pytest.approx((count > 0).mean(), abs=5 / np.sqrt(size))


@pytest.mark.parametrize("a", [0.003, 0.5, 1.0, 1.0 + 1e-9, 1.7, 30.0, 2000.0])
@pytest.mark.parametrize("b", [0.4, 3.0, 900.0])
@pytest.mark.parametrize("r", [0.05, 0.8, 50.0])
def test_both_forms_of_expected_purchases_agree_with_quadrature(a, b, r):
    made = with_params(BGNBD, (r, 10.0, a, b))
    for x, age, t in ((0.0, 0.0, 52.0), (3.0, 40.0, 1.0), (3.0, 40.0, 600.0), (250.0, 40.0, 52.0)):
        got = made._alive_purchases(t, np.array([x]), np.array([age]))[0]
        assert got == pytest.approx(brute_alive(r, 10.0, a, b + x, r + x, age, t), rel=1e-7)


def brute_alive(r, alpha, a, b, shape, age, t):
    """E[(1 - e^(-lambda p t))/p] over lambda and p, in the logit of p; below e^-700 in closed form."""
    ratio = t / (alpha + age)

    def integrand(logit):
        p, q = 1 / (1 + np.exp(-logit)), 1 / (1 + np.exp(logit))
        density = np.exp(a * np.log(p) + b * np.log(q) - betaln(a, b))
        return density * -np.expm1(-shape * np.log1p(ratio * p)) / p

    middle, width = np.log(a / b), (1 / a + 1 / b) ** 0.5
    edges = [-700, -200, -50, -20, -5, 0, 5, 20, 60]
    if width < 3:
        edges = [middle + k * width for k in (-400, -40, -10, 0, 10, 40, 400)]
        edges = [edge for edge in edges if abs(edge) < 700]
    found = sum(
        integrate.quad(integrand, low, high, limit=400, epsabs=0, epsrel=1e-11)[0]
        for low, high in itertools.pairwise(edges)
    )
    return found + (shape * ratio * np.exp(-700 * a - betaln(a, b)) / a if width >= 3 else 0.0)


# ---------------------------------------------------------------- fits


@pytest.mark.parametrize("model", MODELS)
def test_fit_finds_a_maximum(model):
    x, t_x, age = factories.simulate_bg(3000)
    made = model().fit(x, t_x, age)
    assert made.converged_
    value = objective(model, x, t_x, age)
    best = np.log(list(made.params_.values()))
    for i in range(4):
        for step in (-0.05, 0.05):
            moved = best.copy()
            moved[i] += step
            assert value(moved)[0] > -made.log_likelihood_


def test_bg_nbd_finds_the_parameters_that_made_the_data():
    made = BGNBD().fit(*factories.simulate_bg(60_000, seed=9))
    truth = {"r": 0.6, "alpha": 8.0, "a": 0.8, "b": 2.5}
    for name, value in truth.items():
        # Days are rounded up, which moves alpha by half a day.
        assert abs(made.params_[name] - value) < 4 * made.standard_errors_[name] + 0.08 * (name == "alpha")


@pytest.mark.parametrize("model", [BGNBD, ParetoNBD])
def test_large_data_reach_the_same_maximum_by_way_of_a_sample(model, monkeypatch):
    x, t_x, age = factories.simulate_bg(8000, seed=4)
    plain = model().fit(x, t_x, age)
    monkeypatch.setattr("zhike.analytics.buying.SAMPLE_FROM", 1000)
    monkeypatch.setattr("zhike.analytics.buying.SAMPLE_ROWS", 1500)
    sampled = model().fit(x, t_x, age)
    assert sampled.converged_
    assert sampled.log_likelihood_ == pytest.approx(plain.log_likelihood_, abs=1e-5)
    assert list(sampled.params_.values()) == pytest.approx(list(plain.params_.values()), rel=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_weights_are_repetition(model):
    x, t_x, age = factories.simulate_bg(300, seed=2)
    times = np.random.default_rng(0).integers(1, 4, 300)
    grouped = model().fit(x, t_x, age, weights=times)
    expanded = model().fit(*(np.repeat(column, times) for column in (x, t_x, age)))
    assert grouped.log_likelihood_ == pytest.approx(expanded.log_likelihood_, rel=1e-9)
    assert list(grouped.params_.values()) == pytest.approx(list(expanded.params_.values()), rel=1e-3)


@pytest.mark.parametrize("model", [BGNBD, ParetoNBD])
def test_the_unit_of_time_only_scales_the_time_parameters(model):
    x, t_x, age = factories.simulate_bg(2000, seed=6)
    weeks, days = model().fit(x, t_x, age), model().fit(x, t_x * 7, age * 7)
    assert days.params_["r"] == pytest.approx(weeks.params_["r"], rel=2e-3)
    assert days.params_["alpha"] == pytest.approx(7 * weeks.params_["alpha"], rel=2e-3)
    assert days.log_likelihood_ == pytest.approx(weeks.log_likelihood_ - x.sum() * np.log(7), rel=1e-8)
    assert days.expected_purchases(70, [2], [70], [140]) == pytest.approx(
        weeks.expected_purchases(10, [2], [10], [20]), rel=2e-3
    )


@pytest.mark.parametrize("model", MODELS)
def test_a_thousand_times_as_many_purchases_still_converge(model):
    x, t_x, age = factories.simulate_bg(2000, seed=8)
    made = model().fit(x * 1000, t_x, age)
    assert made.converged_
    assert np.isfinite(made.log_likelihood_)
    assert np.isfinite(made.expected_purchases(52, x * 1000, t_x, age)).all()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "history",
    [
        ([3], [10], [12]),
        ([0], [0], [0]),
        ([0] * 20, [0] * 20, [5.0] * 20),
        ([2] * 20, [4.0] * 20, [9.0] * 20),
        ([1, 1], [0.0, 0.0], [0.0, 0.0]),
        ([10**6, 0], [51.0, 0], [52.0, 52.0]),
    ],
    ids=["one", "today", "all once", "all alike", "no time", "absurd"],
)
def test_data_that_settle_nothing_give_finite_answers(model, history):
    made = model().fit(*history)
    numbers = [*made.params_.values(), made.log_likelihood_]
    assert np.isfinite(numbers).all()
    for found in (
        made.expected_purchases(52, *history),
        made.p_alive(*history),
        made.p_purchase(13, *history),
        made.discounted_purchases(52, 0.1, *history),
    ):
        assert np.isfinite(found).all()
        assert (found >= 0).all()


@pytest.mark.parametrize("model", MODELS)
def test_nobody_coming_back_is_not_called_converged(model):
    assert not model().fit([0] * 30, [0] * 30, np.arange(30.0)).converged_


def test_a_very_frequent_customer_is_no_trap():
    """Hypergeometric forms overflow here."""
    made = with_params(BGNBD, (0.243, 4.414, 0.793, 2.426))
    history = ([221], [103.43], [103.57])
    assert 0.99 < made.p_alive(*history)[0] < 1
    assert 50 < made.expected_purchases(52, *history)[0] < 221 / 103.57 * 52


# ---------------------------------------------------------------- what always holds

histories = st.lists(
    st.tuples(st.integers(0, 400), st.floats(0, 1), st.floats(0, 300)), min_size=1, max_size=30
).map(
    lambda rows: tuple(
        np.array(column) for column in zip(*[(x, s * age, age) for x, s, age in rows], strict=True)
    )
)
parameters = st.tuples(*[st.floats(0.02, 50.0)] * 4)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=60, deadline=None)
@given(history=histories, params=parameters, horizon=st.floats(0, 300))
def test_probabilities_and_expectations_are_in_their_bounds(model, history, params, horizon):
    made = with_params(model, params)
    x, _, age = history
    alive, some = made.p_alive(*history), made.p_purchase(horizon, *history)
    expected = made.expected_purchases(horizon, *history)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert ((some >= 0) & (some <= alive + 1e-9)).all()
    assert (some <= expected + 1e-9).all()
    most = (params[0] + x) / (params[1] + age) * horizon
    assert (expected <= most * (1 + 1e-9) + 1e-9).all()


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=40, deadline=None)
@given(history=histories, params=parameters, horizon=st.floats(0.1, 150), more=st.floats(1.01, 3))
def test_longer_horizons_bring_more(model, history, params, horizon, more):
    made = with_params(model, params)
    near, far = (made.expected_purchases(h, *history) for h in (horizon, horizon * more))
    assert (far >= near * (1 - 1e-9)).all()
    some, later = (made.p_purchase(h, *history) for h in (horizon, horizon * more))
    assert (later >= some - 1e-9).all()
    discounted = made.discounted_purchases(horizon, 0.1, *history)
    assert (discounted <= near * (1 + 1e-9)).all()
    assert made.discounted_purchases(horizon, 0.0, *history) == pytest.approx(near, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=40, deadline=None)
@given(params=parameters, x=st.integers(1, 200), age=st.floats(1, 200), share=st.floats(0.05, 0.9))
def test_silence_makes_it_less_likely_that_somebody_is_still_there(model, params, x, age, share):
    made = with_params(model, params)
    earlier, later = made.p_alive([x, x], [age * share, age * (share + 0.1)], [age, age])
    assert earlier <= later + 1e-12


@pytest.mark.parametrize("model", MODELS)
def test_order_and_company_of_rows_do_not_matter(model):
    x, t_x, age = factories.simulate_bg(500, seed=11)
    made = with_params(model, SETS[0])
    alone = np.array(
        [made.expected_purchases(30, x[i : i + 1], t_x[i : i + 1], age[i : i + 1])[0] for i in range(500)]
    )
    assert made.expected_purchases(30, x, t_x, age) == pytest.approx(alone, rel=1e-12)


# ---------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (([1, -1], [1, 1], [2, 2]), r"frequency\[1\] is -1.0: negative"),
        (([1, 2], [1, np.nan], [2, 2]), r"recency\[1\] is nan: not a finite"),
        (([1, 2], [1, 1], [2, np.inf]), r"T\[1\] is inf"),
        (([1, 0.5], [1, 0], [2, 2]), r"frequency\[1\] is 0.5: .* whole"),
        (([1, 2], [1, 3], [2, 2]), r"recency\[1\] is 3.0 but T\[1\] is 2.0"),
        (([1, 2], [1], [2, 2]), r"recency has 1 values where 2"),
        (([[1, 2]], [1, 2], [2, 2]), r"frequency has 2 dimensions"),
        ((["x"], [1], [2]), r"frequency: could not convert"),
        (([], [], []), r"frequency is empty"),
    ],
)
@pytest.mark.parametrize("model", MODELS)
def test_wrong_input_is_named(model, history, message):
    with pytest.raises(ValueError, match=message):
        model().fit(*history)


def test_predictions_want_a_fitted_model_and_a_sane_horizon():
    with pytest.raises(NotFittedError, match="BGNBD has not been fitted"):
        BGNBD().p_alive([1], [1], [2])
    with pytest.raises(ValueError, match="horizon is -1"):
        with_params(BGNBD, SETS[0]).expected_purchases(-1, [1], [1], [2])
