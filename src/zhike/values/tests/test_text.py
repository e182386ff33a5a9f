import json
import pickle
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.values import MESSAGES, InvalidValue, LunarDate, Money, Text, clean_text, fold, parse_date
from zhike.values.problems import shown

params = st.dictionaries(
    st.text(min_size=1, max_size=8),
    st.none()
    | st.text(max_size=8)
    | st.integers()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.builds(Money, st.integers(-(10**9), 10**9), st.sampled_from(["CNY", "GBP"]))
    | st.builds(LunarDate, st.integers(1, 12), st.integers(1, 30), st.booleans()),
    max_size=5,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  张  伟 \t", "张 伟"),
        ("张\u3000伟", "张 伟"),
        ("a\x00b\x07c", "abc"),
        ("\u202eexe.gpj", "exe.gpj"),
        ("张\u200b伟\ufeff", "张伟"),
        ("line\nbreak", "line break"),
        ("e\u0301", "é"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\u200db", "ab"),
        ("﨑\ufa19𠮷䶮", "﨑\ufa19𠮷䶮"),
        ("葛\U000e0101", "葛\U000e0101"),
    ],
)
def test_what_stays_and_what_goes(raw, clean):
    assert clean_text(raw, 50) == clean


def test_fifty_marks_on_one_letter_become_four():
    assert len(clean_text("x" + "\u0301\u0302" * 25, 50)) <= 5


def test_lines_of_a_note_stay():
    assert clean_text("  a \r\n\r\n\r\n\r\n b\tc\rd\u2028e ", 50, multiline=True) == "a\n\nb c\nd\ne"


@given(st.text(max_size=60), st.booleans())
def test_cleaning_twice_changes_nothing(raw, multiline):
    clean = clean_text(raw, 1000, multiline=multiline)
    assert clean_text(clean, 1000, multiline=multiline) == clean
    assert "\x00" not in clean
    clean.encode("utf-8")
    assert not any(unicodedata.bidirectional(char) in {"RLO", "LRO", "RLE", "LRE", "RLI"} for char in clean)


def test_too_long_is_said_never_cut():
    assert clean_text("x" * 10, 10) == "x" * 10
    for length in (11, 10**6):
        with pytest.raises(InvalidValue) as refused:
            clean_text("x" * length, 10)
        assert refused.value.params == {"length": length, "limit": 10}


def test_folding_for_comparison():
    assert fold(" ＺＨＡＮＧ\u200b  Wei ") == "zhang wei"


@given(st.text(min_size=1, max_size=12), params)
def test_a_text_survives_json(code, values):
    text = Text(code, values)
    assert Text.loads(text.dumps()) == text
    assert Text.from_json(json.loads(json.dumps(text.to_json()))) == text


def test_texts_nest_and_are_canonical():
    inner = Text("inner", {"on": date(2026, 3, 8)})
    assert Text.loads(Text("outer", {"why": inner}).dumps()).params["why"] == inner
    assert Text("c", {"b": 1, "a": 2}).dumps() == Text("c", {"a": 2, "b": 1}).dumps()


def test_unknown_parameters_are_refused():
    with pytest.raises(TypeError):
        Text("c", {"x": object()}).to_json()
    with pytest.raises(TypeError):
        Text("c", {"x": datetime(2026, 3, 8, tzinfo=UTC)}).to_json()
    for broken in ({}, {"code": 1}, {"code": "c", "params": []}, {"code": "c", "params": {"x": [1]}}):
        with pytest.raises(ValueError, match="text"):
            Text.from_json(broken)


def test_a_refused_value_is_a_text_and_survives_a_process_boundary():
    with pytest.raises(InvalidValue) as refused:
        parse_date("2026-02-30")
    assert Text.of(refused.value) == Text("date_does_not_exist", {"value": "2026-02-30"})
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - made in the line itself
    assert (again.code, again.params, str(again)) == (
        refused.value.code,
        refused.value.params,
        str(refused.value),
    )


def test_shown_values_are_short_and_printable():
    assert shown("a\x00b\n" + "x" * 99) == "a?b?" + "x" * 36 + "…"
    assert shown(10**5000) == "…"


def test_message_ids_are_sentences():
    assert all(message.endswith((".", "?")) for message in MESSAGES.values())
