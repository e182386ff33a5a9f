"""How amounts, shares, days and phones are written for people, in the active language.

Every function returns plain text and never raises for odd input from a template: what cannot be shown
comes back as an empty string, so that a page with one bad value still renders.
"""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from zhike.core import clock
from zhike.values.contacts import format_phone, mask_phone
from zhike.values.lunar import FIRST_DATE, LAST_DATE, LunarDate
from zhike.values.money import divide_half_up, format_money, format_wan, minor_digits

AVATAR_COLOURS = 10
HAN_TENTHS = "零一二三四五六七八九十"
WEEKDAYS_ZH = "一二三四五六日"


def _lang() -> str:
    return (get_language() or "zh-hans").lower()


def is_chinese() -> bool:
    """Tell whether the active language is Chinese (万 and 亿 are used, dates are 11月22日)."""
    return _lang().startswith("zh")


def _decimal(value: Any) -> Decimal | None:
    """Any number as Decimal; None for what is not a finite number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _amount(value: Any, currency: str | None) -> tuple[int | None, str]:
    """Minor units and currency code, of a Money or of a bare number of minor units."""
    number = _decimal(getattr(value, "minor", value))
    code = str(getattr(value, "currency", None) or currency or "CNY")
    return (None if number is None else int(number.to_integral_value(ROUND_HALF_UP))), code


def _grouped(number: Decimal, places: int) -> str:
    quantum = Decimal(1).scaleb(-places)
    return f"{number.quantize(quantum, ROUND_HALF_UP):,}"


def _minus(negative: bool) -> str:  # noqa: FBT001
    return "−" if negative else ""


def money(value: Any, style: str = "", currency: str | None = None) -> str:
    """`4230000` (minor units) → `¥42,300`; cents are shown when there are any, or always with ``cents``.

    Style ``round`` leaves the cents out: for estimates, never for what was paid.
    """
    minor, code = _amount(value, currency)
    if minor is None:
        return ""
    unit = 10 ** minor_digits(code)
    if style == "round":
        minor = divide_half_up(abs(minor), unit) * unit * (-1 if minor < 0 else 1)
    text = format_money(minor, code, _lang())
    return text.rpartition(".")[0] if "." in text and minor % unit == 0 and style != "cents" else text


def _three_digits(number: Decimal) -> str:
    """Three significant digits, trailing zeros gone: `4.23`, `18.6`, `1,860`."""
    places = 2 if number < 10 else 1 if number < 100 else 0
    text = _grouped(number, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _steps() -> tuple[tuple[Decimal, str], ...]:
    if is_chinese():
        return (Decimal(10) ** 8, " 亿"), (Decimal(10) ** 4, " 万")
    return (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 4, "k")


def short_number(value: Any) -> str:
    """A count or amount in short: zh `1,860 万`, en `18.6M`; below ten thousand it is written out."""
    number = _decimal(value)
    if number is None:
        return ""
    size = abs(number)
    for step, unit in _steps():
        if size >= step:
            scale = Decimal(1000) if unit == "k" else step
            return f"{_minus(number < 0)}{_three_digits(size / scale)}{unit}"
    places = 0 if number == number.to_integral_value() or size >= 100 else 1
    return f"{_minus(number < 0)}{_grouped(size, places)}"


def wan(value: Any, currency: str | None = None) -> str:
    """Money in short, three digits: zh `4.23 万元`, en `¥42.3k`; below ten thousand `¥9,870`."""
    minor, code = _amount(value, currency)
    if minor is None:
        return ""
    if abs(minor) < 10_000 * 10 ** minor_digits(code):
        return money(minor, "round", code)
    return format_wan(minor, code, _lang())


def count(value: Any) -> str:
    """`12480` → `12,480`."""
    number = _decimal(value)
    return "" if number is None else f"{_minus(number < 0)}{_grouped(abs(number), 0)}"


def percent(value: Any, places: int = 0) -> str:
    """A share 0…1 as `18%`; ``places`` digits behind the point."""
    number = _decimal(value)
    if number is None:
        return ""
    number *= 100
    return f"{_minus(number < 0)}{_grouped(abs(number), places)}%"


def likely(value: Any) -> str:
    """A probability in plain words: `约八成可能`, `about 8 in 10`; the ends are words, never 0 or 10."""
    number = _decimal(value)
    if number is None or not 0 <= number <= 1:
        return ""
    tenths = int((number * 10).quantize(Decimal(1), ROUND_HALF_UP))
    if tenths == 0:
        return gettext("very unlikely")
    if tenths == 10:
        return gettext("almost certain")
    shown = HAN_TENTHS[tenths] if is_chinese() else str(tenths)
    return gettext("about %(tenths)s in 10") % {"tenths": shown}


def _local(instant: datetime) -> datetime:
    """An instant in the firm's zone; naive ones are taken as local already."""
    return instant.astimezone(clock.firm_zone()) if instant.tzinfo is not None else instant


