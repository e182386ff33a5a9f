"""Rules of the archive: contacts, dates, quality, state, what is stored for searching."""

from __future__ import annotations

from datetime import date

import pytest

from zhike.customers.rules import search
from zhike.customers.rules.codes import GAPS, INVERSE_RELATION, RELATION_KINDS
from zhike.customers.rules.contacts import ContactInput, clean_contact, is_write_back_of_mask, one_primary
from zhike.customers.rules.dates import DateInput, clean_date, next_occurrence
from zhike.customers.rules.quality import ArchiveFacts, applies, assess, needs_verification, weight
from zhike.customers.rules.state import Purchases, customer_state
from zhike.values.problems import InvalidValue

pytestmark = pytest.mark.pure
TODAY = date(2026, 3, 8)


def test_a_phone_is_filed_under_what_it_can_do():
    assert clean_contact(ContactInput("phone", "138 0013 8000")).kind == "mobile"
    assert clean_contact(ContactInput("mobile", "010-62345678")).kind == "phone"
    assert clean_contact(ContactInput("mobile", "+86 138-0013-8000")).normal == "+8613800138000"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mobile", "12"),
        ("email", "no at"),
        ("wechat", "一"),
        ("pigeon", "coo"),
        ("mobile", ""),
        ("other", "  "),
    ],
)
def test_what_is_no_contact_is_refused(kind, value):
    with pytest.raises(InvalidValue):
        clean_contact(ContactInput(kind, value))


def test_a_masked_number_is_refused_by_a_form_and_kept_with_its_reason_by_an_import():
    with pytest.raises(InvalidValue) as error:
        clean_contact(ContactInput("mobile", "138****8000"))
    assert error.value.code == "phone_masked"
    kept = clean_contact(ContactInput("mobile", "138****8000"), lenient=True)
    assert (kept.normal, kept.invalid_reason) == ("", "phone_masked")


@pytest.mark.parametrize("consent", ["maybe", "", "GIVEN", "given ", "x" * 300])
def test_consent_is_unknown_given_or_refused_and_nothing_else(consent):
    with pytest.raises(InvalidValue) as caught:
        clean_contact(ContactInput("mobile", "13800138000", consent=consent))
    assert caught.value.code == "consent_unknown"
    assert clean_contact(ContactInput("mobile", "13800138000", consent="refused")).consent == "refused"


def test_each_kind_has_one_primary():
    points = [clean_contact(ContactInput("mobile", f"1380000000{n}", is_primary=n > 0)) for n in range(3)]
    points.append(clean_contact(ContactInput("email", "a@example.com")))
    assert [p.is_primary for p in one_primary(points)] == [False, True, False, True]


def test_what_a_page_showed_masked_is_recognised_when_it_comes_back():
    assert is_write_back_of_mask("mobile", "138****8000")
    assert is_write_back_of_mask("email", "z***@example.com")
    assert not is_write_back_of_mask("mobile", "13800138000")
    assert not is_write_back_of_mask("email", "z@example.com")


@pytest.mark.parametrize(
    "given",
    [
        DateInput("birthday", 2, 30),
        DateInput("birthday", 2, 29, year=2023),
        DateInput("birthday", 13, 1),
        DateInput("birthday", 12, 31, calendar="lunar"),
        DateInput("party", 1, 1),
        DateInput("birthday", 1, 1, calendar="julian"),
        DateInput("birthday", 1, 1, year=1700),
        DateInput("birthday", 1, 1, days_ahead=400),
    ],
)
def test_dates_that_do_not_exist_are_refused(given):
    with pytest.raises(InvalidValue):
        clean_date(given)


def test_the_next_occurrence_of_solar_and_lunar_days():
    assert next_occurrence("solar", 2, 29, leap=False, year=2000, on_or_after=date(2026, 1, 1)).on == date(
        2026, 2, 28
    )
    # 腊月十二 asked in January is this January, and counts by the lunar year it belongs to.
    kept = next_occurrence("lunar", 12, 12, leap=False, year=1980, on_or_after=date(2026, 1, 10))
    assert (kept.on, kept.years) == (date(2026, 1, 30), 45)
    # 闰四月十一 in a year without a leap month is kept in the regular one.
    assert next_occurrence("lunar", 4, 11, leap=True, year=2020, on_or_after=date(2026, 1, 1)).on == date(
        2026, 5, 27
    )


