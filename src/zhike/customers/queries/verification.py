"""Archives that somebody should complete or look through again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from zhike.customers.models import ContactPoint, Customer, SpecialDate
from zhike.customers.rules.quality import ArchiveFacts, assess

_PART = 900
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class StaleCustomer:
    """A customer with a gap in the archive: ``gap`` is what to ask, ``score`` 0..100 how complete it is."""

    customer_id: int
    gap: str
    score: int
    tier: str
    verified_at: date | None


def stale_customers(
    today: date, tiers: Collection[str] = ("A", "B"), ids: Collection[int] | None = None
) -> Iterator[StaleCustomer]:
    """Yield customers of these tiers whose archive has a gap, in one pass."""
    rows = Customer.objects.filter(score__tier__in=tuple(tiers)) if tiers else Customer.objects.all()
    if ids is None:
        yield from _assessed(rows, today)
        return
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _PART):
        yield from _assessed(rows.filter(pk__in=ordered[start : start + _PART]), today)


def _assessed(rows: Any, today: date) -> Iterator[StaleCustomer]:
    points = ContactPoint.objects.filter(customer=OuterRef("pk"))
    dates = SpecialDate.objects.filter(customer=OuterRef("pk"))
    annotated = rows.annotate(
        has_contact=Exists(points.filter(invalid_reason="")),
        has_invalid_contact=Exists(points.exclude(invalid_reason="")),
        has_birthday=Exists(dates.filter(occasion="birthday", whose="self")),
        has_founding_date=Exists(dates.filter(occasion="founding")),
    )
    columns = ("has_contact", "has_invalid_contact", "has_birthday", "has_founding_date")
    fields = ("id", "kind", "score__tier", "owner_id", "form_of_address", "contact_from", "preferred_channel")
    for row in annotated.values(
        *fields, "region", "industry", "source_code", "verified_at", "created_at", *columns
    ).iterator(_CHUNK):
        quality = assess(_facts(row), today)
        if quality.gaps:
            yield StaleCustomer(
                row["id"], quality.ask_next, quality.score, row["score__tier"] or "", row["verified_at"]
            )


def _facts(row: dict[str, Any]) -> ArchiveFacts:
    return ArchiveFacts(
        kind=row["kind"],
        tier=row["score__tier"] or "",
        has_contact=row["has_contact"],
        has_invalid_contact=row["has_invalid_contact"],
        has_owner=row["owner_id"] is not None,
        has_birthday=row["has_birthday"],
        has_founding_date=row["has_founding_date"],
        has_form_of_address=bool(row["form_of_address"]),
        has_contact_hours=row["contact_from"] is not None,
        has_preferred_channel=bool(row["preferred_channel"]),
        has_region=bool(row["region"]),
        has_industry=bool(row["industry"]),
        has_source=bool(row["source_code"]),
        verified_at=row["verified_at"],
        since=row["created_at"].date(),
    )
