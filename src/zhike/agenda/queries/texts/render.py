"""Say a stored text in the active language, as plain text or with its key figures set bold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from zhike.agenda.queries.texts.labels import OCCASIONS, RELATIONS, channel_label
from zhike.agenda.queries.texts.reasons import HOW, WHY
from zhike.agenda.queries.texts.words import WORDS
from zhike.catalog.rules import everyday_name
from zhike.ui import formats
from zhike.values.enums import CustomerKind
from zhike.values.lunar import LunarDate
from zhike.values.money import Money
from zhike.values.names import greeting
from zhike.values.text import Text

CATALOGUE: dict[str, Any] = {**WHY, **HOW, **WORDS}
_BOLD: Mapping[str, frozenset[str]] = {
    "replenish.due": frozenset({"day"}),
    "replenish.overdue": frozenset({"since"}),
    "slipping.rhythm": frozenset({"n"}),
    "date.own": frozenset({"day"}),
    "date.own.lunar": frozenset({"day"}),
    "date.family": frozenset({"day"}),
    "date.family.lunar": frozenset({"day"}),
    "promise.made": frozenset({"promise"}),
}
_POSTS = (
    "总经理",
    "经理",
    "总监",
    "主任",
    "主管",
    "部长",
    "科长",
    "处长",
    "店长",
    "厂长",
    "院长",
    "校长",
    "老师",
)
_LETTERS = re.compile(r"[^\W\d_]")
_EDGE = "\u2060"
"""Stands before and after a product's name until the sentence is whole."""
_SEAM = re.compile(rf"(?<=[\u4e00-\u9fff]){_EDGE}(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]){_EDGE}(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: plain text, and the same with bold figures for the page."""

    text: str
    html: SafeString


def stored(texts: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Texts of a draft in the form in which a task keeps them."""
    return [Text(code, params).to_json() for code, params in texts]


def say(text: Mapping[str, Any], **more: Any) -> str:
    """One stored text in the active language; a code that no version knows gives an empty string."""
    found = Text.from_json(text)
    template = CATALOGUE.get(found.code)
    if template is None:
        return ""
    return _written(str(template % _params({**found.params, **more})))


def _written(sentence: str) -> str:
    """A capital at the beginning; a blank between Chinese and a product with a Latin name."""
    return _SEAM.sub(" ", sentence[:1].upper() + sentence[1:]).replace(_EDGE, "")


def say_html(text: Mapping[str, Any], **more: Any) -> SafeString:
    """The same for a page: everything escaped, key figures bold."""
    found = Text.from_json(text)
    template = CATALOGUE.get(found.code)
    if template is None:
        return mark_safe("")
    bold = _BOLD.get(found.code, frozenset())
    params = {k: _escaped(v, bold=k in bold) for k, v in _params({**found.params, **more}).items()}
    return mark_safe(_written(str(template % params)))  # noqa: S308 - the template is ours, the parameters are escaped


def sentences(texts: Sequence[Mapping[str, Any]], **more: Any) -> list[Said]:
    """Several stored texts in order."""
    return [Said(say(t, **more), say_html(t, **more)) for t in texts]


def joined(said: Sequence[Said]) -> str:
    """Sentences as one text; Chinese ones follow each other without a blank."""
    return _gap().join(one.text for one in said)


def joined_html(said: Sequence[Said]) -> SafeString:
    """The same for a page: the first sentence stands out, the others are muted."""
    rest = format_html_join("", '{}<span class="muted">{}</span>', ((_gap(), one.html) for one in said[1:]))
    return format_html("{}{}", said[0].html if said else "", rest)


def _gap() -> str:
    return "" if (get_language() or "zh-hans").startswith("zh") else " "


def _escaped(value: Any, *, bold: bool) -> Any:
    if isinstance(value, int) and not bold:
        return value
    return (
        _Number(value)
        if isinstance(value, int)
        else format_html("<strong>{}</strong>" if bold else "{}", value)
    )


class _Number(int):
    """A number that stays one (for plural forms) and is written bold."""

    def __str__(self) -> str:
        return f"<strong>{int(self)}</strong>"


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: _shown(key, value) for key, value in params.items()}
    if "relation" in params:
        shown["relative"] = relative(str(params["relation"] or ""), str(params.get("person") or ""))
    return shown


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return _named(key, value)
    if isinstance(value, Money):
        return formats.money(value, "round" if abs(value.minor) >= 10_000 else "")
    if isinstance(value, LunarDate):
        lunar = value.label(get_language() or "zh-hans")
        return gettext("lunar calendar %(day)s") % {"day": lunar.removeprefix("lunar ")}
    if isinstance(value, date):
        return formats.day(value)
    return formats.likely(value) if key == "share" else value


def _named(key: str, code: str) -> str:
    if key in {"channel", "wanted"}:
        return channel_label(code)
    if key in {"item", "more"}:
        return f"{_EDGE}{everyday_name(code)}{_EDGE}"
    return str(OCCASIONS.get(code, code)) if key == "occasion" else code


def relative(relation: str, person: str) -> str:
    """A member of the family: 母亲李英, mother Li Ying, or only what is known."""
    name = str(RELATIONS.get(relation, relation)) or gettext("family")
    return gettext("%(relation)s %(name)s") % {"relation": name, "name": person} if person else name


def who_to_address(
    name: str, kind: str, form_of_address: str, gender: str, contact: tuple[str, str] = ("", "")
) -> str:
    """How to begin: 周姐, 陈经理, Mr Zhang; a plain greeting where no name of a person is known.

    ``contact`` is name and post of the person to talk to in an organisation.
    """
    language = get_language() or "zh-hans"
    if kind == CustomerKind.ORGANISATION:
        person, post = contact
        form = next((title for title in _POSTS if post.endswith(title)), "")
    else:
        person = name if _LETTERS.search(name) else ""
        form = form_of_address or {"female": "女士", "male": "先生"}.get(gender, "")
    if not person:
        return form_of_address or gettext("Hello")
    said = greeting(person, CustomerKind.PERSON, form, language)
    return said if form else gettext("Hello %(name)s") % {"name": said}
