"""The firm's time: instants are UTC, the business day is the firm's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhike.core.settings_store import firm


def now() -> datetime:
    """Return the current instant (UTC, aware)."""
    return datetime.now(UTC)


def firm_zone() -> ZoneInfo:
    """Return the firm's time zone (setting ``firm.timezone``, default Asia/Shanghai)."""
    return ZoneInfo(firm().timezone)


def today() -> date:
    """Return the firm's business day."""
    return now().astimezone(firm_zone()).date()


def business_date(instant: datetime) -> date:
    """Return the firm's business day that an aware instant belongs to."""
    return instant.astimezone(firm_zone()).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the UTC instants at which the firm's business day begins and the next one begins."""
    zone = firm_zone()
    start = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)
