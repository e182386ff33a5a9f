"""What every template, script and colour of the house keeps to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(p for p in PACKAGE.rglob("*.html") if "node_modules" not in p.parts)
UI = PACKAGE / "ui"
ICONS = set((UI / "assets" / "icons.txt").read_text().split())
TOKENS = (UI / "assets" / "css" / "tokens.css").read_text()
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {name: (light, dark) for name, light, dark in TOKEN.findall(TOKENS)}
GROUNDS = ("paper", "card", "sunken", "hover")
PAIRS = [
    *(
        (text, ground)
        for text in ("ink", "ink-2", "ink-3", "jade-ink", "red-ink", "amber-ink")
        for ground in GROUNDS
    ),
    *(
        (f"{tone}-ink", f"{tone}-pale")
        for tone in ("jade", "red", "amber", "blue", "violet", "green", "grey")
    ),
    *((f"tier-{letter}-ink", f"tier-{letter}-pale") for letter in "abcd"),
    ("on-jade", "jade"),
    ("on-dark", "dark"),
    ("ink", "jade-pale"),
    ("ink-2", "jade-pale"),
    ("ink-2", "grey-pale"),
]


def relative(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_inline_script_or_style(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\son[a-z]+\s*=", text), "inline handler"
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"<style|javascript:|hx-on", text), "inline style, script address or hx-on"
    assert not [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag], "inline script"
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), "another host"
    assert not re.search(r"\|\s*safe\b|autoescape off", text), "unescaped text"


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_every_icon_is_in_the_sprite(path):
    used = set(re.findall(r"{% icon [\"']([\w-]+)[\"']", path.read_text()))
    used |= set(re.findall(r"{%[^%]*\bicon=[\"']([\w-]+)[\"']", path.read_text()))
    assert used <= ICONS


def test_icons_named_in_code_are_in_the_sprite():
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if "tests" not in path.parts and "analytics" not in path.parts:
            used |= set(re.findall(r"""\bicon=["']([\w-]+)["']""", path.read_text()))
    assert used <= ICONS


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_text_stands_out_in_both_themes(pair):
    text, ground = (COLOURS[name] for name in pair)
    assert [round(contrast(a, b), 2) for a, b in zip(text, ground, strict=True) if contrast(a, b) < 4.5] == []


@pytest.mark.parametrize("ground", ["card", "paper"])
def test_edges_of_fields_and_the_focus_ring_stand_out(ground):
    for name in ("field-line", "focus"):
        assert all(contrast(a, b) >= 3 for a, b in zip(COLOURS[name], COLOURS[ground], strict=True)), name


def test_the_colours_of_the_brand():
    assert [COLOURS[n][0] for n in ("ink", "paper", "hair", "jade")] == [
        "#1c2321",
        "#f6f7f5",
        "#e4e7e3",
        "#14715a",
    ]
    assert [COLOURS[f"tier-{n}"][0] for n in "abcd"] == ["#a16207", "#1d5fa8", "#2f7d3a", "#5c6670"]


def test_styles_use_tokens_only():
    for path in (UI / "assets" / "css").glob("*.css"):
        if path.name not in {"tokens.css", "print.css"}:
            text = re.sub(r"\.av-\d[^}]*}|color: #fff;", "", path.read_text())
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", text), path.name
