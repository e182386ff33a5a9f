from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from zhike.values import InvalidValue, mask_national_id, parse_credit_code, parse_national_id
from zhike.values.tests.refusals import refused_code

# Invented: Beijing Dongcheng, born 7 March 1990.
STEM = "11010119900307"


def _numbered(stem):
    return stem + ric.calc_check_digit(stem + "0")


@given(st.integers(0, 999), st.dates(date(1930, 1, 1), date(2020, 12, 31)))
def test_a_proper_number_tells_birth_and_sex(serial, born):
    number = _numbered(f"110101{born:%Y%m%d}{serial:03d}")
    found = parse_national_id(number)
    assert (found.number, found.born) == (number, born)
    assert found.sex == ("male" if serial % 2 else "female")
    assert number not in repr(found)
    assert number not in str(found)


@given(st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(serial, place, change):
    number = _numbered(f"{STEM}{serial:03d}")
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    with pytest.raises(InvalidValue) as refused:
        parse_national_id(wrong)
    assert wrong not in str(refused.value)


def test_usual_spellings_of_a_number():
    number = next(n for serial in range(99) if (n := _numbered(f"{STEM}{serial:03d}")).endswith("X"))
    for raw in (number.lower(), f" {number[:6]} {number[6:14]} {number[14:]} ", number.replace("X", "Ｘ")):
        assert parse_national_id(raw).number == number


def test_the_old_fifteen_digits_become_eighteen():
    assert parse_national_id("110101900307123").number == _numbered("11010119900307123")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "national_id_format"),
        ("1" * 1000, "national_id_format"),
        ("1101011990030712", "national_id_format"),
        ("1.10101E+17", "national_id_damaged"),
        ("110101199003071000", "national_id_damaged"),
        (_numbered("11010119900230123"), "national_id_birth"),
        (_numbered("11010118000307123"), "national_id_birth"),
        (_numbered("99010119900307123"), "national_id_place"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(raw, code):
    with pytest.raises(InvalidValue) as refused:
        parse_national_id(raw)
    assert refused.value.code == code


def test_nobody_is_born_tomorrow():
    number = _numbered("11010119900307123")
    assert parse_national_id(number, today=date(1990, 3, 7)).born == date(1990, 3, 7)
    with pytest.raises(InvalidValue):
        parse_national_id(number, today=date(1990, 3, 6))


@given(st.text(max_size=40) | st.from_regex(r"[0-9EX+. ]{14,20}", fullmatch=True))
def test_any_text_is_read_or_refused(raw):
    for parse in (parse_national_id, parse_credit_code):
        code = refused_code(parse, raw)
        assert not code or code.startswith(("national_id", "credit_code"))


def test_masks():
    assert mask_national_id("110101199003071233") == "110101********1233"
    assert mask_national_id("123") == "***"


def test_credit_codes():
    assert parse_credit_code("91110000600037341l") == "91110000600037341L"
    assert parse_credit_code("9111 0000 6000 3734 1L") == "91110000600037341L"
    for wrong, code in (
        ("91110000600037341A", "credit_code_checksum"),
        ("9111000060003734", "credit_code_invalid"),
        ("", "credit_code_invalid"),
        ("I1110000600037341L", "credit_code_invalid"),
    ):
        with pytest.raises(InvalidValue) as refused:
            parse_credit_code(wrong)
        assert refused.value.code == code
