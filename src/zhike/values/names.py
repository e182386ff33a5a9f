"""Names of people and firms: sort keys, search tokens in characters and pinyin, forms of address.

Readings come from ``pypinyin``'s table of single characters (the most usual reading), a surname table for the
first character of a person's name (单 Shàn, 曾 Zēng) and a few words in which a character of firm names reads
differently (重庆, 银行). Traditional characters are read and found as simplified ones. ü is ``v``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ._readings import (
    CHARACTER_READINGS,
    COMPOUND_SURNAMES,
    LEGAL_SUFFIXES,
    OTHER_READINGS,
    SURNAME_READINGS,
    WORD_READINGS,
)
from .enums import CustomerKind

MAX_NAME: Final = 200
"""Characters of a name that are looked at: what follows takes no part in sorting and searching."""

_HAN_RANGE: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{_HAN_RANGE}]")
_PIECES = re.compile(f"[{_HAN_RANGE}]+|[^\\W_{_HAN_RANGE}]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00-\x1f\x7f]")
_PHONE_LIKE = re.compile(r"\+?[\d\s\-()]{3,24}", re.ASCII)
_COUNTRY_CODE = re.compile(r"^(?:\+86(?=\d{3})|0086(?=\d{5})|86(?=1[3-9]\d{9}$))", re.ASCII)
_LATIN_EXTRA: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ŋ": "ng"}
)
_WORDS = re.compile("|".join(sorted(WORD_READINGS, key=len, reverse=True)))
_LEGAL_FORM = re.compile("(?:" + "|".join(LEGAL_SUFFIXES) + ")$")
_JOINED_MAX: Final = 24
_SUFFIX_STARTS: Final = 8
_ZH_TITLE_WORDS: Final = """
先生 女士 小姐 太太 夫人 老师 教授 博士 医生 大夫 护士 律师 经理 总 总监 总经理 主任 主管 店长 厂长
校长 院长 局长 处长 科长 部长 书记 会长 董 董事长 工 工程师 师傅 老板 老板娘 阿姨 叔叔 伯伯 大爷
奶奶 大哥 大姐 哥 姐
"""
_ZH_TITLES: Final = frozenset(_ZH_TITLE_WORDS.split())
_EN_TITLES: Final = {
    "先生": "Mr",
    "女士": "Ms",
    "小姐": "Ms",
    "太太": "Mrs",
    "夫人": "Mrs",
    "教授": "Professor",
    "博士": "Dr",
    "医生": "Dr",
}
_LATIN_TITLES: Final = frozenset({"Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Professor", "Sir", "Madam"})


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts; ``surname`` is empty where it cannot be told from the given name."""

    surname: str
    given: str


@dataclass(frozen=True, slots=True)
class NameIndex:
    """All that sorting and searching need of one name.

    ``key``: lower-case ASCII sort key, never longer than 250 characters. ``initials``: first letters.
    ``tokens``: what to put into a search column. Han characters come first, each in its place and repeated
    where the name repeats it, so that neighbours can be searched as a phrase.
    """

    key: str
    initials: str
    tokens: tuple[str, ...]


def index_name(name: str, kind: CustomerKind | None = None) -> NameIndex:
    """Key, initials and tokens in one pass: use this for bulk work.

    Without ``kind`` up to four Han characters are read as a person's name.
    """
    runs = _runs(normalise_name(name))
    person = _is_person(runs, kind)
    syllables: list[str] = []
    han: list[str] = []
    for place, (run, is_han) in enumerate(runs):
        if is_han:
            han += run
        syllables += _read(run, person=person and place == 0) if is_han else [run]
    sounds = _sound_tokens(runs, syllables, person=person) if han else _latin_tokens(syllables)
    return NameIndex(_key(syllables), _initials(syllables)[:32], (*han, *dict.fromkeys(filter(None, sounds))))


def pinyin_key(name: str, kind: CustomerKind | None = None) -> str:
    """Sort key: lower-case ASCII, syllables apart (``zhang wei``); Latin names without diacritics."""
    return index_name(name, kind).key


def initials(name: str, kind: CustomerKind | None = None) -> str:
    """First letters of the syllables or words: ``zw`` for 张伟, ``js`` for John Smith."""
    return index_name(name, kind).initials


def search_tokens(name: str, kind: CustomerKind | None = None) -> list[str]:
    """Tokens to store: single Han characters, joined pinyin (also from later syllables), syllables, initials.

    A stored token is found by its beginning; a query's tokens come from :func:`query_tokens`.
    """
    return list(index_name(name, kind).tokens)


