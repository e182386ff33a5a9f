from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import RequestFactory
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from zhike.ui.components import kept
from zhike.ui.components.blocks import draw
from zhike.ui.components.parts import Chip, Column, chips, column_head, pager

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(kept, "_kept", type(kept._kept)())


@pytest.fixture
def drawn(monkeypatch):
    """The templates that were really rendered."""
    names: list[str] = []
    render = kept.draw
    monkeypatch.setattr(kept, "draw", lambda name, values: names.append(name) or render(name, values))
    return names


def test_the_same_values_are_drawn_once(drawn):
    first, second = column_head(Column("name", "客户")), column_head(Column("name", "客户"))
    assert first == second
    assert len(drawn) == 1


def test_another_value_or_language_is_drawn_anew(drawn):
    with override("zh-hans"):
        chinese = pager(next_url="/?cursor=a")
        pager(next_url="/?cursor=b")
    with override("en"):
        english = pager(next_url="/?cursor=a")
    assert len(drawn) == 3
    assert chinese != english


@pytest.mark.parametrize("first", ["safe", "unsafe"])
def test_a_safe_text_never_stands_in_for_an_unsafe_one(first):
    text = "<b>x</b>"
    labels = {"safe": SafeString(text), "unsafe": text}
    order = [first, *(name for name in labels if name != first)]
    shown = {name: chips([Chip(labels[name], "/")]) for name in order}
    assert "<b>x</b>" in shown["safe"]
    assert "<b>x</b>" not in shown["unsafe"]
    assert "&lt;b&gt;" in shown["unsafe"]


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (0, False), (1, 1.0), ("1", 1), ([1], (1,)), (None, "")]
)
def test_values_that_are_equal_but_of_another_kind_differ(one, other):
    assert kept.key_of({"value": one}) != kept.key_of({"value": other})


def test_a_lazy_text_counts_as_what_it_says_now():
    lazy = gettext_lazy("Customers")
    with override("en"):
        english = kept.key_of(lazy)
    with override("zh-hans"):
        assert kept.key_of(lazy) != english


def test_what_it_does_not_know_is_drawn_each_time(drawn):
    for _ in range(2):
        column_head(Column("day", date(2026, 11, 22)))
    assert len(drawn) == 2


def test_an_object_is_not_taken_for_its_fields_of_another_kind():
    @dataclass(frozen=True)
    class Other:
        key: str
        label: str

    @dataclass(frozen=True)
    class Another:
        key: str
        label: str

    assert kept.key_of(Other("a", "b")) != kept.key_of(Another("a", "b"))


def test_every_request_gets_its_own_token_and_address(drawn):
    columns = {"items": [Column("tier", "等级")], "action": "/columns/", "id": "columns"}
    requests = [
        RequestFactory().get("/customers/", {"q": '"><b>'}),
        RequestFactory().get("/customers/?sort=name"),
    ]
    pieces = [draw("columns", columns, {"request": request}) for request in requests]
    assert len(drawn) == 1
    for piece in pieces:
        assert kept.CSRF_MARK not in piece
    tokens = [piece.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0] for piece in pieces]
    assert len(set(tokens)) == 2
    assert all(len(token) == 64 for token in tokens)
    assert 'name="next" value="/customers/?q=%22%3E%3Cb%3E"' in pieces[0]
    assert 'name="next" value="/customers/?sort=name"' in pieces[1]


def test_large_pieces_and_long_unused_ones_go(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    for key in ("a", "b", "c"):
        kept.keep(key, lambda key=key: SafeString(key))
    kept.keep("large", lambda: SafeString("x" * (kept.LARGEST + 1)))
    assert list(kept._kept) == ["b", "c"]
