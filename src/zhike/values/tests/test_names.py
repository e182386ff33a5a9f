import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.values import (
    CustomerKind,
    greeting,
    index_name,
    initials,
    normalise_name,
    pinyin_key,
    query_tokens,
    search_tokens,
    split_name,
)

PERSON, ORGANISATION = CustomerKind.PERSON, CustomerKind.ORGANISATION


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张伟", "zhang wei"),
        ("单田芳", "shan tian fang"),
        ("曾志伟", "zeng zhi wei"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("区小明", "ou xiao ming"),
        ("查良镛", "zha liang yong"),
        ("朴智星", "piao zhi xing"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("长孙无忌", "zhang sun wu ji"),
        ("單于", "shan yu"),  # two characters: surname 单, not the compound
        ("陳小明", "chen xiao ming"),
        ("吕布", "lv bu"),
        ("李晟", "li sheng"),
        ("重庆长江贸易有限公司", "chong qing chang jiang mao yi you xian gong si"),
        ("中国工商银行厦门分行", "zhong guo gong shang yin hang xia men fen hang"),
        ("John O'Brien", "john obrien"),
        ("Müller Straße", "muller strasse"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("ＡＢＣ公司", "abc gong si"),
        ("3M中国", "3m zhong guo"),
    ],
)
def test_sort_keys(name, key):
    assert pinyin_key(name) == key


def test_the_first_character_is_read_as_a_surname_only_in_a_persons_name():
    assert pinyin_key("单位", PERSON) == "shan wei"
    assert pinyin_key("单位", ORGANISATION) == "dan wei"
    assert pinyin_key("查询服务中心") == "cha xun fu wu zhong xin"


def test_names_sort_by_syllables():
    names = ["张安", "詹伟", "章子", "詹爱", "张", "吕布", "陆游"]
    assert sorted(names, key=pinyin_key) == ["陆游", "吕布", "詹爱", "詹伟", "张", "张安", "章子"]


def test_a_rare_character_without_reading_sorts_last_and_stays_searchable():
    assert pinyin_key("𠮷野") > pinyin_key("左左")
    assert search_tokens("𠮷野")[:2] == ["𠮷", "野"]
    assert query_tokens("𠮷") == ["𠮷"]


def test_tokens():
    assert search_tokens("张伟") == ["张", "伟", "zhangwei", "zw", "wei", "zhang"]
    assert set(search_tokens("歐陽娜娜")) >= {"欧", "阳", "娜", "ouyangnana", "oynn", "nana", "yangnana"}
    assert search_tokens("買買提·艾力")[:5] == ["买", "买", "提", "艾", "力"]  # repeated, for phrases
    assert {"lvbu", "lubu"} <= set(search_tokens("吕布"))
    assert {"shantianfang", "dantianfang", "dan"} <= set(search_tokens("单田芳"))
    assert {"qianqian", "qianxi"} <= set(search_tokens("倩茜"))
    assert {"john", "smith", "johnsmith", "js"} == set(search_tokens("John Smith"))


def test_a_firm_is_found_from_the_middle_of_its_name_but_not_by_its_legal_form():
    tokens = search_tokens("上海长江贸易有限公司")
    assert {"changjiangmaoyi", "cjmy", "shcjmy"} <= set(tokens)
    assert "youxiangongsi" not in tokens
    assert tokens[:10] == list("上海长江贸易有限公司")


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("张 wei", ["张", "wei"]),
        ("張偉", ["张", "伟"]),
        ("ZhangWei", ["zhangwei"]),
        ("zhāng wěi", ["zhang", "wei"]),
        ("o’brien", ["obrien"]),
        ("+86 138-0013 8000", ["13800138000"]),
        ("0086 13800138000", ["13800138000"]),
        ("8613800138000", ["13800138000"]),
        ("１３８", ["138"]),
        ("010-6234 5678", ["01062345678"]),
        ("8", ["8"]),
        ("", []),
        ("%_' OR 1=1 --", ["or", "1", "1"]),
    ],
)
def test_queries(query, tokens):
    assert query_tokens(query) == tokens


names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


@given(names)
def test_every_name_is_found_by_its_characters_its_sound_and_its_initials(name):
    index = index_name(name, PERSON)
    assert set(query_tokens(name)) <= set(index.tokens)
    spoken = [syllable for syllable in index.key.split() if "~" not in syllable]
    if len(spoken) == len(index.key.split()) and len("".join(spoken)) <= 24:
        assert "".join(spoken) in index.tokens
        assert len(spoken) == 1 or index.initials in index.tokens


@given(st.text(max_size=300))
def test_any_text_has_an_ascii_key_of_bounded_length(name):
    index = index_name(name)
    assert index.key.isascii()
    assert index.key == index.key.lower()
    assert len(index.key) <= 250
    assert index.initials.isascii()
    assert all(index.tokens)
    assert not any(char.isspace() for token in index.tokens for char in token)
    query_tokens(name)
    split_name(name)
    greeting(name, PERSON, "先生")


@given(st.text(max_size=60))
def test_comparison_form_is_stable(name):
    assert index_name(normalise_name(name)).tokens == index_name(name).tokens or not name.isascii()


def test_invisible_characters_and_width_do_not_matter():
    assert index_name("张\u200b伟").tokens == index_name("张伟").tokens
    assert index_name("\u202eＪＯＨＮ").tokens == ("john",)


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("张伟", "张", "伟"),
        ("欧阳修", "欧阳", "修"),
        ("歐陽修", "歐陽", "修"),
        ("张 伟", "张", "伟"),
        ("买买提·艾力", "", "买买提·艾力"),
        ("张", "", "张"),
        ("上海贸易公司", "", "上海贸易公司"),
        ("John Smith", "Smith", "John"),
        ("Smith, John", "Smith", "John"),
        ("Madonna", "", "Madonna"),
    ],
)
def test_splitting_names(name, surname, given):
    parts = split_name(name)
    assert (parts.surname, parts.given) == (surname, given)


@pytest.mark.parametrize(
    ("name", "form", "lang", "text"),
    [
        ("张伟", "先生", "zh-hans", "张先生"),
        ("张伟", "", "zh-hans", "张伟"),
        ("张伟", "小张", "zh-hans", "小张"),
        ("张伟", "总", "zh-hans", "张总"),
        ("欧阳娜", "女士", "zh-hans", "欧阳女士"),
        ("买买提·艾力", "先生", "zh-hans", "买买提·艾力先生"),
        ("John Smith", "Mr", "zh-hans", "Mr Smith"),
        ("单雄信", "先生", "en", "Mr Shan"),
        ("吕布", "先生", "en", "Mr Lü"),
        ("张伟", "王姐", "en", "王姐"),
        ("张伟", "总", "en", "张总"),
        ("John Smith", "", "en", "John Smith"),
        ("", "先生", "zh-hans", "先生"),
        ("", "", "en", ""),
    ],
)
def test_forms_of_address(name, form, lang, text):
    assert greeting(name, PERSON, form, lang) == text


def test_a_firm_is_addressed_by_its_name():
    assert greeting("张伟贸易有限公司", ORGANISATION) == "张伟贸易有限公司"
    assert initials("张伟贸易", ORGANISATION) == "zwmy"


def test_thirty_thousand_names_a_second():
    people = [
        a + b + c
        for a in "张王李赵陈刘杨黄周吴单曾"
        for b in "伟芳娜敏静丽强磊军洋"
        for c in "平刚桂英超明霞秀杰娟" * 10
    ]
    index_name("张伟")
    started = time.process_time()
    for name in people:
        index_name(name, PERSON)
    assert len(people) / (time.process_time() - started) > 30_000
