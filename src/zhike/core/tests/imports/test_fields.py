from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.core.imports import fields as f
from zhike.core.imports.problems import Problem
from zhike.values.lunar import LunarDate

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 22)


def parse(kind, text, **spec):
    spec.setdefault("timezone", ZoneInfo("Asia/Shanghai"))
    return kind.parser(f.ParseSpec(today=TODAY, **spec))(text)


def code(kind, text, **spec):
    found = parse(kind, text, **spec)
    assert isinstance(found, Problem), found
    return found.code


TYPES = [
    f.Text(), f.Identifier(), f.Boolean(), f.Choice({"a": ("b",)}), f.Tags(), f.Integer(), f.Number(),
    f.Scaled(2),
    f.Date(), f.DateTime(), f.LunarDay(), f.Phone(), f.Email(), f.NationalId(),
]  # fmt: skip


@given(st.sampled_from(TYPES), st.text(min_size=1, max_size=80))
def test_no_text_makes_a_type_raise(kind, text):
    parse(kind, text)


@given(st.sampled_from(TYPES), st.text("0123456789-+.,:/ eE年月日¥%'()x*", min_size=1, max_size=30))
def test_no_number_like_text_makes_a_type_raise(kind, text):
    parse(kind, text, formats=("%d/%m/%Y", "excel", "dmy"), whole_number=True, decimal_comma=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.50", "1234.50"), ("-5", "-5"), ("−5", "-5"), ("￥３．５", "3.5"), ("12.30元", "12.30"), ("1e3",
    "1000"),
     ("  7 ".strip(), "7"), (".5", ".5"), ("1'000", "1000")],
)  # fmt: skip
def test_numbers(text, value):
    assert parse(f.Number(), text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("1e309", "number_too_large"), ("NaN", "not_finite"), ("-inf", "not_finite"), ("1" + "0" * 20,
    "number_too_large"),
     ("9" * 500, "not_a_number"), ("abc", "not_a_number"), ("1,23", "decimal_comma"), ("1.234.567,8",
     "decimal_comma"),
     ("--5", "not_a_number"), ("0x10", "not_a_number"), ("1e99999", "not_a_number"), ("1e9999",
     "number_too_large"), ("#DIV/0!", "not_finite"),
     ("٣", "not_a_number"), ("1_000", "not_a_number")],
)  # fmt: skip
def test_absurd_numbers(text, wrong):
    assert code(f.Scaled(2), text) == wrong


def test_decimal_comma_when_the_mapping_says_so():
    assert parse(f.Scaled(2), "1.234,56", decimal_comma=True) == 123456
    assert parse(f.Scaled(2), "1,23", decimal_comma=True) == 123


def test_amounts_are_rounded_half_up_once():
    assert [parse(f.Scaled(2), t) for t in ("0.005", "-0.005", "2.344999", "1e-300")] == [1, -1, 234, 0]


def test_whole_numbers_and_bounds():
    assert parse(f.Integer(), "6.0") == 6
    assert code(f.Integer(), "6.5") == "not_whole"
    assert code(f.Integer(minimum=0), "-1") == "number_too_small"
    assert code(f.Scaled(2, maximum=100), "100.01") == "number_too_large"


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-08",
        "2024/3/8",
        "2024.3.8",
        "20240308",
        "2024年3月8日",
        "２０２４－０３－０８",
        "2024-03-08 00:00:00",
    ],
)
def test_dates(text):
    assert parse(f.Date(), text) == date(2024, 3, 8)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("2023-02-29", "no_such_date"), ("0000-00-00", "no_such_date"), ("2024-13-01", "no_such_date"),
     ("1899-12-31", "year_too_early"), ("9999-12-31", "date_too_late"), ("2026-11-23", "date_too_late"),
     ("08/03/2024", "date_order"), ("3-8-2024", "date_order"), ("45321", "date_serial"), ("今天",
     "not_a_date"),
     ("24-03-08", "not_a_date"), ("2024", "not_a_date"), ("1.5", "not_a_date"), ("2024-03-08 25:00",
     "no_such_time")],
)  # fmt: skip
def test_bad_dates_are_named_never_guessed(text, wrong):
    assert code(f.Date(), text) == wrong