def query_tokens(query: str) -> list[str]:
    """What somebody typed, as tokens that must each begin a stored token.

    Han characters singly and in order, Latin words and numbers whole; a telephone number in any spelling is
    one token without +86 and separators.
    """
    text = normalise_name(query)
    if _PHONE_LIKE.fullmatch(text):
        digits = _COUNTRY_CODE.sub("", re.sub(r"[^\d+]", "", text)).lstrip("+")
        return [digits] if digits else []
    return [token for run, is_han in _runs(text) for token in (run if is_han else (run,))]


def normalise_name(name: str) -> str:
    """Comparison form: NFKC, no invisible characters and apostrophes, case folded, simplified characters."""
    text = name[:MAX_NAME]
    if text.isascii():
        return _APOSTROPHES.sub("", text).casefold().strip()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = _simplify(_APOSTROPHES.sub("", text)) if _HAN.search(text) else _APOSTROPHES.sub("", text)
    return text.casefold().strip()


def split_name(name: str) -> PersonName:
    """Surname and given name: 张伟 → 张, 伟; 欧阳修 → 欧阳, 修; John Smith → Smith, John.

    Names with a middle dot (买买提·艾力) and Han names of more than four characters are not split.
    """
    text = unicodedata.normalize("NFKC", name).strip()
    if _HAN.match(text):
        compact = re.sub(r"\s+", "", text)
        if not all(map(_HAN.match, compact)) or not 2 <= len(compact) <= 4:
            return PersonName("", text)
        length = 2 if len(compact) > 2 and _simplify(compact[:2]) in COMPOUND_SURNAMES else 1
        return PersonName(compact[:length], compact[length:])
    words = text.replace(",", ", ").split()
    if len(words) < 2:
        return PersonName("", text)
    if words[0].endswith(","):
        return PersonName(words[0].rstrip(","), " ".join(words[1:]))
    return PersonName(words[-1], " ".join(words[:-1]))


def greeting(
    name: str,
    kind: CustomerKind = CustomerKind.PERSON,
    form_of_address: str = "",
    lang: str = "zh-hans",
) -> str:
    """How to address somebody, without a salutation: 张先生, 王姐, Mr Zhang, or else the name.

    ``form_of_address`` is a title put after the surname (先生, 总) or a complete form (王姐, 小李).
    Nothing is guessed: sex and rank are never read from a name.
    """
    form, name = form_of_address.strip(), name.strip()
    if kind != CustomerKind.PERSON:
        return form or name
    surname = split_name(name).surname
    if lang.lower().startswith("zh"):
        return _greeting_zh(name, surname, form)
    return _greeting_en(name, surname, form)


def _greeting_zh(name: str, surname: str, form: str) -> str:
    if not form or not name:
        return form or name
    if form.rstrip(".") in _LATIN_TITLES:
        return f"{form} {surname or name}"
    if form not in _ZH_TITLES:
        return form
    if surname and _HAN.match(surname):
        return surname + form
    return name + form if _HAN.match(name) else f"{name} {form}"


def _greeting_en(name: str, surname: str, form: str) -> str:
    title = _EN_TITLES.get(form, form)
    if not title or not name:
        return title or name
    if title.rstrip(".") not in _LATIN_TITLES:
        return _greeting_zh(name, surname, form)
    return f"{title} {_surname_in_latin(surname) or name}"


def _surname_in_latin(surname: str) -> str:
    if not _HAN.match(surname):
        return surname
    simple = _simplify(surname)
    reading = SURNAME_READINGS.get(simple, "").split() or [_syllable(char) for char in simple]
    joined = "".join(reading)
    return surname if "~" in joined else joined.replace("v", "\u00fc").capitalize()


def _runs(text: str) -> list[tuple[str, bool]]:
    """Runs of Han characters and other words, in order: (run, is Han); Latin without diacritics."""
    plain = text if text.isascii() else "".join(map(_fold_char, text))
    return [(piece, _HAN.match(piece) is not None) for piece in _PIECES.findall(plain)]


@lru_cache(maxsize=65536)
def _fold_char(char: str) -> str:
    """A Latin letter without its diacritics; Han and other characters unchanged."""
    if char.isascii() or _HAN.match(char):
        return char
    decomposed = unicodedata.normalize("NFKD", char.translate(_LATIN_EXTRA))
    plain = "".join(part for part in decomposed if not unicodedata.combining(part))
    return plain if plain.isascii() else char


