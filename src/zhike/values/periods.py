"""Periods of days, and the way between instants (UTC) and the firm's business days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .dates import add_months
from .problems import InvalidValue, shown

DEFAULT_ZONE: Final = "Asia/Shanghai"

Ambiguous = Literal["earlier", "later", "raise"]
Missing = Literal["shift", "raise"]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` (included) to ``end`` (excluded)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidValue("period_reversed")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """A calendar month."""
        first = date(year, month, 1)
        return cls(first, add_months(first, 1))

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def last_days(cls, as_of: date, days: int) -> Period:
        """The ``days`` days that end with ``as_of`` (included)."""
        return cls(as_of + timedelta(days=1 - days), as_of + timedelta(days=1))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    def months(self) -> Iterator[Period]:
        """The calendar months this period touches, each whole, in order."""
        first = self.start.replace(day=1)
        while first < self.end:
            yield Period(first, add_months(first, 1))
            first = add_months(first, 1)

    def previous(self) -> Period:
        """The period of equal length that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)

    def overlap(self, other: Period) -> Period | None:
        """The days both have, ``None`` when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo:
    """The time zone called ``name``; raises :class:`InvalidValue` for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue("zone_unknown", value=shown(name)) from None


def business_date(instant: datetime, tz: str = DEFAULT_ZONE) -> date:
    """The firm's calendar day at ``instant`` (an aware datetime; a naive one is taken as UTC)."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    try:
        return aware.astimezone(zone(tz)).date()
    except OverflowError:
        raise InvalidValue("date_out_of_range", value=str(aware), first="0001", last="9999") from None


def utc(
    local: datetime, tz: str = DEFAULT_ZONE, ambiguous: Ambiguous = "earlier", missing: Missing = "shift"
) -> datetime:
    """The instant (aware, UTC) of a naive local clock time in zone ``tz``.

    A time that happened twice (clocks put back) is the ``earlier`` or ``later`` one, or raises. A time that
    never was (clocks put forward) is shifted forward by the length of the gap, or raises.
    """
    if not 1 < local.year < 9999:  # the way to UTC must not leave the calendar
        raise InvalidValue("date_out_of_range", value=str(local), first="0002", last="9998")
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    first = local.replace(tzinfo=zone(tz), fold=0)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone(tz)).replace(tzinfo=None) != local:
        if missing == "raise":
            raise InvalidValue("time_missing", value=str(local), zone=tz)
        return first.astimezone(UTC)
    if ambiguous == "raise":
        raise InvalidValue("time_ambiguous", value=str(local), zone=tz)
    return (first if ambiguous == "earlier" else second).astimezone(UTC)


def day_bounds(day: date, tz: str = DEFAULT_ZONE) -> tuple[datetime, datetime]:
    """First instant of business day ``day`` and of the next (UTC): ``start <= instant < end``."""
    midnight = datetime.combine(day, time.min)
    return utc(midnight, tz), utc(midnight + timedelta(days=1), tz)
