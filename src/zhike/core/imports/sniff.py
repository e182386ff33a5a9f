"""What a file is, by its content, and in which encoding its text is written.

Encodings are tried in this order: byte order mark; UTF-16 by its pattern of NULs; strict UTF-8 over the
whole file; GB18030. Two cases are questions for a person, never a guess: text that is valid UTF-8 *and*
everyday Chinese in GBK (682 common characters have such bytes), and text that only decodes to rare
characters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from zhike.core.imports.problems import FileProblem

BLOCK = 1 << 20
HEAD = 1 << 16

DELIMITED, WORKBOOK, PARQUET, HTML, VCARD = "csv", "xlsx", "parquet", "html", "vcard"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THREE_BYTES = re.compile(rb"[\xe0-\xff]")
_TWO_BYTES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_LATIN = re.compile(r"(?<=[A-Za-z])[À-ÖØ-öø-ÿ]|[À-ÖØ-öø-ÿ](?=[A-Za-z])|£(?=\d)")
_OTHER_ENCODINGS = ("big5", "shift_jis", "cp1252")
SHOWN = 5


def format_of(path: Path) -> str:
    """Return csv, xlsx, parquet, html or vcard by what the file holds; its name does not matter.

    Raises :class:`FileProblem` for a missing, empty, protected or foreign file, with what it is.
    """
    name = path.name
    head = _head(path)
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(b"PK"):
        return WORKBOOK
    if head.startswith(_OLE):
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise FileProblem("password_protected", file=name)
        return WORKBOOK
    for magic, what in _OTHER_FILES:
        if head.startswith(magic):
            raise FileProblem("not_a_table", file=name, what=what)
    return _text_format(head, name)


def _text_format(head: bytes, name: str) -> str:
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(b"begin:vcard"):
        return VCARD
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<style", b"<head")):
        return HTML
    if text.startswith(b"<?xml"):
        if b"<html" in text[:4096]:
            return HTML
        raise FileProblem("not_a_table", file=name, what="XML")
    return DELIMITED


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD)
    except FileNotFoundError:
        raise FileProblem("file_missing", file=path.name) from None
    except OSError as error:
        raise FileProblem("file_unreadable", file=path.name, error=error.strerror or "") from None
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise FileProblem("empty_file", file=path.name)
    return head


def _holds(path: Path, needle: bytes) -> bool:
    tail = b""
    for block in blocks(path):
        if needle in tail + block:
            return True
        tail = block[-len(needle) :]
    return False


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the file's bytes block by block."""
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            yield block


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a file, with the first lines that would differ, for a person to choose by eye."""

    encoding: str
    sample: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoding:
    """``name`` is a Python codec; ``certain`` is False where a person has to choose among ``candidates``."""

    name: str
    certain: bool = True
    candidates: tuple[Candidate, ...] = field(default=())


def encoding_of(path: Path, stated: str = "") -> Encoding:
    """Return the encoding of a text file; ``stated`` (by a person) wins over all but a byte order mark.

    Raises :class:`FileProblem` ``not_decodable`` with the line where UTF-8 fails, when nothing fits.
    """
    head = _head(path)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return _only(path, name)
    if stated:
        return Encoding(_known(stated))
    wide = _utf16_without_mark(head)
    if wide:
        return _only(path, wide)
    bad = _first_bad(path, "utf-8")
    if bad is None:
        return _utf8_or_gbk(path)
    if _first_bad(path, "gb18030") is None:
        return _chinese_or_not(path)
    raise FileProblem("not_decodable", file=path.name, line=_line_of(path, bad))


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        raise FileProblem("unknown_encoding", encoding=name[:40]) from None
    if not getattr(found, "_is_text_encoding", True):
        raise FileProblem("unknown_encoding", encoding=name[:40])
    return "gb18030" if found.name in {"gbk", "gb2312"} else found.name


def _only(path: Path, name: str) -> Encoding:
    bad = _first_bad(path, name)
    if bad is not None and not name.startswith("utf-8"):
        raise FileProblem("not_decodable", file=path.name, line=_line_of(path, bad))
    return Encoding(name)


def _utf16_without_mark(head: bytes) -> str:
    """UTF-16 text of any Western or mixed table has NULs in every other place; other text has none."""
    sample = head[: len(head) // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample) // 2 or min(even, odd) * 20 > len(sample) // 2:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _first_bad(path: Path, name: str) -> int | None:
    """Offset near the first byte that is no text in this encoding (strict, whole file), None when all is."""
    decoder = codecs.getincrementaldecoder(name)()
    offset = 0
    try:
        for block in blocks(path):
            decoder.decode(block)
            offset += len(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return offset + error.start
    return None


def _line_of(path: Path, offset: int) -> int:
    lines, seen = 1, 0
    for block in blocks(path):
        lines += block[: max(0, offset - seen)].count(b"\n")
        seen += len(block)
    return lines


def _utf8_or_gbk(path: Path) -> Encoding:
    """Valid UTF-8 whose only non-ASCII bytes also are everyday GBK characters is a question."""
    pairs: set[bytes] = set()
    for block in blocks(path):
        if block.isascii():
            continue
        if _THREE_BYTES.search(block):
            return Encoding("utf-8")
        pairs.update(_TWO_BYTES.findall(block))
    if not pairs or not all(pair[1] >= 0xA1 for pair in pairs) or _is_latin(path):
        return Encoding("utf-8")
    return _question(path, ["utf-8", "gb18030"])


def _is_latin(path: Path) -> bool:
    """Whether every character beyond ASCII is an accented letter beside a plain one: *José*, not 模."""
    with path.open(encoding="utf-8", newline="") as text:
        return all(
            line.isascii() or _LATIN.sub("", line).isascii()
            for line in iter(lambda: text.readline(BLOCK), "")
        )


def _chinese_or_not(path: Path) -> Encoding:
    """GB18030 decodes many other encodings into rare characters; mostly everyday ones are Chinese indeed."""
    common = rare = 0
    with path.open(encoding="gb18030", newline="") as text:
        while block := text.read(BLOCK):
            for char in filter(lambda c: not c.isascii(), block):
                if _everyday(char):
                    common += 1
                else:
                    rare += 1
            if common + rare > 20_000:
                break
    if common >= 2 * rare:
        return Encoding("gb18030")
    return _question(path, ["gb18030", *(e for e in _OTHER_ENCODINGS if _first_bad(path, e) is None)])


def _everyday(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _question(path: Path, names: list[str]) -> Encoding:
    return Encoding(names[0], certain=False, candidates=tuple(Candidate(n, _sample(path, n)) for n in names))


def _sample(path: Path, name: str) -> tuple[str, ...]:
    """The first lines that hold anything beyond ASCII."""
    lines: list[str] = []
    with path.open(encoding=name, errors="replace", newline="") as text:
        for line in iter(lambda: text.readline(HEAD), ""):
            if not line.isascii():
                lines.append(line.strip()[:200])
            if len(lines) == SHOWN:
                break
    return tuple(lines)
