from datetime import date, timedelta

import pytest
from django.utils.translation import override

from zhike.agenda.models import CarePolicy
from zhike.agenda.queries.sources import care, promise, replenish, slipping, special_date, verify, welcome
from zhike.agenda.queries.texts import say, stored
from zhike.agenda.tests import factories as f
from zhike.core.plugs import TaskContext
from zhike.staff.models import Holiday
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db
TODAY = f.TODAY


@pytest.fixture
def seller():
    return make_viewer(team=make_team())


def drafts(source, day=TODAY, ids=None, horizon=7):
    return list(source.drafts(TaskContext(day, horizon, ids)))


def one(source, day=TODAY, **more):
    (found,) = drafts(source, day, **more)
    return found


def text(draft):
    return " ".join(say(t) for t in stored(draft.why))


# ---------------------------------------------------------------- days to remember


def birthday(seller, month, day, *, tier="B", **values):
    customer = f.make_customer(seller)
    f.set_score(customer, tier=tier, value_12m=100_000)
    f.make_date(customer, month, day, **values)
    return customer


def test_a_birthday_comes_the_policys_days_ahead(seller):
    birthday(seller, 11, 26, tier="A")
    found = one(special_date)
    assert (found.due, found.expires) == (date(2026, 11, 20), date(2026, 11, 26))
    assert found.promised
    assert found.channel == "gift"


def test_the_day_to_act_moves_off_rest_days(seller):
    birthday(seller, 11, 23)  # a Monday: the day before is a Sunday
    assert one(special_date).due == date(2026, 11, 20)
    Holiday.objects.create(day=date(2026, 11, 22), is_workday=True, name="working Sunday")
    assert one(special_date).due == date(2026, 11, 22)


def test_days_ahead_of_the_date_itself_win(seller):
    birthday(seller, 12, 10, days_ahead=20)
    assert one(special_date).due == date(2026, 11, 20)


def test_a_lunar_leap_month_is_kept_once_in_its_regular_month(seller):
    birthday(seller, 4, 11, calendar="lunar", leap=True, year=2020)
    day = date(2027, 5, 16)  # the fourth month, 11th day, of a year without a leap fourth month
    dues = [one(special_date, day - timedelta(days=n)).expires for n in (1, 2, 3)]
    assert set(dues) == {day}


def test_the_missing_thirtieth_is_kept_on_the_twenty_ninth(seller):
    birthday(seller, 12, 30, calendar="lunar")
    assert one(special_date, date(2027, 2, 3)).expires == date(2027, 2, 5)


def test_a_lunar_december_birthday_falls_into_this_january(seller):
    birthday(seller, 12, 12, calendar="lunar")
    assert one(special_date, date(2027, 1, 17)).expires == date(2027, 1, 19)


def test_a_leap_day_is_kept_on_the_28th_once(seller):
    birthday(seller, 2, 29, year=1992)
    assert one(special_date, date(2027, 2, 27)).expires == date(2027, 2, 28)
    assert drafts(special_date, date(2027, 3, 1)) == []


def test_family_dates_name_the_relative_and_the_lunar_day(seller):
    birthday(
        seller,
        10,
        14,
        tier="A",
        calendar="lunar",
        whose="family",
        relation="mother",
        person="李英",
        year=1956,
    )
    found = one(special_date, date(2026, 11, 21))
    assert "李英" in text(found)
    assert "70" in text(found)


def test_a_tier_without_a_line_gets_no_greeting(seller):
    birthday(seller, 11, 21, tier="D")
    assert drafts(special_date) == []


# ---------------------------------------------------------------- buying


def test_due_by_rhythm_tells_the_gap_and_the_day(seller):
    customer = f.make_customer(seller)
    f.with_rhythm(customer, gap=30, since=28)
    found = one(replenish)
    assert found.due == date(2026, 11, 19)
    assert found.urgency == pytest.approx(0.35 + 0.35 * (1 - 2 / 4) + 0.25 * (1 - 4 / 60))


def test_neither_early_nor_long_overdue_is_due_to_buy(seller):
    for since in (5, 46):
        f.with_rhythm(f.make_customer(seller), gap=30, since=since)
    assert drafts(replenish) == []


def test_words_name_the_usual_product_or_none(seller):
    known, unknown = f.make_customer(seller), f.make_customer(seller)
    for customer in (known, unknown):
        f.with_rhythm(customer, gap=30, since=30)
    f.make_order(known, TODAY - timedelta(days=30), product="碧螺春")
    said = {d.customer_id: say(stored(d.words)[0], who="X") for d in drafts(replenish)}
    assert "碧螺春" in said[known.pk]
    assert "%(" not in said[unknown.pk]


def test_the_card_shows_why_the_words_name_what_the_last_order_does_not_hold(seller):
    customer = f.make_customer(seller)
    f.with_rhythm(customer, gap=30, since=30)
    for days in (90, 60):
        f.make_order(customer, TODAY - timedelta(days=days), product="碧螺春")
    f.make_order(customer, TODAY - timedelta(days=30), product="镇江香醋")
    found = one(replenish)
    assert "碧螺春" in say(stored(found.words)[0], who="X")
    assert [line[1]["item"] for line in found.why if line[0] == "replenish.usual"] == ["碧螺春"]


