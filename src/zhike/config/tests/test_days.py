"""Variables that count days."""

import pytest

from zhike.config import environment

pytestmark = pytest.mark.pure


def test_a_number_of_days_is_read_and_anything_else_ends_with_a_message(monkeypatch):
    assert environment.days("ZHIKE_SOME_DAYS", 90) == 90
    monkeypatch.setenv("ZHIKE_SOME_DAYS", " 7 ")
    assert environment.days("ZHIKE_SOME_DAYS", 90) == 7
    for wrong in ("0", "-1", "1.5", "soon", "٣", "9" * 30):
        monkeypatch.setenv("ZHIKE_SOME_DAYS", wrong)
        with pytest.raises(SystemExit, match="ZHIKE_SOME_DAYS is a number of days"):
            environment.days("ZHIKE_SOME_DAYS", 90)
