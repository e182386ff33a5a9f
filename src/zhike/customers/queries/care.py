"""What the agenda needs of many customers at once, in few queries; no viewer filters unless one is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from zhike.core.permissions import FieldClass, Viewer, scope_q
from zhike.customers.models import ContactPoint, Customer, Interaction, SpecialDate
from zhike.customers.rules.dates import next_occurrence
from zhike.values.dates import month_days_kept_on
from zhike.values.lunar import lunar_dates_kept_on

CHUNK = 5_000
_PARAMETERS = 900


@dataclass(frozen=True, slots=True)
class Brief:
    """What is needed to address and reach a customer. Contacts are in full, "" where there is none."""

    id: int
    number: int
    name: str
    kind: str
    form_of_address: str
    owner_id: int | None
    team_id: int | None
    tier: str
    preferred_channel: str
    contact_from: time | None
    contact_until: time | None
    region: str
    phone: str = ""
    mobile: str = ""
    email: str = ""
    wechat: str = ""
    address: str = ""
    refused: frozenset[str] = frozenset()

    def has_channel(self, channel: str) -> bool:
        """Tell whether the customer can be reached this way and has not refused it."""
        value = {
            "call": self.mobile or self.phone,
            "message": self.mobile,
            "wechat": self.wechat or self.mobile,
            "email": self.email,
            "letter": self.address,
        }.get(channel, "-")
        kind = {"call": "mobile", "message": "mobile", "letter": "address"}.get(channel, channel)
        return bool(value) and kind not in self.refused


_BRIEF = (
    "id",
    "number",
    "name",
    "kind",
    "form_of_address",
    "owner_id",
    "team_id",
    "score__tier",
    "preferred_channel",
    "contact_from",
    "contact_until",
    "region",
)


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + _PARAMETERS] for start in range(0, len(ordered), _PARAMETERS))


def brief_for(ids: Collection[int], viewer: Viewer | None = None) -> dict[int, Brief]:
    """Return briefs by customer id (two queries per 900 ids).

    With a viewer: only customers in their sight, and contacts and form of address only for the contact class.
    """
    found: dict[int, Brief] = {}
    contacts = viewer is None or viewer.reads(FieldClass.CONTACT)
    for part in _parts(ids):
        rows = Customer.objects.filter(pk__in=part)
        if viewer is not None:
            rows = rows.filter(scope_q(viewer))
        points = _primary_contacts(part) if contacts else {}
        for row in rows.values_list(*_BRIEF):
            values = list(row)
            values[7] = values[7] or ""
            if not contacts:
                values[4] = ""
            found[row[0]] = Brief(*values, **points.get(row[0], {}))
    return found


def _primary_contacts(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    rows = ContactPoint.objects.filter(customer__in=ids, is_primary=True, invalid_reason="")
    for pk, kind, value, normal, consent in rows.values_list(
        "customer_id", "kind", "value", "normal", "consent"
    ):
        entry = found.setdefault(pk, {})
        if kind != "other":
            entry[kind] = normal or value
        if consent == "refused":
            entry["refused"] = entry.get("refused", frozenset()) | {kind}
    return found


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised to a customer that is not done yet."""

    interaction_id: int
    customer_id: int
    user_id: int | None
    channel: str
    promise: str
    due: date
    at: datetime


def open_promises(until: date | None = None, ids: Collection[int] | None = None) -> Iterator[Promise]:
    """Yield promises that are open (due up to ``until``), of all customers or of these, by due date."""
    rows = Interaction.objects.filter(promise_due__isnull=False, promise_kept_at__isnull=True)
    if until is not None:
        rows = rows.filter(promise_due__lte=until)
    for found in _each(rows.order_by("promise_due", "id"), ids):
        columns = ("id", "customer_id", "by_id", "channel", "promise", "promise_due", "at")
        for row in found.values_list(*columns).iterator(CHUNK):
            yield Promise(*row)


def _each(rows: QuerySet[Any], ids: Collection[int] | None) -> Iterator[QuerySet[Any]]:
    """The rows of all customers, or of parts of the given ones."""
    if ids is None:
        yield rows
        return
    for part in _parts(ids):
        yield rows.filter(customer__in=part)


@dataclass(frozen=True, slots=True)
class UpcomingDate:
    """A special date within the asked days: ``on`` is the day, ``years`` the anniversary if known."""

    id: int
    customer_id: int
    whose: str
    person: str
    relation: str
    occasion: str
    calendar: str
    month: int
    day: int
    leap: bool
    year: int | None
    days_ahead: int | None
    on: date
    years: int | None


_DATE = (
    "id",
    "customer_id",
    "whose",
    "person",
    "relation",
    "occasion",
    "calendar",
    "month",
    "day",
    "leap",
    "year",
    "days_ahead",
)


def special_dates_between(
    today: date, days: int, ids: Collection[int] | None = None
) -> Iterator[UpcomingDate]:
    """Yield special dates kept from ``today`` to ``days`` days later; only those are read."""
    wanted = _kept_between(today, days)
    if not wanted:
        return
    for start in range(0, len(wanted), 60):
        condition = Q()
        for part in wanted[start : start + 60]:
            condition |= part
        for rows in _each(SpecialDate.objects.filter(condition), ids):
            for row in rows.values_list(*_DATE).iterator(CHUNK):
                calendar, month, day, leap, year = row[6:11]
                kept = next_occurrence(calendar, month, day, leap=leap, year=year, on_or_after=today)
                if kept.on <= today + timedelta(days=days):
                    yield UpcomingDate(*(*row, kept.on, kept.years))


def _kept_between(first: date, days: int) -> list[Q]:
    """One condition per calendar, month and day, none of them twice."""
    keys: dict[tuple[str, int, int, bool], None] = {}
    for offset in range(days + 1):
        on = first + timedelta(days=offset)
        keys |= {("solar", month, day, False): None for month, day in month_days_kept_on(on)}
        keys |= {("lunar", lunar.month, lunar.day, lunar.leap): None for lunar in lunar_dates_kept_on(on)}
    return [Q(calendar=c, month=m, day=d, leap=leap) for c, m, d, leap in keys]


def last_contacts(ids: Collection[int] | None = None) -> dict[int, datetime]:
    """Return the instant of the last contact by customer id (customers never contacted are absent)."""
    found: dict[int, datetime] = {}
    for rows in _each(Interaction.objects.order_by(), ids):
        found.update(rows.values("customer_id").annotate(last=Max("at")).values_list("customer_id", "last"))
    return found


def contacts_since(
    since: datetime, ids: Collection[int] | None = None
) -> Iterator[tuple[int, str, datetime]]:
    """Yield (customer id, channel, instant) of contacts that the firm began since an instant."""
    rows = Interaction.objects.filter(at__gte=since, direction="out").order_by("at")
    for found in _each(rows, ids):
        yield from found.values_list("customer_id", "channel", "at").iterator(CHUNK)
