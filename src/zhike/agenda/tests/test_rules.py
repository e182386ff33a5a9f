from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.agenda.rules import board, learning, plan, quiet, ranking, results
from zhike.agenda.rules.fairness import Approach, Reachability, approach, can_reach, gap_days
from zhike.agenda.rules.settings import DEFAULT_POLICY, AgendaSettings, from_stored

pytestmark = pytest.mark.pure
TODAY = date(2026, 11, 20)
CHANNELS = ("call", "visit", "wechat", "message", "email", "letter", "gift", "meeting")
shares = st.floats(0, 1)


# ---------------------------------------------------------------- ranking


def test_rank_is_the_product_that_the_reference_states():
    assert ranking.rank(960_000, 0.69, 0.1) == pytest.approx(66_240)


@given(st.integers(0, 10**9), shares, shares, st.floats(0.5, 1.5), st.floats(1, 3))
def test_more_at_stake_never_ranks_lower(value, urgency, chance, weight, factor):
    assert ranking.rank(value * factor, urgency, chance, weight) >= ranking.rank(
        value, urgency, chance, weight
    )


@pytest.mark.parametrize(("ratio", "urgency"), [(1.5, 0.5), (3.0, 0.8), (4.0, 0.8), (5.0, 0.64), (30.0, 0.2)])
def test_slipping_is_most_urgent_between_three_and_four_gaps(ratio, urgency):
    assert ranking.slipping_urgency(ratio) == pytest.approx(urgency)


@given(shares)
def test_the_chance_to_keep_somebody_is_greatest_where_it_is_open(risk):
    assert (
        0.01 - 1e-12
        <= ranking.slipping_chance(risk, 0.1)
        <= ranking.slipping_chance(0.5, 0.1)
        == pytest.approx(0.1)
    )


@given(st.integers(-10, 60), st.integers(0, 30), shares)
def test_urgencies_stay_between_nought_and_one(left, ahead, sure):
    found = [
        ranking.replenish_urgency(left, ahead, sure),
        ranking.date_urgency(left, ahead),
        ranking.care_urgency(left, 30),
        ranking.welcome_urgency(max(left, 0), 21),
        ranking.promise_urgency(left),
        ranking.slipping_urgency(max(left, 1)),
    ]
    assert all(0 <= value <= 1 for value in found)


def test_a_value_if_back_is_bounded_where_hope_is_small():
    assert ranking.value_if_back(1000, 0.5) == 2000
    assert ranking.value_if_back(1000, 0.0001) == 5000


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 100)), max_size=60), st.integers(1, 5))
def test_best_per_owner_keeps_the_best_of_each(rows, keep):
    owner = np.array([o for o, _ in rows], dtype=np.int64)
    score = np.array([s for _, s in rows])
    kept = ranking.best_per_owner(owner, score, keep)
    for who in set(owner.tolist()):
        own = sorted((s for o, s in rows if o == who), reverse=True)[:keep]
        assert sorted((score[i] for i in kept if owner[i] == who), reverse=True) == own
    assert list(score[kept]) == sorted(score[kept], reverse=True)


@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), max_size=40), st.integers(0, 400))
def test_a_day_holds_every_promise_and_otherwise_its_minutes(cards, budget):
    taken = ranking.fill_day([m for m, _ in cards], [p for _, p in cards], budget)
    assert all(fits for (_, promised), fits in zip(cards, taken, strict=True) if promised)
    used = sum(m for (m, _), fits in zip(cards, taken, strict=True) if fits)
    must = sum(m for m, promised in cards if promised)
    first = cards[0][0] if cards else 0
    assert used <= max(budget, must, must + first)


# ---------------------------------------------------------------- learning


@given(st.lists(st.sampled_from([0.0, 0.4, 0.6, 1.0]), max_size=400))
def test_weights_stay_in_bounds_and_learn_slowly(grades):
    estimate = learning.firm_estimate(len(grades), sum(grades))
    assert learning.LOWEST <= learning.weight(estimate) <= learning.HIGHEST
    few = grades[:3]
    assert abs(learning.weight(learning.firm_estimate(len(few), sum(few))) - 1) < 0.07


def test_without_answers_every_source_weighs_one():
    assert learning.weight(learning.firm_estimate(0, 0)) == 1
    assert learning.weight(learning.person_estimate(learning.PRIOR, 0, 0)) == 1


