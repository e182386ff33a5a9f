"""Data of valuable customers to verify: one question at a time, along with another contact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from django.db.models import Exists, OuterRef, Q

from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.table import best, chunks, scores
from zhike.agenda.rules import ranking
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.customers.models import ContactPoint, Customer

KEY = "verify"
_REACHING = ("mobile", "phone", "wechat", "email")


def drafts(ctx: TaskContext) -> Iterator[TaskDraft]:
    """A- and B-customers without a working contact or with data that nobody has checked for a year."""
    s = agenda_settings()
    columns = scores(Q(tier__in=("A", "B")) & _questionable(ctx, s.verify_after_days), ("value_12m",), ctx)
    value = columns["value_12m"].astype(float)
    score = np.asarray(ranking.rank(value, ranking.VERIFY_URGENCY, s.verify_chance), dtype=float)
    rows = list(best(columns, score, s.keep_per_person))
    silent = _without_contact([row["customer_id"] for row in rows])
    for row in rows:
        code = "no_contact" if row["customer_id"] in silent else "stale"
        yield TaskDraft(
            source=KEY,
            customer_id=row["customer_id"],
            subject=code,
            due=ctx.today,
            why=[(f"verify.{code}", {"n": s.verify_after_days})],
            words=[(f"words.verify.{code}", {})],
            channel="call",
            value_at_stake=max(int(row["value_12m"]), s.floor_value_minor),
            urgency=ranking.VERIFY_URGENCY,
            chance=s.verify_chance,
            minutes=3,
        )


def _questionable(ctx: TaskContext, days: int) -> Q:
    limit = ctx.today - timedelta(days=days)
    points = ContactPoint.objects.filter(customer_id=OuterRef("customer_id"), kind__in=_REACHING)
    stale = Customer.objects.filter(
        pk=OuterRef("customer_id"), verified_at__isnull=False, verified_at__lt=limit
    )
    return Q(~Exists(points.exclude(normal=""))) | Q(Exists(stale))


def _without_contact(ids: list[int]) -> set[int]:
    reachable: set[int] = set()
    for part in chunks(ids):
        points = ContactPoint.objects.filter(customer_id__in=part, kind__in=_REACHING).exclude(normal="")
        reachable |= set(points.values_list("customer_id", flat=True))
    return set(ids) - reachable