def _is_person(runs: list[tuple[str, bool]], kind: CustomerKind | None) -> bool:
    if not runs or len(runs[0][0]) > 4:
        return False
    return kind == CustomerKind.PERSON if kind is not None else len(runs) == 1


def _read(run: str, *, person: bool) -> list[str]:
    """Syllables without tones of a run of simplified Han characters."""
    head: list[str] = []
    if person and len(run) >= 2:
        head = SURNAME_READINGS.get(run[:2], "").split() if len(run) > 2 else []
        head = head or SURNAME_READINGS.get(run[0], "").split()
        run = run[len(head) :]
    elif person:
        return [SURNAME_READINGS.get(run) or _syllable(run)]
    elif _WORDS.search(run):
        return _read_words(run)
    return head + [_syllable(char) for char in run]


def _read_words(run: str) -> list[str]:
    syllables: list[str] = []
    place = 0
    for match in _WORDS.finditer(run):
        syllables += map(_syllable, run[place : match.start()])
        syllables += WORD_READINGS[match[0]].split()
        place = match.end()
    return syllables + [_syllable(char) for char in run[place:]]


@lru_cache(maxsize=1)
def _pinyin_table() -> dict[int, str]:
    """Loaded on first use: the table takes a fifth of a second."""
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


@lru_cache(maxsize=65536)
def _syllable(char: str) -> str:
    """Usual reading of one Han character, ASCII; one without a known reading sorts after all others."""
    if char in CHARACTER_READINGS:
        return CHARACTER_READINGS[char]
    listed = _pinyin_table().get(ord(char))
    return _toneless(listed.split(",")[0]) if listed else f"~{ord(char):05x}"


def _toneless(reading: str) -> str:
    with_v = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in with_v if char.isascii())


@lru_cache(maxsize=1)
def _converter() -> object:
    import opencc

    return opencc.OpenCC("t2s")


def _simplify(text: str) -> str:
    return str(_converter().convert(text))  # type: ignore[attr-defined]


def _key(syllables: list[str]) -> str:
    key = " ".join(syllables)
    if not key.isascii():
        key = "".join(char if char.isascii() else f"~{ord(char):05x}" for char in key)
    return key[:250]


def _initials(syllables: list[str]) -> str:
    return "".join([part[0] for part in syllables if part[0] != "~" and part[0].isascii()])


def _sound_tokens(runs: list[tuple[str, bool]], syllables: list[str], *, person: bool) -> list[str]:
    """Latin tokens: joined from each of the first syllables on, initials likewise, and single syllables."""
    spoken = [part for part in syllables if part[0] != "~"]
    if legal := _LEGAL_FORM.search(runs[-1][0]):  # nobody looks a firm up by its legal form
        spoken = spoken[: -len(legal[0])] or spoken
    tokens = []
    for start in range(min(len(spoken), _SUFFIX_STARTS)):
        rest = spoken[start:]
        tokens.append("".join(rest)[:_JOINED_MAX])
        if len(rest) > 1:
            tokens.append(_initials(rest)[:_JOINED_MAX])
    tokens += spoken
    tokens += _alternatives(runs, spoken, person=person)
    return tokens + [part.replace("v", "u") for part in tokens if "v" in part]


def _latin_tokens(words: list[str]) -> list[str]:
    if len(words) < 2:
        return words
    return [*words, "".join(words)[:_JOINED_MAX], _initials(words)[:_JOINED_MAX]]


def _alternatives(runs: list[tuple[str, bool]], spoken: list[str], *, person: bool) -> list[str]:
    """Other readings: whoever types ``dan`` also finds 单 (Shàn), whoever types ``xi`` also 茜 (Qiàn)."""
    run, is_han = runs[0]
    if not is_han or len(run) > len(spoken):
        return []
    tokens = []
    for place, char in enumerate(run if person else run[:1]):
        other = _syllable(char) if place == 0 else ""
        if other in {"", spoken[place]} or other[0] == "~":
            other = OTHER_READINGS.get(char, "")
        if other not in {"", spoken[place]}:
            variant = [*spoken[:place], other, *spoken[place + 1 :]]
            tokens += ["".join(variant)[:_JOINED_MAX], _initials(variant)[:_JOINED_MAX], other]
    return tokens
