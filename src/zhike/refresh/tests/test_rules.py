from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.analytics import ScoreSettings
from zhike.refresh.rules.card import caveats
from zhike.refresh.rules.days import local_days
from zhike.refresh.rules.figures import add, curve, flow_rows, shares
from zhike.refresh.rules.settings import FirmScoring
from zhike.refresh.rules.states import STATES, states

TODAY = date(2026, 6, 30).toordinal()


def state(days, *, first, last, before=None, gap=0.0):
    found = states(
        days=np.array([days]), first=np.array([TODAY - first if first is not None else 0]),
        last=np.array([TODAY - last if last is not None else 0]),
        before=np.array([TODAY - before if before is not None else 0]), mean_gap=np.array([gap]), as_of=TODAY,
    )  # fmt: skip
    return STATES[found[0]]


@pytest.mark.parametrize(
    ("expected", "case"),
    [
        ("prospect", {"days": 0, "first": None, "last": None}),
        ("new", {"days": 1, "first": 60, "last": 60}),
        ("active", {"days": 1, "first": 61, "last": 61}),
        ("lapsing", {"days": 1, "first": 181, "last": 181}),
        ("lost", {"days": 1, "first": 361, "last": 361}),
        ("active", {"days": 5, "first": 200, "last": 60, "before": 90, "gap": 30.0}),
        ("lapsing", {"days": 5, "first": 200, "last": 61, "before": 90, "gap": 30.0}),
        ("lost", {"days": 5, "first": 300, "last": 181, "before": 210, "gap": 30.0}),
        ("active", {"days": 9, "first": 60, "last": 45, "before": 46, "gap": 2.0}),
        ("lapsing", {"days": 9, "first": 60, "last": 46, "before": 47, "gap": 2.0}),
        ("returned", {"days": 5, "first": 400, "last": 10, "before": 191, "gap": 30.0}),
        ("active", {"days": 5, "first": 400, "last": 10, "before": 190, "gap": 30.0}),
    ],
)
def test_states_follow_the_customers_own_rhythm(expected, case):
    assert state(**case) == expected


@given(
    st.lists(st.integers(-2_000_000_000, 4_000_000_000), max_size=20),
    st.sampled_from(["Asia/Shanghai", "Europe/London", "Asia/Kathmandu"]),
)
def test_days_are_those_of_the_firms_calendar(seconds, name):
    from datetime import UTC, datetime, timedelta

    zone = ZoneInfo(name)
    instants = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=s) for s in seconds]
    expected = [(i.astimezone(zone).date() - date(1970, 1, 1)).days for i in instants]
    assert local_days(np.array(seconds, dtype=np.int64), zone).tolist() == expected


def test_default_settings_are_those_of_the_analytics():
    plain, firm = ScoreSettings(), FirmScoring().for_analytics()
    assert firm.tier_shares == pytest.approx(plain.tier_shares)
    for name in ("tier_margin", "risk_days", "holdout_days", "annual_discount", "margin", "horizon_days"):
        assert getattr(firm, name) == pytest.approx(getattr(plain, name))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tier_a": 0}, "tier_a"),
        ({"tier_a": 50, "tier_b": 40, "tier_c": 10}, "tier_c"),
        ({"risk_days": 6}, "risk_days"),
        ({"margin": 0}, "margin"),
        ({"margin": float("nan")}, "margin"),
        ({"annual_discount": "x"}, "annual_discount"),
    ],
)
def test_settings_that_make_no_sense_are_named(values, field):
    assert field in FirmScoring.from_stored(values).problems()


def test_settings_of_another_version_are_left_out():
    assert FirmScoring.from_stored({"unknown": 1, "tier_a": 40}) == FirmScoring(tier_a=40)
    assert FirmScoring().problems() == {}


def test_figures_of_teams_add_up():
    one = {"tiers": [{"tier": "A", "customers": 1, "value": 5}], "flow": []}
    two = {"tiers": [{"tier": "A", "customers": 2, "value": 7}, {"tier": "B", "customers": 1, "value": 1}]}
    assert add([one, two])["tiers"] == [
        {"tier": "A", "customers": 3, "value": 12},
        {"tier": "B", "customers": 1, "value": 1},
    ]
    assert one["tiers"][0]["customers"] == 1, "what was added is not altered"


def test_shares_are_of_value_and_of_those_who_bought():
    rows = [
        {"tier": "", "customers": 10, "value": 0},
        {"tier": "A", "customers": 1, "value": 30},
        {"tier": "B", "customers": 3, "value": 10},
    ]
    found = shares(rows, ("A", "B", "C", ""), "tier")
    assert [(r["tier"], r["share_of_value"], r["share_of_customers"]) for r in found] == [
        ("A", 0.75, 0.25), ("B", 0.25, 0.75), ("", 0.0, 0.0)
    ]  # fmt: skip


def test_a_flow_without_events_shows_the_current_month():
    assert flow_rows([], date(2026, 6, 30), 24) == [
        {"month": "2026-06", "new": 0, "returned": 0, "lost": 0, "active": 0, "lapsing": 0}
    ]


def test_a_curve_of_nothing_is_empty():
    assert curve([]) == []
    assert curve([{"step": -1, "customers": 3, "value": 0}]) == []


def test_what_is_old_is_said():
    assert caveats(as_of=date(2026, 6, 30), last_day=None) == [{"code": "no_orders", "params": {}}]
    assert caveats(as_of=date(2026, 6, 30), last_day=date(2026, 5, 31)) == []
    assert caveats(as_of=date(2026, 6, 30), last_day=date(2026, 5, 30)) == [
        {"code": "data_stale", "params": {"days": 31}}
    ]
