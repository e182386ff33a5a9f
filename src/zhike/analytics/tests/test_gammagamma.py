"""Gamma-Gamma against brute force, and what must hold for any amounts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from zhike.analytics import GammaGamma, NotFittedError
from zhike.analytics.gammagamma import _Likelihood
from zhike.analytics.grouping import histories

pytestmark = pytest.mark.pure


def simulate(size, *, p=6.25, q=3.74, gamma=15.44, seed=1):
    random = np.random.default_rng(seed)
    x = random.geometric(0.4, size)
    rate = random.gamma(q, 1 / gamma, size)
    return x, random.gamma(p * x, 1 / (rate * x))


def with_params(p, q, gamma, mean=30.0):
    made = GammaGamma()
    made.params_, made.mean_ = {"p": p, "q": q, "gamma": gamma}, mean
    return made


@pytest.mark.parametrize("params", [(6.25, 3.74, 15.44), (0.7, 1.2, 400.0)])
@pytest.mark.parametrize(("x", "m"), [(1.0, 20.0), (4.0, 55.5), (40.0, 8.0)])
def test_likelihood_is_the_integral_over_rates(params, x, m):
    p, q, gamma = params
    found = integrate.quad(
        lambda v: stats.gamma.pdf(m, p * x, scale=1 / (v * x)) * stats.gamma.pdf(v, q, scale=1 / gamma),
        0,
        np.inf,
        epsabs=0,
        epsrel=1e-10,
        limit=400,
    )[0]
    data = histories(np.array([x]), np.array([m]), np.array([m]), np.ones(1))
    value, _ = _Likelihood(data, 1.0)(np.log(params))
    assert -value == pytest.approx(np.log(found), rel=1e-7)


def test_gradient_is_that_of_the_likelihood():
    x, m = simulate(50)
    value = _Likelihood(histories(x.astype(float), m, m, np.ones(50)), 12.0)
    point = np.log([2.0, 5.0, 3.0])
    _, gradient = value(point)
    for i in range(3):
        step = np.zeros(3)
        step[i] = 1e-5
        assert gradient[i] == pytest.approx(
            (value(point + step)[0] - value(point - step)[0]) / 2e-5, rel=1e-6
        )


def test_it_finds_the_parameters_that_made_the_data():
    made = GammaGamma().fit(*simulate(40_000))
    for name, value in {"p": 6.25, "q": 3.74, "gamma": 15.44}.items():
        assert abs(made.params_[name] - value) < 4 * made.standard_errors_[name]
    assert made.converged_


def test_a_sample_first_gives_the_same_maximum(monkeypatch):
    x, m = simulate(5000)
    plain = GammaGamma().fit(x, m)
    monkeypatch.setattr("zhike.analytics.gammagamma.SAMPLE_FROM", 1000)
    monkeypatch.setattr("zhike.analytics.gammagamma.SAMPLE_ROWS", 1000)
    assert GammaGamma().fit(x, m).log_likelihood_ == pytest.approx(plain.log_likelihood_, abs=1e-5)


def test_weights_are_repetition():
    x, m = simulate(200)
    times = np.random.default_rng(0).integers(0, 4, 200)
    grouped = GammaGamma().fit(x, m, weights=times)
    expanded = GammaGamma().fit(np.repeat(x, times), np.repeat(m, times))
    assert grouped.log_likelihood_ == pytest.approx(expanded.log_likelihood_, rel=1e-9)


def test_the_currency_only_scales_gamma():
    x, m = simulate(3000)
    yuan, fen = GammaGamma().fit(x, m), GammaGamma().fit(x, m * 100)
    assert fen.params_["p"] == pytest.approx(yuan.params_["p"], rel=1e-4)
    assert fen.params_["gamma"] == pytest.approx(100 * yuan.params_["gamma"], rel=1e-4)
    assert fen.expected_spend([3], [4000.0]) == pytest.approx(
        100 * yuan.expected_spend([3], [40.0]), rel=1e-4
    )


@settings(max_examples=100)
@given(
    st.floats(0.05, 50),
    st.floats(1.05, 50),
    st.floats(0.1, 1e4),
    st.integers(1, 500),
    st.floats(0.01, 1e5),
)
def test_expected_spend_lies_between_the_own_mean_and_everybody_s(p, q, gamma, x, m):
    made = with_params(p, q, gamma)
    everybody = made.expected_spend([0], [0.0])[0]
    assert everybody == pytest.approx(p * gamma / (q - 1))
    own = made.expected_spend([x], [m])[0]
    low, high = sorted((everybody, m))
    assert low * (1 - 1e-9) <= own <= high * (1 + 1e-9)


def test_where_the_mean_does_not_exist_the_observed_one_stands_in():
    assert with_params(0.2, 0.5, 10.0, mean=33.0).expected_spend([0], [0.0]).tolist() == [33.0]


@pytest.mark.parametrize("amounts", [[5.0, 5.0, 5.0], [5.0], [1e-9, 1e12]])
def test_amounts_that_settle_nothing_give_finite_answers(amounts):
    made = GammaGamma().fit([3] * len(amounts), amounts)
    assert np.isfinite([*made.params_.values(), made.log_likelihood_]).all()
    assert np.isfinite(made.expected_spend([0, 1, 50], [0.0, 3.0, 5.0])).all()


def test_equal_amounts_are_expected_again():
    made = GammaGamma().fit([3] * 40, [19.9] * 40)
    assert made.expected_spend([0, 3], [0.0, 19.9]) == pytest.approx([19.9, 19.9], rel=1e-4)


def test_customers_without_repeat_or_amount_say_nothing():
    x, m = simulate(500)
    plain = GammaGamma().fit(x, m)
    more = GammaGamma().fit([*x, 0, 5], [*m, 70.0, 0.0])
    assert more.log_likelihood_ == plain.log_likelihood_


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1.0]), "monetary has 1 values where 2"),
        (([1], [-3.0]), r"monetary\[0\] is -3.0: negative"),
        (([0], [3.0]), "no customer with a repeat purchase"),
        (([1.5], [3.0]), r"frequency\[0\] is 1.5"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        GammaGamma().fit(*arguments)


def test_not_fitted():
    with pytest.raises(NotFittedError):
        GammaGamma().expected_spend([1], [1.0])