def test_dates_in_the_mappings_format():
    assert parse(f.Date(), "08/03/2024", formats=("dmy",)) == date(2024, 3, 8)
    assert parse(f.Date(), "08/03/2024", formats=("mdy",)) == date(2024, 8, 3)
    assert parse(f.Date(), "8 Mar 2024", formats=("%d %b %Y",)) == date(2024, 3, 8)
    assert parse(f.Date(), "45359", formats=("excel",)) == date(2024, 3, 8)
    assert parse(f.Date(), "2024-03-08 00:00:00", formats=("dmy",)) == date(2024, 3, 8)
    assert code(f.Date(), "soon", formats=("dmy",)) == "not_a_date"


def test_instants_in_the_mappings_zone():
    london = {"timezone": ZoneInfo("Europe/London")}
    assert parse(f.DateTime(), "2011-07-01 08:26", **london) == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)
    assert code(f.DateTime(), "2011-03-27 01:30", **london) == "skipped_hour"
    assert parse(f.DateTime(), "2011-10-30 01:30", **london) == datetime(2011, 10, 30, 0, 30, tzinfo=UTC)
    assert parse(f.DateTime(), "2011-07-01T08:26:00+02:00", **london) == datetime(
        2011, 7, 1, 6, 26, tzinfo=UTC
    )
    assert parse(f.DateTime(), "2024年3月8日 下午3点05分") == datetime(2024, 3, 8, 7, 5, tzinfo=UTC)
    assert parse(f.DateTime(), "1986-05-04") == datetime(1986, 5, 3, 16, 0, tzinfo=UTC)


def test_rounded_numbers_are_never_taken():
    assert code(f.Identifier(), "1.10101E+17") == "number_damaged"
    assert code(f.Phone(), "1.38E+10") == "number_damaged"
    assert code(f.NationalId(), "1.10101E+17") == "number_damaged"
    assert parse(f.Identifier(), "0012") == "0012"


def test_identifiers():
    assert parse(f.Identifier(), "ＡＢ１２") == "AB12"
    assert parse(f.Identifier(), "17850.0", whole_number=True) == "17850"
    assert parse(f.Identifier(), "1.0") == "1.0"
    assert code(f.Identifier(5), "123456") == "text_too_long"


def test_text_keeps_rare_characters_and_drops_invisible_ones():
    assert parse(f.Text(), "𠮷野家　龘") == "𠮷野家 龘"
    assert parse(f.Text(), "a\u202egpj.exe\u200b\x07") == "agpj.exe"
    assert parse(f.Text(), "a\nb") == "a b"
    assert parse(f.Text(multiline=True), "a\nb") == "a\nb"
    assert parse(f.Text(), "\u200b") is None
    assert code(f.Text(3), "abcd") == "text_too_long"


def test_choices_booleans_and_lists():
    kind = f.Choice({"sale": ("销售", "Sale"), "return": ("退货",)})
    assert [parse(kind, t) for t in ("销售", " sale", "退 货", "RETURN")] == [
        "sale",
        "sale",
        "return",
        "return",
    ]
    assert code(kind, "gift") == "not_a_choice"
    assert [parse(f.Boolean(), t) for t in ("是", "N", "1", "√", "０")] == [True, False, True, True, False]
    assert code(f.Boolean(), "maybe") == "not_a_boolean"
    assert parse(f.Tags(), "茶、酒;茶") == ["茶", "酒"]


def test_people():
    assert parse(f.Phone(), "0086-138 0013 8000").canonical == "+8613800138000"
    assert code(f.Phone(), "电话") == "phone_not_a_number"
    assert parse(f.Email(), "Anna@EXAMPLE.org").endswith("@example.org")
    assert code(f.NationalId(), "110101199003071230") == "national_id_checksum"
    assert parse(f.LunarDay(), "闰四月十一") == LunarDate(4, 11, leap=True)