def test_slipping_needs_value_risk_and_silence(seller):
    valued = f.make_customer(seller)
    f.slipping(valued)
    for values in (
        {"risk": 0.3},
        {"value_12m": 10, "tier": "D"},
        {"risk_before": 0.9},
        {"last_purchase": TODAY},
    ):
        other = f.make_customer(seller)
        f.slipping(other, **values)
    f.slipping(f.make_customer(seller), gap=10, since=100)  # ten of their gaps: left in peace
    assert [d.customer_id for d in drafts(slipping)] == [valued.pk]


def test_the_chance_follows_the_risk(seller):
    f.slipping(f.make_customer(seller), risk=0.8, risk_before=0.5)
    assert one(slipping).chance == pytest.approx(0.1 * 4 * 0.2 * 0.8)


def test_a_first_order_is_followed_once(seller):
    fresh, met = f.make_customer(seller), f.make_customer(seller)
    for customer in (fresh, met):
        f.set_score(customer, orders=1, first_purchase=TODAY - timedelta(days=5), value_12m=50_000)
    f.make_contact(met, TODAY - timedelta(days=2))
    assert [d.customer_id for d in drafts(welcome)] == [fresh.pk]


# ---------------------------------------------------------------- care, promises, data


def cared(seller, *, days, tier="B", **values):
    customer = f.make_customer(seller)
    old = TODAY - timedelta(days=100)
    f.set_score(customer, tier=tier, value_12m=200_000, first_purchase=old, last_purchase=old, **values)
    f.make_contact(customer, TODAY - timedelta(days=days))
    return customer


@pytest.mark.parametrize("bought", [True, False])
def test_it_has_been_a_while_is_said_only_to_whom_we_talked_with(seller, bought):
    for number in range(12):
        customer = cared(seller, days=75)
        f.set_score(customer, last_contact=date(1900, 1, 1))
        if bought:
            f.make_order(customer, TODAY - timedelta(days=40 + number), product="碧螺春")
    found = [d for d in drafts(care) if d.channel == "call"]
    assert len(found) == 12
    with override("en"):
        assert not [d for d in found if "a while" in say(stored(d.words)[0], who="X")]


def test_care_is_due_when_the_period_has_passed(seller):
    late = cared(seller, days=75)
    cared(seller, days=20)
    found = one(care)
    assert found.customer_id == late.pk
    assert found.urgency == pytest.approx(0.3 + 0.4 * 15 / 60)


def test_a_visit_is_counted_by_visits(seller):
    customer = cared(seller, days=3, tier="A")
    found = one(care)
    assert (found.customer_id, found.channel) == (customer.pk, "visit")
    f.make_contact(customer, TODAY - timedelta(days=4), channel="visit")
    assert drafts(care) == []


def test_the_policy_decides_what_and_by_whom(seller):
    cared(seller, days=75)
    CarePolicy.objects.create(
        kind="contact", tier="B", channel="wechat", every_days=70, by_role="service_agent"
    )
    found = one(care)
    assert (found.channel, found.for_role) == ("wechat", "service_agent")
    CarePolicy.objects.update(is_active=False)
    assert drafts(care) == []


def test_promises_are_due_by_their_day_and_kept_ones_gone(seller):
    customer = f.make_customer(seller)
    f.make_contact(customer, TODAY - timedelta(days=3), by=seller, promise="回电", promise_due=TODAY)
    f.make_contact(customer, TODAY, by=seller, promise="送样", promise_due=TODAY, promise_kept_at=f.at(TODAY))
    found = one(promise)
    assert found.promised
    assert found.urgency == 1.0
    assert "回电" in text(found)


def test_what_a_service_agent_promised_stays_theirs(seller):
    agent = make_viewer("service_agent")
    customer = f.make_customer(seller)
    f.make_contact(customer, TODAY, by=agent, promise="查一下", promise_due=TODAY)
    assert one(promise).owner_id == agent.user_id
    other = make_viewer()
    f.make_contact(customer, TODAY, by=other, promise="回电", promise_due=TODAY)
    assert sorted(str(d.owner_id) for d in drafts(promise)) == sorted([str(agent.user_id), "None"])


def test_valuable_customers_without_a_contact_are_to_be_asked(seller):
    silent = f.make_customer(seller, contacts=())
    stale = f.make_customer(seller, verified_at=TODAY - timedelta(days=500))
    fine = f.make_customer(seller, verified_at=TODAY)
    poor = f.make_customer(seller, contacts=())
    for customer, tier in ((silent, "A"), (stale, "B"), (fine, "A"), (poor, "D")):
        f.set_score(customer, tier=tier, value_12m=10_000)
    assert {d.customer_id: d.subject for d in drafts(verify)} == {silent.pk: "no_contact", stale.pk: "stale"}


@pytest.mark.parametrize("source", [care, promise, replenish, slipping, special_date, verify, welcome])
def test_every_source_counts_only_the_customers_asked_for(seller, source):
    assert drafts(source, ids=[]) == []
    assert drafts(source) == []


# ---------------------------------------------------------------- how it is said


@pytest.mark.pure
@pytest.mark.parametrize(
    ("item", "said"),
    [("五常大米 10kg", "上次的五常大米还行吗"), ("METAL LANTERN", "上次的 metal lantern 还行吗")],
)
def test_a_product_is_written_into_the_sentence_as_one_says_it(item, said):
    with override("zh-hans"):
        assert said in say({"code": "words.care.2", "params": {"item": item}}, who="周姐")
