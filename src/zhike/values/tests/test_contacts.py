import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.values import (
    ContactKind,
    InvalidValue,
    format_phone,
    is_masked,
    mask_contact,
    mask_email,
    mask_matches,
    mask_phone,
    national_digits,
    parse_email,
    parse_phone,
    parse_wechat,
    phone_tokens,
    query_tokens,
    split_phones,
)
from zhike.values.tests.refusals import refused_code

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(mobiles)
def test_every_spelling_of_a_mobile_is_one_number(number):
    spellings = [
        number,
        f"+86{number}",
        f"+86 {number[:3]} {number[3:7]} {number[7:]}",
        f"0086-{number}",
        f"86{number}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f" {number}\u200b",
        f"tel:{number}",
        f"'{number}",
        f"{number}.0",
        number.translate({ord("0") + n: ord("０") + n for n in range(10)}),
    ]
    assert {parse_phone(spelling).canonical for spelling in spellings} == {"+86" + number}
    assert parse_phone(number).kind is ContactKind.MOBILE


@given(mobiles)
def test_a_canonical_number_is_read_as_itself_and_found(number):
    canonical = parse_phone(number).canonical
    assert parse_phone(canonical).canonical == canonical
    assert parse_phone(format_phone(canonical)).canonical == canonical
    tokens = phone_tokens(canonical)
    for typed in (number, number[-8:], number[-4:], number[:3], f"+86 {number}"):
        (query,) = query_tokens(typed)
        assert any(token.startswith(query) for token in tokens)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("010-62345678", "+861062345678"),
        ("(010) 6234 5678", "+861062345678"),
        ("+86 10 62345678", "+861062345678"),
        ("010-62345678-801", "+861062345678;ext=801"),
        ("010-62345678转801", "+861062345678;ext=801"),
        ("010-6234 5678 ext. 801", "+861062345678;ext=801"),
        ("+861062345678;ext=801", "+861062345678;ext=801"),
        ("0755－83765566", "+8675583765566"),
        ("400-888-8888", "+864008888888"),
        ("95588", "+8695588"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+852 2123 4567", "+85221234567"),
    ],
)
def test_other_numbers(raw, canonical):
    phone = parse_phone(raw)
    assert phone.canonical == canonical
    assert phone.kind is ContactKind.PHONE
    assert parse_phone(format_phone(canonical)).canonical == canonical


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "phone_empty"),
        (" \u200b ", "phone_empty"),
        ("abc", "phone_not_a_number"),
        ("1.38E+10", "phone_damaged"),
        ("13800138000/13900139000", "phone_several"),
        ("13800138000、010-62345678", "phone_several"),
        ("1234", "phone_impossible"),
        ("138001380001234", "phone_impossible"),
        ("1" * 65, "phone_not_a_number"),
        ("+999 123456789", "phone_not_a_number"),
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(raw, code):
    with pytest.raises(InvalidValue) as refused:
        parse_phone(raw)
    assert refused.value.code == code
    assert not refused.value.params


@given(st.text(max_size=70) | st.from_regex(r"[0-9+() .\-*x转,;/]{0,30}", fullmatch=True))
def test_any_text_is_read_or_refused(raw):
    code = refused_code(parse_phone, raw)
    if not code:
        phone = parse_phone(raw)
        assert phone.masked or parse_phone(phone.canonical).canonical == phone.canonical
        assert phone_tokens(phone.canonical) or phone.masked
        assert mask_phone(phone.canonical)
    assert not code or code.startswith("phone_")


@pytest.mark.parametrize(
    "raw", ["138****5521", "138 **** 5521", "138xxxx5521", "+86138****5521", "１３８＊＊＊＊５５２１"]
)
def test_a_masked_number_is_masked_not_a_number(raw):
    phone = parse_phone(raw)
    assert (phone.canonical, phone.masked, phone.callable) == ("138****5521", True, False)
    assert is_masked(raw)
    assert mask_matches(phone.canonical, "+8613812345521")
    assert not mask_matches(phone.canonical, "+8613812345522")
    assert not mask_matches(phone.canonical, "+8613912345521")
    assert phone_tokens(phone.canonical) == ["138", "5521"]


@given(mobiles)
def test_a_shown_mask_hides_the_middle_and_fits_its_number(number):
    mask = mask_phone("+86" + number)
    assert mask == f"{number[:3]}****{number[-4:]}"
    assert mask_matches(mask, "+86" + number)


def test_masks_of_other_kinds():
    assert mask_phone("+861062345678") == "010****5678"
    assert mask_phone("+8695588") == "***88"
    assert mask_email("zhang@example.com") == "z***@example.com"
    assert mask_contact(ContactKind.MOBILE, "+8613800138000") == "138****8000"
    assert mask_contact(ContactKind.WECHAT, "zhangwei88") == "zh***8"
    assert mask_contact(ContactKind.ADDRESS, "上海市南京路1号") == "上海***"


def test_several_numbers_of_one_field():
    assert split_phones("13800138000/13900139000； 010-62345678") == [
        "13800138000",
        "13900139000",
        "010-62345678",
    ]
    assert national_digits("+861062345678;ext=801") == "01062345678"


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("Zhang.Wei@Example.COM ", "zhang.wei@example.com"),
        ("mailto:a@b.cn", "a@b.cn"),
        ("ｚｈａｎｇ＠ｑｑ．ｃｏｍ", "zhang@qq.com"),
        ("a+tag@例子.中国", "a+tag@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_addresses(raw, address):
    assert parse_email(raw) == address
    assert parse_email(address) == address


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "a",
        "a@b",
        "@b.cn",
        "a@@b.cn",
        "a b@c.cn",
        "a..b@c.cn",
        ".a@c.cn",
        "a@-b.cn",
        "a@b..cn",
        "a@1.2.3.4",
        "mıke@example.org",
        "张@qq.com",
        "a\r\nBcc: x@evil.cn",
        "a@b.cn\r\nBcc: x@evil.cn",
        "a" * 65 + "@b.cn",
        "a@" + "b." * 200 + "cn",
        "a@" + "例" * 200 + ".cn",
        "x" * 1_000_000,
    ],
)
def test_what_is_no_address_is_refused(raw):
    with pytest.raises(InvalidValue):
        parse_email(raw)


@given(st.text(max_size=300) | st.from_regex(r"[a-z.@+-]{1,40}", fullmatch=True))
def test_any_address_is_read_or_refused(raw):
    try:
        address = parse_email(raw)
    except InvalidValue:
        return
    assert address.isascii()
    assert parse_email(address) == address


@pytest.mark.parametrize(
    "hostile", ["a" * 300, "a." * 127 + "@", "a@" + "a-" * 126, "-" * 250 + "@b.cn", "(" * 64]
)
def test_hostile_input_takes_no_time(hostile):
    started = time.process_time()
    for parse in (parse_email, parse_phone, parse_wechat):
        with pytest.raises(InvalidValue):
            parse(hostile)
    assert time.process_time() - started < 0.1


def test_wechat_ids():
    assert parse_wechat(" ZhangWei_88 ") == "zhangwei_88"
    assert parse_wechat("13800138000") == "13800138000"
    for wrong in ("abc", "a" * 21, "张伟微信", "a b c d e", ""):
        with pytest.raises(InvalidValue):
            parse_wechat(wrong)


def test_a_million_mobiles_take_seconds():
    numbers = [f"138{n:08d}" for n in range(50_000)]
    started = time.process_time()
    for number in numbers:
        parse_phone(number)
    assert time.process_time() - started < 0.5