def test_what_people_find_useless_sinks_and_what_helps_rises():
    low = learning.weight(
        learning.firm_estimate(100, 100 * learning.grade("not_useful", reason="not_relevant"))
    )
    high = learning.weight(learning.firm_estimate(100, 100 * learning.grade("done", "ordered")))
    assert low == learning.LOWEST
    assert high > 1.4
    assert learning.grade("not_useful", reason="already_done") == learning.PRIOR
    assert learning.grade("done", "not_reached") == learning.PRIOR


# ---------------------------------------------------------------- fairness

days_back = st.integers(0, 120).map(lambda n: TODAY - timedelta(days=n))
people = st.builds(
    Reachability,
    kinds=st.frozensets(st.sampled_from(["mobile", "phone", "wechat", "email", "address"])),
    refused=st.frozensets(st.sampled_from(["mobile", "phone", "wechat", "email", "address"])),
    preferred=st.sampled_from(["", *CHANNELS]),
    last=st.dictionaries(st.sampled_from(CHANNELS), days_back, max_size=4),
    misses=st.integers(0, 5),
    missed_by=st.sampled_from(CHANNELS),
)


@given(st.sampled_from(CHANNELS), people, st.booleans())
def test_nobody_is_reached_by_a_way_that_was_refused_or_is_unknown(wanted, who, promised):
    way = approach([wanted], who, TODAY, AgendaSettings(), promised=promised)
    assert way.channel == "" or can_reach(way.channel, who)


@given(st.sampled_from(CHANNELS), people)
def test_the_gap_is_kept_for_customer_and_channel(wanted, who):
    s = AgendaSettings()
    way = approach([wanted], who, TODAY, s, promised=False)
    if who.last and not who.misses:
        assert (way.not_before - max(who.last.values())).days >= s.gap_any_days
        if way.channel in who.last:
            assert (way.not_before - who.last[way.channel]).days >= gap_days(way.channel, s)
    assert way.not_before >= TODAY


@given(st.sampled_from(CHANNELS), people)
def test_a_promise_does_not_wait(wanted, who):
    assert approach([wanted], who, TODAY, AgendaSettings(), promised=True).not_before == TODAY


@given(st.sampled_from(["call", "wechat", "message"]), people, st.booleans())
def test_nobody_is_sent_out_where_a_message_was_meant(wanted, who, promised):
    way = approach([wanted], who, TODAY, AgendaSettings(), promised=promised)
    assert way.channel not in {"visit", "meeting", "gift"}


def test_no_answer_leads_to_another_way_and_then_to_rest():
    once = Reachability(frozenset({"mobile", "wechat"}), last={"call": TODAY}, misses=1, missed_by="call")
    way = approach(["call"], once, TODAY, AgendaSettings(), promised=False)
    assert (way.channel, way.note) == ("wechat", "tried_before")
    assert (way.not_before - TODAY).days == 2
    thrice = Reachability(frozenset({"mobile", "wechat"}), last={"call": TODAY}, misses=3, missed_by="call")
    assert (approach(["call"], thrice, TODAY, AgendaSettings(), promised=False).not_before - TODAY).days == 21


def test_who_refused_is_told_apart_from_who_is_unknown():
    refused = Reachability(frozenset({"mobile"}), refused=frozenset({"mobile"}))
    for who, note in ((refused, "refused"), (Reachability(), "no_contact")):
        way = approach(["call"], who, TODAY, AgendaSettings(), promised=False)
        assert (way.channel, way.note) == ("", note)


# ---------------------------------------------------------------- cards


@dataclass(frozen=True)
class Draft:
    source: str
    customer_id: int
    subject: str
    value_at_stake: int = 1000
    urgency: float = 0.5
    chance: float = 0.1
    promised: bool = False
    for_role: str = ""
    owner_id: int | None = None
    due: date = TODAY
    channel: str = "call"


drafts = st.builds(
    Draft,
    source=st.sampled_from(["slipping", "care", "promise", "verify", "replenish"]),
    customer_id=st.integers(1, 12),
    subject=st.text("ab", min_size=1, max_size=3),
    value_at_stake=st.integers(0, 10**6),
    promised=st.booleans(),
    for_role=st.sampled_from(["", "service_agent"]),
)


def entries_of(found):
    unique = {(d.source, d.customer_id, d.subject): d for d in found}
    return [board.entry(d, 1.0, d.customer_id % 3, 1) for d in unique.values()]


@given(st.lists(drafts, max_size=40), st.integers(0, 3))
def test_a_short_list_never_loses_a_promise(found, keep):
    entries = entries_of(found)
    kept = {e.key for e in board.shortlist(entries, keep)}
    assert {e.key for e in entries if e.draft.promised} <= kept


