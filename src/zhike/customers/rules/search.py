"""What is stored for searching, and how a query is matched: the same on every database.

A column of tokens is a string in which every token follows a blank: `` 张 伟 zhangwei zw``. A query is a
list of needles; each must occur in the column directly behind a blank, so every token is found by its
beginning, and neighbouring Han characters (`` 张 伟``) are found as a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from zhike.values.contacts import parse_email, parse_phone, phone_tokens
from zhike.values.enums import ContactKind, CustomerKind
from zhike.values.names import NameIndex, index_name, normalise_name, pinyin_key, query_tokens
from zhike.values.problems import InvalidValue

MAX_QUERY: Final = 80
MAX_NEEDLES: Final = 8

_NUMERIC = re.compile(r"\+?[\d\s\-()]{1,24}")
_PIECES = re.compile(r"[^\W_]+")
_CONTACT_PIECES: Final = 12


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A query, understood.

    ``needles``: what must occur in the columns. ``name``: comparison form of the whole text (exact names).
    ``name_key``: pinyin sort key without blanks (names that begin with it). ``number``: the customer number
    typed, if it is one. ``contact``: the canonical phone or e-mail typed, if it is one.
    """

    needles: tuple[str, ...]
    name: str
    name_key: str
    number: int | None
    contact: str


def parse_query(raw: str) -> SearchQuery | None:
    """Understand what somebody typed; None where nothing can be searched (only punctuation)."""
    text = raw.strip()[:MAX_QUERY]
    needles = _needles(text)
    if not needles:
        return None
    digits = text if text.isascii() and text.isdigit() else ""
    return SearchQuery(
        needles=tuple(needles[:MAX_NEEDLES]),
        name=normalise_name(text),
        name_key=pinyin_key(text).replace(" ", ""),
        number=int(digits) if 0 < len(digits) <= 18 else None,
        contact=_canonical_contact(text),
    )


def _needles(text: str) -> list[str]:
    parts = [text] if _NUMERIC.fullmatch(text) else text.split()
    found: dict[str, None] = {}
    for part in parts:
        for needle in _grouped(query_tokens(part)):
            found[needle] = None
    return list(found)


def _grouped(tokens: Sequence[str]) -> list[str]:
    """Neighbouring Han characters make one needle; every other token is one by itself."""
    needles: list[str] = []
    previous_han = False
    for token in tokens:
        is_han = len(token) == 1 and ord(token) > 0x2E7F
        if is_han and previous_han:
            needles[-1] += " " + token
        else:
            needles.append(" " + token)
        previous_han = is_han
    return needles


def _canonical_contact(text: str) -> str:
    try:
        if "@" in text:
            return parse_email(text)
        if sum(map(str.isdigit, text)) >= 7:
            phone = parse_phone(text)
            return "" if phone.masked else phone.canonical
    except InvalidValue:
        pass
    return ""


def open_tokens(
    name: str,
    kind: str,
    number: int,
    *,
    refs: Iterable[str] = (),
    tags: Iterable[str] = (),
    index: NameIndex | None = None,
) -> str:
    """The open column: name in characters, pinyin and initials, number, ids of other systems, tags."""
    found = index or index_name(name, CustomerKind(kind))
    more = [str(number)]
    for text in (*refs, *tags):
        more += [t for t in query_tokens(text) if t]
    return _column((*found.tokens, *more))


def contact_tokens(contacts: Iterable[tuple[str, str, str]]) -> str:
    """The contact column from (kind, value, canonical): digits whole and from behind, pieces of addresses."""
    tokens: list[str] = []
    for kind, value, normal in contacts:
        tokens += _tokens_of_contact(kind, value, normal)
    return _column(tokens)


def _tokens_of_contact(kind: str, value: str, normal: str) -> list[str]:
    if kind in {ContactKind.PHONE, ContactKind.MOBILE}:
        return phone_tokens(normal or value)
    if kind == ContactKind.ADDRESS:
        return query_tokens(value)
    return _PIECES.findall(normalise_name(normal or value))[:_CONTACT_PIECES]


def _column(tokens: Sequence[str]) -> str:
    """Join tokens, each after a blank; Han characters keep order and repeats, others appear once."""
    seen: set[str] = set()
    kept: list[str] = []
    for token in tokens:
        if len(token) == 1 and ord(token) > 0x2E7F:
            kept.append(token)
        elif token not in seen:
            seen.add(token)
            kept.append(token)
    return " " + " ".join(kept) if kept else ""
