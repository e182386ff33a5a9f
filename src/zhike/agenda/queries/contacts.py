"""What is known about reaching customers: ways, consents, what was tried lately. For many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from zhike.agenda.queries.sources.table import chunks
from zhike.agenda.rules.fairness import Reachability
from zhike.core.clock import business_date, day_bounds
from zhike.customers.models import ContactPoint, Customer, Interaction

_LOOK_BACK_DAYS = 120
_NO_ANSWER = "not_reached"


@dataclass(slots=True)
class _Known:
    kinds: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    preferred: str = ""
    last: dict[str, date] = field(default_factory=dict)
    misses: int = 0
    missed_by: str = ""
    answered: bool = False


def reachability(ids: Sequence[int], today: date) -> dict[int, Reachability]:
    """Return for each customer the usable contact points and what we tried in the last 120 days."""
    found = {pk: _Known() for pk in ids}
    for part in chunks(ids):
        _points(part, found)
        _preferences(part, found)
        _attempts(part, found, today)
    return {pk: _frozen(known) for pk, known in found.items()}


def _points(ids: Sequence[int], found: dict[int, _Known]) -> None:
    rows = ContactPoint.objects.filter(customer_id__in=ids, invalid_reason="")
    for pk, kind, consent in rows.values_list("customer_id", "kind", "consent"):
        known = found[pk]
        known.kinds.add(kind)
        if consent == "refused":
            known.refused.add(kind)


def _preferences(ids: Sequence[int], found: dict[int, _Known]) -> None:
    rows = Customer.objects.filter(pk__in=ids).exclude(preferred_channel="")
    for pk, preferred in rows.values_list("pk", "preferred_channel"):
        found[pk].preferred = preferred


def _attempts(ids: Sequence[int], found: dict[int, _Known], today: date) -> None:
    since, _ = day_bounds(today - timedelta(days=_LOOK_BACK_DAYS))
    _, until = day_bounds(today)
    rows = Interaction.objects.filter(customer_id__in=ids, at__gte=since, at__lt=until, direction="out")
    for pk, channel, at, outcome in rows.order_by("-at", "-id").values_list(
        "customer_id", "channel", "at", "outcome"
    ):
        known = found[pk]
        known.last.setdefault(channel, business_date(at))
        if outcome != _NO_ANSWER:
            known.answered = True
        elif not known.answered:
            known.misses += 1
            known.missed_by = known.missed_by or channel


def _frozen(known: _Known) -> Reachability:
    return Reachability(
        kinds=frozenset(known.kinds),
        refused=frozenset(known.refused),
        preferred=known.preferred,
        last=known.last,
        misses=known.misses,
        missed_by=known.missed_by,
    )
