"""The fits that are printed in the literature, from the same data."""

import datetime as dt

import numpy as np
import pytest

from zhike.analytics import BGNBD, GammaGamma, ParetoNBD, summarize
from zhike.analytics.tests import factories

pytestmark = [pytest.mark.pure, pytest.mark.data]


@pytest.fixture(scope="module")
def calibration():
    return summarize(*factories.cdnow(), as_of=dt.date(1997, 9, 30))


def test_the_sample_is_the_published_one(calibration):
    assert calibration.customer.size == 2357
    assert calibration.frequency.sum() == 2457
    assert (calibration.frequency == 0).sum() == 1411


def test_bg_nbd(calibration):
    model = BGNBD().fit(calibration.frequency, calibration.recency, calibration.T)
    assert model.params_ == pytest.approx({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, abs=5e-4)
    assert model.log_likelihood_ == pytest.approx(-9582.43, abs=0.01)
    assert model.converged_


def test_bg_nbd_expects_what_the_paper_does(calibration):
    model = BGNBD().fit(calibration.frequency, calibration.recency, calibration.T)
    # Fader, Hardie & Lee (2005), note on the spreadsheet: customer 0001, 39 weeks ahead.
    assert model.expected_purchases(39, [2], [30.43], [38.86])[0] == pytest.approx(1.226, abs=5e-4)


def test_pareto_nbd(calibration):
    model = ParetoNBD().fit(calibration.frequency, calibration.recency, calibration.T)
    assert model.params_ == pytest.approx({"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}, abs=5e-4)
    assert model.log_likelihood_ == pytest.approx(-9594.98, abs=0.01)


def test_gamma_gamma(calibration):
    model = GammaGamma().fit(calibration.frequency, calibration.monetary)
    assert model.params_ == pytest.approx({"p": 6.25, "q": 3.74, "gamma": 15.44}, abs=5e-3)
    assert model.log_likelihood_ == pytest.approx(-4055.92, abs=0.01)


def test_standard_errors_tell_a_settled_parameter_from_a_loose_one(calibration):
    errors = BGNBD().fit(calibration.frequency, calibration.recency, calibration.T).standard_errors_
    assert errors["r"] == pytest.approx(0.0126, abs=1e-3)
    assert errors["b"] == pytest.approx(0.705, abs=0.02)
    assert np.isfinite(list(errors.values())).all()
