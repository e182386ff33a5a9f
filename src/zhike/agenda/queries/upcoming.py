"""The next days' dates to remember of the customers on one list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from zhike.agenda.queries.people import Person
from zhike.agenda.queries.texts.labels import OCCASIONS
from zhike.agenda.queries.texts.render import relative
from zhike.core.permissions import Viewer, scope_q
from zhike.customers.models import SpecialDate
from zhike.values.dates import month_days_kept_on
from zhike.values.lunar import LunarDate, lunar_dates_kept_on

MOST = 60


@dataclass(frozen=True, slots=True)
class DateView:
    """One date: whose (self, family, firm) decides its colour and its word."""

    on: date
    whose: str
    customer_id: int
    customer_name: str
    relative: str
    occasion: str
    occasion_code: str
    special_date_id: int
    lunar: LunarDate | None = None


def upcoming(viewer: Viewer, who: Person, first: date, days: int, most: int = MOST) -> list[DateView]:
    """Return the dates kept from ``first`` on within ``days`` days, in order; at most ``most``."""
    kept = _kept(first, days)
    owner = Q() if who.is_team else Q(customer__owner_id=who.user_id)
    scope = scope_q(viewer, owner="customer__owner_id", team="customer__team_id")
    condition = Q()
    for calendar, month, day, leap in kept:
        condition |= Q(calendar=calendar, month=month, day=day, leap=leap)
    rows = SpecialDate.objects.filter(condition, owner, scope).select_related("customer")[: 4 * most]
    found = [_view(row, kept[row.calendar, row.month, row.day, row.leap]) for row in rows]
    return sorted(found, key=lambda d: (d.on, d.whose, d.customer_name))[:most]


def _kept(first: date, days: int) -> dict[tuple[str, int, int, bool], date]:
    """Calendar, month, day and leap flag of every date kept in these days, with the day it is kept on."""
    found: dict[tuple[str, int, int, bool], date] = {}
    for offset in range(days):
        on = first + timedelta(days=offset)
        for month, day in month_days_kept_on(on):
            found.setdefault(("solar", month, day, False), on)
        for lunar in lunar_dates_kept_on(on):
            found.setdefault(("lunar", lunar.month, lunar.day, lunar.leap), on)
    return found


def _view(row: SpecialDate, on: date) -> DateView:
    return DateView(
        on=on,
        whose=row.whose,
        customer_id=row.customer_id,
        customer_name=row.customer.name,
        relative=relative(row.relation, row.person) if row.whose == "family" else "",
        occasion=str(OCCASIONS.get(row.occasion, row.occasion)),
        occasion_code=row.occasion,
        special_date_id=row.pk,
        lunar=LunarDate(row.month, row.day, row.leap) if row.calendar == "lunar" else None,
    )
