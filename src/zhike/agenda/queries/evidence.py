"""The evidence: answers of the last half year, and what customers did after they were contacted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Sum

from zhike.agenda.models import TaskAnswer
from zhike.agenda.queries.sources.table import chunks
from zhike.agenda.rules import learning, results
from zhike.core.clock import business_date, day_bounds
from zhike.customers.models import Interaction, Score
from zhike.sales.models import Order


def answers_by_source(as_of: date) -> dict[tuple[str, int | None], tuple[int, float]]:
    """Return (count, sum of grades) of the last 180 days by source and person, none taken back."""
    since, _ = day_bounds(as_of - timedelta(days=learning.WINDOW_DAYS))
    rows = TaskAnswer.objects.filter(at__gte=since, undone_at__isnull=True).values_list("source", "user_id")
    return {
        (s, u): (n, grades or 0.0) for s, u, n, grades in rows.annotate(n=Count("id"), grades=Sum("grade"))
    }


@dataclass(frozen=True, slots=True)
class _Window:
    """Last week's contacts are watched until today; a month's contacts for thirty days each."""

    first: date
    last: date
    as_of: date


def results_by_user(as_of: date) -> dict[int, dict[str, Any]]:
    """Return for each person the figures of ``rules.results`` as of a day."""
    window = _Window(as_of - timedelta(days=7), as_of - timedelta(days=1), as_of)
    contacted = _contacted(window)
    promises = _promises(as_of)
    everybody = {customer for rows in contacted.values() for customer in rows}
    strata = _strata(everybody)
    orders = _orders(window)
    baseline = _baseline(everybody, set(orders))
    found = {user: results.of_week(rows, orders, strata, baseline) for user, rows in contacted.items()}
    for user, (due, kept) in promises.items():
        found.setdefault(user, {}).update({"promises_due": due, "promises_kept": kept})
    for user, (asked, bought) in _month(as_of).items():
        found.setdefault(user, {}).update({"month_contacted": asked, "month_bought": bought})
    return found


def _contacted(window: _Window) -> dict[int, dict[int, date]]:
    """Person → customer → day of the first contact of the week that reached somebody."""
    start, _ = day_bounds(window.first)
    _, end = day_bounds(window.last)
    rows = Interaction.objects.filter(at__gte=start, at__lt=end, by__isnull=False).exclude(
        outcome="not_reached"
    )
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for user, customer, at in rows.values_list("by_id", "customer_id").annotate(at=Min("at")):
        found[user][customer] = business_date(at)
    return dict(found)


def _orders(window: _Window) -> dict[int, list[tuple[date, int]]]:
    """Customer → days and amounts of the sales since the week began."""
    rows = Order.objects.filter(kind=Order.Kind.SALE, customer__isnull=False, business_day__gte=window.first)
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for customer, day, amount in rows.filter(business_day__lte=window.as_of).values_list(
        "customer_id", "business_day", "firm_minor"
    ):
        found[customer].append((day, amount))
    return dict(found)


def _strata(customers: set[int]) -> dict[int, str]:
    """The tier of each customer: comparable means of the same tier."""
    found: dict[int, str] = {}
    for part in chunks(sorted(customers)):
        found |= dict(Score.objects.filter(customer_id__in=part).values_list("customer_id", "tier"))
    return found


def _baseline(contacted: set[int], buyers: set[int]) -> dict[str, tuple[int, int]]:
    """Tier → (customers nobody contacted that week who had bought before, those of them who bought since)."""
    sizes = dict(Score.objects.filter(orders__gt=0).values_list("tier").annotate(n=Count("customer_id")))
    counts = {tier: [n, 0] for tier, n in sizes.items()}
    tiers = _strata(contacted | buyers)
    for customer in contacted:
        if tiers.get(customer) in counts:
            counts[tiers[customer]][0] -= 1
    for customer in buyers - contacted:
        if tiers.get(customer) in counts:
            counts[tiers[customer]][1] += 1
    return {tier: (n, bought) for tier, (n, bought) in counts.items() if n > 0}


def _promises(as_of: date) -> dict[int, tuple[int, int]]:
    """Person → (promises due this month, those of them kept by their day).

    What falls due on the day itself counts only once it is kept: until the evening it is not broken.
    """
    rows = Interaction.objects.filter(
        promise_due__gte=as_of.replace(day=1), promise_due__lte=as_of, by__isnull=False
    )
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for user, due, kept_at in rows.values_list("by_id", "promise_due", "promise_kept_at"):
        if due == as_of and kept_at is None:
            continue
        found[user][0] += 1
        found[user][1] += bool(kept_at and due and business_date(kept_at) <= due)
    return {user: (due, kept) for user, (due, kept) in found.items()}


def _month(as_of: date) -> dict[int, tuple[int, int]]:
    """Person → (customers contacted 31 to 60 days ago, those of them who bought within 30 days of it)."""
    first, last = as_of - timedelta(days=60), as_of - timedelta(days=31)
    contacted = _contacted(_Window(first, last, as_of))
    orders = _orders(_Window(first, last, as_of))
    return {user: (len(rows), results.bought_within(rows, orders, 30)) for user, rows in contacted.items()}
