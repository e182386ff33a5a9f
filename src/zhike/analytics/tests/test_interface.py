"""What others script against: names, keys, errors that name the argument and the first bad place."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import zhike.analytics as numbers

pytestmark = pytest.mark.pure

KEYS = {
    "BGNBD": ["r", "alpha", "a", "b"],
    "MBGNBD": ["r", "alpha", "a", "b"],
    "ParetoNBD": ["r", "alpha", "s", "beta"],
}
MODELS = [getattr(numbers, name) for name in KEYS]
X = np.array([0.0, 1, 5, 2, 3, 0, 0, 1])
RECENCY = np.array([0.0, 10, 30, 5, 20, 0, 0, 4])
AGE = np.array([39.0, 39, 39, 30, 39, 20, 12, 39])
MONEY = np.array([0.0, 10, 20, 30, 40, 0, 0, 55])


def test_the_names_are_there_without_django_and_without_a_database():
    code = (
        "import sys, zhike.analytics as n; "
        "n.RFM, n.BGNBD, n.MBGNBD, n.ParetoNBD, n.GammaGamma, n.summarize; "
        "sys.exit(any(m.split('.')[0] in {'django', 'sqlite3', 'psycopg'} for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("model", MODELS)
def test_a_model_of_buying_answers_as_it_is_written(model):
    made = model()
    assert made.fit(X, RECENCY, AGE) is made
    assert list(made.params_) == KEYS[model.__name__]
    assert set(made.standard_errors_) == set(made.params_)
    assert np.isfinite(made.log_likelihood_)
    assert isinstance(made.converged_, bool)
    weighted = model().fit(X, RECENCY, AGE, weights=np.full(X.size, 2.0))
    assert weighted.log_likelihood_ == pytest.approx(2 * made.log_likelihood_, rel=1e-6)
    for answer in (
        made.expected_purchases(12, X, RECENCY, AGE),
        made.p_alive(X, RECENCY, AGE),
        made.p_purchase(horizon=12, frequency=X, recency=RECENCY, T=AGE),
    ):
        assert answer.shape == X.shape
        assert np.isfinite(answer).all()


def test_spending_and_scores_answer_as_they_are_written():
    made = numbers.GammaGamma()
    assert made.fit(X, MONEY) is made
    assert list(made.params_) == ["p", "q", "gamma"]
    assert isinstance(made.converged_, bool)
    assert made.expected_spend(frequency=X, monetary=MONEY).shape == X.shape
    scores = numbers.RFM(bins=5).score(
        recency_days=np.arange(50.0), frequency=np.arange(50.0), monetary=X[:1].repeat(50)
    )
    assert {1, 2, 3, 4, 5} == set(scores.r.tolist()) == set(scores.f.tolist())
    found = numbers.summarize(
        np.array(["a", "a", "b"]), np.array(["2026-01-01", "2026-01-15", "2026-01-08"], "M8[D]")
    )
    assert found.frequency.tolist() == [1, 0]
    assert found.recency.tolist() == [2, 0]
    assert found.T.tolist() == [2, 1]


BAD = {
    "negative": (lambda v: np.where(np.arange(v.size) == 3, -1, v), r"{name}\[3\] is -1"),
    "not a number": (lambda v: np.where(np.arange(v.size) >= 2, np.nan, v), r"{name}\[2\] is nan"),
    "endless": (lambda v: np.where(np.arange(v.size) == 4, np.inf, v), r"{name}\[4\] is inf"),
    "a table": (lambda v: v.reshape(2, -1), r"{name} has 2 dimensions"),
    "one number": (lambda _v: 3.0, r"{name} has 0 dimensions"),
    "nothing": (lambda _v: None, r"{name}"),
    "words": (lambda v: ["x"] * v.size, r"{name}: could not convert"),
}


@pytest.mark.parametrize("wrong", BAD)
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("model", MODELS)
def test_every_method_names_the_argument_and_the_first_bad_place(model, at, wrong):
    spoil, message = BAD[wrong]
    history = [X, RECENCY, AGE]
    made = model().fit(*history)
    history[at] = spoil(history[at])
    for call in (
        lambda: model().fit(*history),
        lambda: made.p_alive(*history),
        lambda: made.expected_purchases(12, *history),
        lambda: made.p_purchase(12, *history),
    ):
        with pytest.raises(ValueError, match=message.format(name=["frequency", "recency", "T"][at])):
            call()


@pytest.mark.parametrize("wrong", BAD)
def test_spending_scores_and_weights_name_them_too(wrong):
    spoil, message = BAD[wrong]
    made = numbers.GammaGamma().fit(X, MONEY)
    for name, call in (
        ("monetary", lambda: numbers.GammaGamma().fit(X, spoil(MONEY))),
        ("monetary", lambda: made.expected_spend(X, spoil(MONEY))),
        ("frequency", lambda: made.expected_spend(spoil(X), MONEY)),
        ("recency_days", lambda: numbers.RFM(bins=5).score(spoil(AGE), X, MONEY)),
        ("frequency", lambda: numbers.RFM(bins=5).score(AGE, spoil(X), MONEY)),
        ("monetary", lambda: numbers.RFM(bins=5).score(AGE, X, spoil(MONEY))),
        ("amount", lambda: numbers.summarize(np.arange(8), np.arange(8) + 7000, spoil(MONEY))),
    ):
        if name == "amount" and wrong in {"negative", "nothing"}:
            continue  # a refund, and no amounts at all, are no mistakes
        with pytest.raises(ValueError, match=message.format(name=name)):
            call()
    if wrong != "nothing":
        with pytest.raises(ValueError, match=message.format(name="weights")):
            numbers.BGNBD().fit(X, RECENCY, AGE, weights=spoil(np.ones(X.size)))


@pytest.mark.parametrize("horizon", [-1, np.nan, np.inf, "x", None, [1, 2]])
@pytest.mark.parametrize("model", MODELS)
def test_a_horizon_that_is_none_is_named(model, horizon):
    made = model().fit(X, RECENCY, AGE)
    for call in (made.expected_purchases, made.p_purchase):
        with pytest.raises(ValueError, match="horizon is "):
            call(horizon, X, RECENCY, AGE)
