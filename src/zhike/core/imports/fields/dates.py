"""Dates and instants: read as documented or refused, never guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import partial

from zhike.core.imports.fields.base import Parser, ParseSpec
from zhike.core.imports.problems import Problem, problem_of
from zhike.values.lunar import LunarDate
from zhike.values.periods import utc
from zhike.values.problems import InvalidValue

EARLIEST_YEAR = 1900
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's day numbers have no zone

_YMD = r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
_DMY = r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4})"
_CLOCK = (
    r"(?P<half>上午|下午|[AaPp][Mm])?\s*(?P<H>\d{1,2})\s*[:时点]\s*(?P<M>\d{1,2})\s*"
    r"(?:[:分]\s*(?P<S>\d{1,2})(?:[.,](?P<f>\d{1,9}))?\s*秒?)?分?\s*(?P<half2>[AaPp][Mm])?"
)
_ZONE = r"\s*(?P<z>Z|[+-]\d{2}:?\d{2})?"
_ISO = re.compile(rf"{_YMD}(?:[T\s]*{_CLOCK}{_ZONE})?", re.ASCII)
_OTHER = re.compile(rf"{_DMY}(?:[T\s]*{_CLOCK}{_ZONE})?", re.ASCII)
_COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?", re.ASCII
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)


def to_local(text: str, spec: ParseSpec) -> datetime | Problem:
    """Read the date, with its time where it has one; aware only where the text states an offset.

    Without formats in the mapping: year first (``2024-03-08``, ``2024/3/8``, ``2024.3.8``, ``20240308``,
    ``2024年3月8日``) and then a clock time; these are understood beside any format, since workbooks and
    Parquet files
    give true dates that way. Day-first and month-first texts are refused until the mapping says which.
    """
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    folded = folded.strip()
    for pattern in spec.formats:
        found = _by_format(folded, pattern)
        if found is not None:
            return found
    match = _ISO.fullmatch(folded) or _COMPACT.fullmatch(folded)
    if match:
        return _build(match, int(match["m"]), int(match["d"]))
    return Problem("not_a_date") if spec.formats else _unknown(folded)


def _unknown(text: str) -> Problem:
    if _OTHER.fullmatch(text):
        return Problem("date_order")
    return Problem("date_serial") if _SERIAL.fullmatch(text) else Problem("not_a_date")


def _by_format(text: str, pattern: str) -> datetime | Problem | None:
    if pattern == "iso":
        return None
    if pattern == "excel":
        return _serial(text)
    if pattern in {"dmy", "mdy"}:
        match = _OTHER.fullmatch(text)
        if not match:
            return None
        day, month = (match["a"], match["b"]) if pattern == "dmy" else (match["b"], match["a"])
        return _build(match, int(month), int(day))
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - the mapping's zone is applied afterwards
    except ValueError:
        return None


def _serial(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", text, re.ASCII):
        return None
    days = float(text)
    return _EXCEL_EPOCH + timedelta(seconds=round(days * 86_400)) if 1 <= days < 2_958_466 else None


def _build(match: re.Match[str], month: int, day: int) -> datetime | Problem:
    try:
        found = date(int(match["y"]), month, day)
    except ValueError:
        return Problem("no_such_date")
    groups = match.groupdict()
    if groups.get("H") is None:
        return datetime.combine(found, time.min)
    clock = _clock(groups)
    if clock is None:
        return Problem("no_such_time")
    return datetime.combine(found, clock, tzinfo=_offset(groups.get("z")))


def _clock(groups: dict[str, str | None]) -> time | None:
    half = (groups.get("half") or groups.get("half2") or "").lower()
    hour = int(groups["H"] or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in {"下午", "pm"} else 0)
    fraction = (groups.get("f") or "0").ljust(6, "0")[:6]
    try:
        return time(hour, int(groups["M"] or 0), int(groups.get("S") or 0), int(fraction))
    except ValueError:
        return None


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text == "Z":
        return timezone.utc  # noqa: UP017 - beside timedelta offsets
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23:
        return None
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day from 1900 to at most ``days_ahead`` days after today.

    A clock time behind it is dropped.
    """

    days_ahead: int = 0
    name: str = "date"

    def parser(self, spec: ParseSpec) -> Parser:
        latest = spec.today + timedelta(days=self.days_ahead)

        def parse(text: str) -> date | Problem:
            found = to_local(text, spec)
            if isinstance(found, Problem):
                return found
            return _bounded(found.date(), latest) or found.date()

        return parse


@dataclass(frozen=True, slots=True)
class DateTime:
    """An instant (aware, UTC) of a clock time in the mapping's zone.

    A day without a time is its midnight. An hour that the clocks skipped is refused; one that happened twice
    is the earlier of the two.
    """

    days_ahead: int = 1
    name: str = "date and time"

    def parser(self, spec: ParseSpec) -> Parser:
        latest = spec.today + timedelta(days=self.days_ahead)
        instant = partial(utc, tz=spec.timezone.key)

        def parse(text: str) -> datetime | Problem:
            found = to_local(text, spec)
            if isinstance(found, Problem):
                return found
            if problem := _bounded(found.date(), latest):
                return problem
            midnight = found.time() == time.min
            try:
                return instant(found, ambiguous="earlier", missing="shift" if midnight else "raise")
            except InvalidValue:
                return Problem("skipped_hour", {"zone": spec.timezone.key})

        return parse


def _bounded(day: date, latest: date) -> Problem | None:
    if day.year < EARLIEST_YEAR:
        return Problem("year_too_early", {"min": EARLIEST_YEAR})
    return Problem("date_too_late", {"max": latest.isoformat()}) if day > latest else None


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar year (:class:`~zhike.values.lunar.LunarDate`).

    八月十五, 闰四月十一, 腊月三十, 08-15.
    """

    name: str = "lunar date"

    def parser(self, spec: ParseSpec) -> Parser:
        def parse(text: str) -> LunarDate | Problem:
            try:
                return LunarDate.parse(text)
            except InvalidValue as error:
                return problem_of(error)

        return parse
