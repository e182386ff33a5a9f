"""How the slice's own filter fields read their values and what they ask of a customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from zhike.core.clock import day_bounds
from zhike.core.settings_store import firm
from zhike.customers.models import ContactPoint, CustomerTag, SpecialDate
from zhike.customers.queries.rows import NEVER
from zhike.values.contacts import parse_email, parse_phone
from zhike.values.dates import parse_date
from zhike.values.money import parse_minor

Lookups = Mapping[str, Callable[[Any], Q]]
LARGEST_INTEGER = 2**62


def equals(name: str) -> Lookups:
    """``is`` and ``in`` on one column."""
    return {"is": lambda value: Q(**{name: value}), "in": lambda values: Q(**{f"{name}__in": values})}


def person(name: str) -> Lookups:
    """``is`` and ``in`` on a foreign key; ``none`` asks for rows without."""
    return {
        "is": lambda value: Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value}),
        "in": lambda values: Q(**{f"{name}__in": [v for v in values if v is not None]}),
    }


def between(name: str) -> Lookups:
    """``is``, ``gte`` and ``lte`` on an ordered column."""
    return {
        "is": lambda value: Q(**{name: value}),
        "gte": lambda value: Q(**{f"{name}__gte": value}),
        "lte": lambda value: Q(**{f"{name}__lte": value}),
    }


def of_buyers(name: str) -> Lookups:
    """Like :func:`between` on a number that means something only for those who have bought."""
    plain, bought = between(name), Q(score__orders__gt=0)
    return {
        "is": lambda value: plain["is"](value) & bought,
        "gte": lambda value: plain["gte"](value) & bought,
        "lte": lambda value: plain["lte"](value) & bought,
    }


def days(name: str, *, never: date) -> Lookups:
    """Like :func:`between` on a column in which ``never`` stands for "none"; ``is=none`` asks for those."""

    def known(q: Q) -> Q:
        return q & (Q(**{f"{name}__gt": never}) if never == NEVER else Q(**{f"{name}__lt": never}))

    return {
        "is": lambda value: Q(**{name: never if value is None else value}),
        "gte": lambda value: known(Q(**{f"{name}__gte": value or never})),
        "lte": lambda value: known(Q(**{f"{name}__lte": value or never})),
    }


def created() -> Lookups:
    """The firm's day on which the record was made."""
    return {
        "is": lambda day: Q(created_at__gte=day_bounds(day)[0], created_at__lt=day_bounds(day)[1]),
        "gte": lambda day: Q(created_at__gte=day_bounds(day)[0]),
        "lte": lambda day: Q(created_at__lt=day_bounds(day)[1]),
    }


def tag() -> Lookups:
    """Customers that carry a tag."""

    def any_of(names: Sequence[str]) -> Q:
        return Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__name__in=names)))

    return {"is": lambda name: any_of([name]), "in": any_of}


def contact() -> Lookups:
    """Customers that have this very phone or e-mail."""
    return {
        "is": lambda normal: Q(Exists(ContactPoint.objects.filter(customer=OuterRef("pk"), normal=normal)))
    }


def birthday_month() -> Lookups:
    """Customers with a birthday of their own in a month of the solar calendar."""

    def in_months(months: Sequence[int]) -> Q:
        rows = SpecialDate.objects.filter(
            occasion="birthday", whose="self", calendar="solar", month__in=months
        )
        return Q(Exists(rows.filter(customer=OuterRef("pk"))))

    return {"is": lambda month: in_months([month]), "in": in_months}


def one_of(codes: Sequence[str]) -> Callable[[str], str]:
    """A parser that admits these codes alone (``none`` stands for "")."""

    def parse(raw: str) -> str:
        if raw == "none":
            return ""
        if raw not in codes:
            raise ValueError(raw)
        return raw

    return parse


def short_text(raw: str) -> str:
    """A parser for text that is compared as a whole."""
    if not raw or len(raw) > 80:
        raise ValueError
    return "" if raw == "none" else raw


def identity(raw: str) -> int | None:
    """A parser for keys of staff and teams; ``none`` asks for rows without."""
    return None if raw == "none" else whole_number(raw)


def whole_number(raw: str) -> int:
    """A parser for whole numbers."""
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise ValueError
    return int(raw)


def month(raw: str) -> int:
    """A parser for months."""
    number = whole_number(raw)
    if not 1 <= number <= 12:
        raise ValueError
    return number


def money(raw: str) -> int:
    """A parser for amounts in major units of the firm's currency; returns minor units."""
    amount = parse_minor(raw, firm().currency, rounding=True)
    if abs(amount) > LARGEST_INTEGER:
        raise ValueError
    return amount


def probability(raw: str) -> float:
    """A parser for shares: ``0.8`` or ``80%``."""
    if len(raw) > 12 or not raw.isascii():
        raise ValueError
    value = float(raw.rstrip("%")) / (100 if raw.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise ValueError
    return value


def day(raw: str) -> date:
    """A parser for days: ``2026-03-08``, or relative to today: ``-30d``, ``+14d``, ``0d``."""
    if raw.endswith("d"):
        return _relative(raw[:-1])
    return parse_date(raw)


def day_or_none(raw: str) -> date | None:
    """Like :func:`day`; ``none`` asks for rows without."""
    return None if raw == "none" else day(raw)


def _relative(raw: str) -> date:
    from zhike.core.clock import today

    number = int(raw)
    if abs(number) > 20_000:
        raise ValueError
    return today() + timedelta(days=number)


def phone_or_email(raw: str) -> str:
    """A parser for a phone or an e-mail address; returns its canonical form."""
    if "@" in raw:
        return parse_email(raw)
    phone = parse_phone(raw)
    if phone.masked:
        raise ValueError
    return phone.canonical