def facts(**values):
    full = {name: True for name in ArchiveFacts.__dataclass_fields__ if name.startswith("has_")}
    base = {"kind": "person", "tier": "A", "verified_at": TODAY, **full, "has_invalid_contact": False}
    return ArchiveFacts(**{**base, **values})


def test_a_complete_archive_asks_nothing():
    assert assess(facts(), TODAY) == assess(facts(kind="organisation"), TODAY)
    assert (assess(facts(), TODAY).score, assess(facts(), TODAY).ask_next) == (100, "")


@pytest.mark.parametrize(
    "gap", [g for g in GAPS if g not in {"invalid_contact", "not_verified"} and applies(g, "person")]
)
def test_each_gap_is_found_and_costs(gap):
    names = {"no_contact": "has_contact", "no_owner": "has_owner", "no_birthday": "has_birthday"}
    found = assess(facts(**{names.get(gap, gap.replace("no_", "has_")): False}), TODAY)
    assert found.gaps == (gap,)
    assert found.score < 100


def test_the_worst_gap_is_asked_first_and_weights_follow_the_tier():
    both = facts(has_birthday=False, has_contact=False, tier="A")
    assert assess(both, TODAY).ask_next == "no_contact"
    assert weight("no_birthday", "A") > weight("no_birthday", "D")
    assert weight("no_birthday", "") == weight("no_birthday", "D")
    assert not applies("no_birthday", "organisation")


def test_data_of_good_customers_are_looked_at_more_often():
    assert needs_verification(date(2025, 8, 1), None, "A", TODAY)
    assert not needs_verification(date(2025, 8, 1), None, "C", TODAY)
    assert needs_verification(None, None, "D", TODAY)


@pytest.mark.parametrize(
    ("purchases", "state"),
    [
        (Purchases(0), "prospect"),
        (Purchases(1, date(2026, 2, 20), date(2026, 2, 20)), "new"),
        (Purchases(1, date(2025, 12, 1), date(2025, 12, 1)), "active"),
        (Purchases(9, date(2024, 1, 1), date(2026, 2, 20), date(2026, 1, 20), 30), "active"),
        (Purchases(9, date(2024, 1, 1), date(2025, 12, 20), date(2025, 11, 20), 30), "lapsing"),
        (Purchases(9, date(2024, 1, 1), date(2025, 8, 1), date(2025, 7, 1), 30), "lost"),
        (Purchases(3, date(2022, 1, 1), date(2026, 2, 20), date(2022, 3, 1), 30), "returned"),
        (Purchases(3, date(2022, 1, 1), date(2025, 9, 1), date(2024, 9, 1), 365), "active"),
    ],
)
def test_the_state_follows_the_customers_own_rhythm(purchases, state):
    assert customer_state(purchases, TODAY) == state


def test_every_relation_reads_from_both_sides():
    assert set(INVERSE_RELATION) == set(RELATION_KINDS)
    assert set(INVERSE_RELATION.values()) <= set(RELATION_KINDS)
    assert all(
        INVERSE_RELATION[INVERSE_RELATION[k]] == k
        for k in ("spouse", "parent", "child", "branch", "supplier")
    )


def needles(text):
    query = search.parse_query(text)
    return query.needles if query else None


def test_a_query_becomes_needles():
    assert needles("伟明") == (" 伟 明",)
    assert needles("华为 深圳") == (" 华 为", " 深 圳")
    assert needles("138 0013 8000") == (" 13800138000",)
    assert needles("ZhangW") == (" zhangw",)
    assert needles("張偉") == (" 张 伟",)
    assert needles(" ！？ ") is None
    assert needles("%_'\"\\") is None


def test_stored_tokens_hold_what_people_type():
    column = search.open_tokens("单雪", "person", 1027, refs=["K-88"], tags=["老客"])
    for text in ("单", "单雪", "shan", "shanx", "sx", "danxue", "1027", "102", "88", "老客", "客"):
        assert all(needle in column for needle in needles(text)), text
    assert needles("雪单")[0] not in column
    contact = search.contact_tokens(
        [("mobile", "138 0013 8000", "+8613800138000"), ("address", "上海市南京路1号", "")]
    )
    for text in ("138", "13800138000", "8000", "00138000", "南京路"):
        assert all(needle in contact for needle in needles(text)), text