@given(st.lists(drafts, max_size=40))
def test_each_customer_has_one_card_a_list_and_one_list_a_day(found):
    entries = entries_of(found)
    placed = board.arrange(entries, lambda _e: Approach("call", TODAY), {}, TODAY, 5)
    assert len(placed) == len(entries)
    leads = [(e.draft.customer_id, e.assignee) for e in placed if e.is_lead]
    assert len(leads) == len(set(leads))
    today = [e for e in placed if not e.draft.promised and e.not_before <= TODAY]
    assert len({(e.draft.customer_id, e.assignee) for e in today}) == len(
        {e.draft.customer_id for e in today}
    )


def test_what_was_answered_stays_away_for_its_time():
    entry = board.entry(Draft("slipping", 1, "x"), 1.0, 1, 1)
    promise = board.entry(Draft("promise", 1, "y", promised=True), 1.0, 1, 1)
    quiet_key = {entry.key: TODAY + timedelta(days=1)}
    assert board.without_quiet([entry], quiet_key, {}, TODAY) == []
    assert board.without_quiet([entry], {entry.key: TODAY}, {}, TODAY) == [entry]
    resting = {1: TODAY + timedelta(days=9)}
    assert board.without_quiet([entry, promise], {}, resting, TODAY) == [promise]


def test_answers_never_push_a_promise_down():
    low = board.entry(Draft("special_date", 1, "x", promised=True), 0.5, 1, 1)
    assert low.weight == 1.0


@dataclass
class Row:
    source: str
    customer_id: int = 1
    rank: float = 1.0
    promised: bool = False
    owner_id: int | None = 1
    for_role: str = ""
    extra: list = field(default_factory=list)


def test_a_card_takes_two_more_reasons_and_one_question():
    lead = Row("slipping")
    others = [Row("verify", rank=9), Row("verify", rank=8), Row("care", rank=3), Row("replenish", rank=5)]
    (card,) = board.cards([lead], others)
    assert [t.source for t in card.also] == ["verify", "replenish"]


# ---------------------------------------------------------------- the day, results, settings

wishes = st.builds(
    plan.Wish,
    key=st.integers(0, 10**6),
    minutes=st.integers(1, 90),
    earliest=st.sampled_from([0, 600, 840, 1140]),
    latest=st.sampled_from([690, 990, 1230, 1440]),
    channel=st.sampled_from(["call", "visit"]),
)


@given(st.lists(wishes, max_size=25, unique_by=lambda w: w.key))
def test_a_plan_never_overlaps(found):
    slots = plan.plan(found)
    for first, second in pairwise(slots):
        assert first.start + first.minutes <= second.start


def test_a_plan_keeps_the_customers_own_hours():
    slots = plan.plan([plan.Wish(1, 10), plan.Wish(2, 10, 600, 690), plan.Wish(3, 10, 1140, 1230)])
    assert {s.key: s.start for s in slots} == {1: 570, 2: 600, 3: 1140}


@given(st.lists(wishes, max_size=25, unique_by=lambda w: w.key))
def test_nobody_is_planned_outside_their_hours(found):
    hours = {w.key: (w.earliest, w.latest) for w in found}
    for slot in plan.plan(found):
        assert hours[slot.key][0] <= slot.start < hours[slot.key][1]


def test_a_visit_keeps_to_a_customers_morning():
    assert [s.start for s in plan.plan([plan.Wish(1, 60, 600, 690, "visit")])] == [600]


def test_results_compare_with_the_same_tiers():
    contacted = {1: TODAY, 2: TODAY, 3: TODAY}
    orders = {1: [(TODAY, 500)], 2: [(TODAY - timedelta(days=1), 900)]}
    found = results.of_week(contacted, orders, {1: "A", 2: "A", 3: "B"}, {"A": (10, 5), "B": (10, 1)})
    assert found == {"contacted": 3, "bought": 1, "amount": 500, "expected": pytest.approx(1.1 / 3)}
    assert results.expected_share(["A"], {}) is None


def test_settings_of_another_version_are_left_out():
    assert from_stored({"gap_any_days": 9, "gone": 1}).gap_any_days == 9
    assert from_stored(None) == AgendaSettings()


def test_the_shipped_policy_cares_for_a_more_often_than_for_b():
    cadence = {(p.tier, p.channel): p.every_days for p in DEFAULT_POLICY if p.kind == "contact"}
    assert cadence["A", "call"] < cadence["B", "call"]
    assert quiet.after_done("promise", AgendaSettings()) == quiet.FOREVER