def as_day(value: Any) -> date | None:
    """The business day of an instant or date; None for anything else."""
    if isinstance(value, datetime):
        return _local(value).date()
    return value if isinstance(value, date) else None


def today() -> date:
    """The firm's business day."""
    return clock.today()


def day(value: Any, style: str = "") -> str:
    """`11月22日` or `22 Nov`; the year is added when it is not the current one or style is ``year``.

    Style ``weekday`` adds the day of the week: `11月22日 星期日`, `Sun 22 Nov`.
    """
    moment = as_day(value)
    if moment is None:
        return ""
    with_year = style == "year" or moment.year != today().year
    if is_chinese():
        text = f"{moment.year}年" if with_year else ""
        text += f"{moment.month}月{moment.day}日"
        return f"{text} 星期{WEEKDAYS_ZH[moment.weekday()]}" if style == "weekday" else text
    text = f"{moment.day} {moment:%b}" + (f" {moment.year}" if with_year else "")
    return f"{moment:%a} {text}" if style == "weekday" else text


def time_of_day(value: Any) -> str:
    """`10:30` of an instant, in the firm's zone; also of a plain time."""
    if isinstance(value, datetime):
        value = _local(value)
    return f"{value:%H:%M}" if hasattr(value, "hour") else ""


def moment(value: Any) -> str:
    """`11月21日 23:40`, `21 Nov 23:40`."""
    return f"{day(value)} {time_of_day(value)}" if isinstance(value, datetime) else day(value)


def _near(days: int) -> str:
    """Words for the days next to today; empty when there is none."""
    if days == 0:
        return gettext("today")
    if abs(days) == 1:
        return gettext("tomorrow") if days > 0 else gettext("yesterday")
    if abs(days) == 2 and is_chinese():
        return gettext("the day after tomorrow") if days > 0 else gettext("the day before yesterday")
    return ""


def ago(value: Any, base: date | None = None) -> str:
    """Distance from today: `3 天前`, `明天`, `in 2 months`; days up to 60, then months, then years."""
    moment = as_day(value)
    if moment is None:
        return ""
    days = (moment - (base or today())).days
    return _near(days) or (_since(-days) if days < 0 else _until(days))


def _since(days: int) -> str:
    if days <= 60:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    months = round(days / 30.44)
    if months < 24:
        return ngettext("%(n)s month ago", "%(n)s months ago", months) % {"n": months}
    years = days // 365
    return ngettext("%(n)s year ago", "%(n)s years ago", years) % {"n": years}


def _until(days: int) -> str:
    if days <= 60:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    months = round(days / 30.44)
    if months < 24:
        return ngettext("in %(n)s month", "in %(n)s months", months) % {"n": months}
    years = days // 365
    return ngettext("in %(n)s year", "in %(n)s years", years) % {"n": years}


def minutes(value: Any) -> str:
    """A duration: `40 分`, `4 小时 40 分`; takes minutes or a timedelta."""
    total = int(value.total_seconds() // 60) if isinstance(value, timedelta) else int(_decimal(value) or 0)
    hours, rest = divmod(total, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(gettext("%(n)s min") % {"n": rest})
    return " ".join(parts)


def masked_phone(value: Any) -> str:
    """`+8613812345521` → `138 •••• 5521`: the digits between never leave the server."""
    return re.sub(r"\*+", " •••• ", mask_phone(str(value))).strip() if value else ""


def phone(value: Any) -> str:
    """`+8613812345521` → `138 1234 5521`."""
    return format_phone(str(value)) if value else ""


def colour_index(name: Any) -> int:
    """A number 0…9 that is always the same for the same name: the avatar's colour."""
    return zlib.crc32(str(name or "").encode()) % AVATAR_COLOURS


def initial(name: Any) -> str:
    """What an avatar shows: the first Han character, or up to two initials of a Latin name."""
    text = str(name or "").strip()
    words = [word for word in re.split(r"[\s.·・_-]+", text) if word]
    if not words:
        return "?"
    if ord(words[0][0]) < 0x2E80 and len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][0].upper()


def lunar(value: Any) -> str:
    """`农历十月十四`, `lunar 10-14`: of a LunarDate, or of a solar date within the calendar's reach."""
    solar = as_day(value)
    if solar is not None:
        value = LunarDate.from_solar(solar) if FIRST_DATE <= solar <= LAST_DATE else None
    if not isinstance(value, LunarDate):
        return ""
    return f"{'农历' if is_chinese() else ''}{value.label(_lang())}"
