"""Builds the demonstration company: staff, catalog, customers, orders, contacts.

The same for seed and date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from zhike.catalog.rules import search_text
from zhike.cli.demo import vocabulary as words
from zhike.cli.demo.contacts import load_interactions
from zhike.cli.demo.load import load
from zhike.cli.demo.people import SOURCE, People, draw_people, load_customers, load_dates, load_relations
from zhike.cli.demo.purchases import (
    DAYS,
    Behaviour,
    Lines,
    behaviour,
    draw_lines,
    purchase_days,
    returned_orders,
)
from zhike.core import settings_store
from zhike.core.changes import change
from zhike.core.clock import firm_zone
from zhike.core.permissions import SYSTEM
from zhike.core.sequences import take
from zhike.customers.actions.score_rows import add_default_scores
from zhike.values import names

PASSWORD = "zhike-demo"  # noqa: S105 - printed for everybody to see; the demonstration listens on loopback only
_SELLERS = ("salesperson",)
Note = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How big and from when: ``mean_orders`` in two years, ``mean_lines`` an order."""

    customers: int
    seed: int
    as_of: date
    language: str = "zh-hans"
    mean_orders: float = 11.0
    mean_lines: float = 2.6
    interactions: bool = True


@dataclass
class Built:
    """What was built."""

    customers: int
    orders: int
    lines: int
    interactions: int


def build(plan: Plan, note: Note) -> Built:
    """Build everything into empty tables; deterministic in the plan."""
    rng = np.random.default_rng(plan.seed)
    with transaction.atomic():
        with change(
            "demo.build", by=SYSTEM, note=f"seed {plan.seed}, {plan.customers} customers, {plan.as_of}"
        ) as c:
            c.touched("core.setting", [0], ["demo", "firm"])
            settings_store.put("firm", {"name": words.FIRM[plan.language], "language": plan.language})
            settings_store.put(
                "demo", {"seed": plan.seed, "as_of": plan.as_of.isoformat(), "customers": plan.customers}
            )
        owners = load_staff(plan)
        prices, categories = load_catalog()
    note("customers")
    business = tuple(i for i, m in enumerate(_sellers()) if m.team == "企业客户组")
    people = draw_people(rng, plan.customers, len(owners), business)
    how = behaviour(rng, plan.customers, people.organisation, plan.mean_orders)
    customer, day = purchase_days(rng, how)
    load_customers(rng, people, owners, _first_days(plan, customer, day), plan.as_of)
    load_dates(rng, people, plan.as_of)
    load_relations(rng, people)
    take("customer", plan.customers)
    note("orders")
    lines = draw_lines(rng, customer, how, prices, categories, mean_lines=plan.mean_lines)
    orders, line_count = load_orders(rng, plan, customer, day, lines, people, owners)
    note("contacts")
    contacts = (
        load_interactions(rng, plan.as_of, plan.language, people.owner, owners, customer, day, lines)
        if plan.interactions
        else 0
    )
    _finish(plan.customers)
    return Built(plan.customers, orders, line_count, contacts)


def _sellers() -> list[words.Member]:
    return [m for m in words.STAFF if m.role in _SELLERS]


def load_staff(plan: Plan) -> list[tuple[int, int]]:
    """Load teams and users; returns (user id, team id) of the sellers."""
    english = plan.language == "en"
    teams = list(words.TEAMS)
    load(
        "staff.team",
        {"id": range(1, len(teams) + 1), "name": [words.TEAMS[t] if english else t for t in teams]},
    )
    shown = [m.name_en if english else m.name for m in words.STAFF]
    size = len(words.STAFF)
    team_ids = [teams.index(m.team) + 1 if m.team else None for m in words.STAFF]
    load(
        "staff.user",
        {
            "id": range(1, size + 1),
            "login": [m.login for m in words.STAFF],
            "name": shown,
            "name_key": [names.pinyin_key(n) for n in shown],
            "role": [m.role for m in words.STAFF],
            "team_id": team_ids,
            "password": [make_password(PASSWORD)] * size,
            "language": [plan.language] * size,
        },
    )
    return [(n + 1, team_ids[n] or 0) for n, m in enumerate(words.STAFF) if m.role in _SELLERS]


def load_catalog() -> tuple[Any, Any]:
    """Load categories, products and stores; returns prices and category numbers by product index."""
    items = words.catalog()
    categories = list(dict.fromkeys(i.category for i in items))
    load("catalog.category", {"id": range(1, len(categories) + 1), "name": categories})
    load(
        "catalog.product",
        {
            "id": range(1, len(items) + 1),
            "code": [i.code for i in items],
            "name": [i.name for i in items],
            "category_id": [categories.index(i.category) + 1 for i in items],
            "unit": [i.unit for i in items],
            "price_e4": [round(i.price * 10_000) for i in items],
            "cost_e4": [round(i.price * i.cost * 10_000) for i in items],
            "search_open": [search_text(i.code, i.name) for i in items],
        },
    )
    load(
        "sales.place",
        {
            "id": range(1, len(words.PLACES) + 1),
            "name": [p[0] for p in words.PLACES],
            "kind": [p[1] for p in words.PLACES],
        },
    )
    return np.array([i.price for i in items]), np.array([categories.index(i.category) for i in items])


def _first_days(plan: Plan, customer: Any, day: Any) -> list[date | None]:
    first = np.full(plan.customers, DAYS)
    np.minimum.at(first, customer, day)
    start = plan.as_of - timedelta(days=DAYS)
    return [start + timedelta(days=int(d)) if d < DAYS else None for d in first]


def load_orders(
    rng: Any, plan: Plan, customer: Any, day: Any, lines: Lines, people: People, owners: list[tuple[int, int]]
) -> tuple[int, int]:
    """Load orders with their lines, and returns of one line each; returns how many orders and lines."""
    items = words.catalog()
    cost = np.array([round(i.price * i.cost * 10_000) for i in items])
    amount = np.floor_divide(lines.quantity * lines.price_e4 + 50, 100)
    cost_minor = np.floor_divide(lines.quantity * cost[lines.product] + 50, 100)
    back, back_day = returned_orders(rng, len(customer), day)
    first_line = np.searchsorted(lines.order, back)
    sums = np.zeros(len(customer), dtype=np.int64)
    np.add.at(sums, lines.order, amount)
    counts = np.bincount(lines.order, minlength=len(customer))
    all_days = np.concatenate([day, back_day])
    all_customers = np.concatenate([customer, customer[back]])
    seconds = rng.integers(9 * 3600, 21 * 3600, len(all_days))
    channel = rng.choice(4, len(all_days), p=(0.55, 0.2, 0.2, 0.05))
    place = np.where((channel == 0) | (channel == 3), rng.integers(1, 5, len(all_days)), len(words.PLACES))
    size, sales = len(all_days), len(customer)
    texts, instants = _calendar(plan.as_of, all_days, seconds)
    total = np.concatenate([sums, -amount[first_line]])
    numbers = [f"SO{d.replace('-', '')}-{n:05d}" for n, d in enumerate(texts[:sales])]
    numbers += [f"TH{d.replace('-', '')}-{n:05d}" for n, d in enumerate(texts[sales:])]
    load(
        "sales.order",
        {
            "id": range(1, size + 1),
            "number": numbers,
            "external_id": numbers,
            "source": [SOURCE] * size,
            "kind": ["sale"] * sales + ["return"] * len(back),
            "customer_id": (all_customers + 1).tolist(),
            "ordered_at": instants,
            "business_day": texts,
            "channel": [("store", "online", "wechat", "phone")[c] for c in channel],
            "place_id": place.tolist(),
            "seller_id": [
                owners[people.owner[n]][0] if c in {0, 3} else None
                for n, c in zip(all_customers.tolist(), channel.tolist(), strict=True)
            ],
            "returns_id": [None] * sales + (back + 1).tolist(),
            "currency": ["CNY"] * size,
            "amount_minor": total.tolist(),
            "firm_minor": total.tolist(),
            "line_count": np.concatenate([counts, np.ones(len(back), dtype=np.int64)]).tolist(),
        },
    )
    every = np.concatenate([np.arange(len(lines.order)), first_line])
    sign = np.concatenate([np.ones(len(lines.order), dtype=np.int64), -np.ones(len(back), dtype=np.int64)])
    return size, load(
        "sales.orderline",
        {
            "id": range(1, len(every) + 1),
            "order_id": np.concatenate([lines.order + 1, sales + 1 + np.arange(len(back))]).tolist(),
            "line_no": np.concatenate([lines.position, np.ones(len(back), dtype=np.int64)]).tolist(),
            "product_id": (lines.product[every] + 1).tolist(),
            "quantity_milli": (lines.quantity[every] * 1000 * sign).tolist(),
            "unit_price_e4": lines.price_e4[every].tolist(),
            "amount_minor": (amount[every] * sign).tolist(),
            "cost_minor": (cost_minor[every] * sign).tolist(),
        },
    )


def _calendar(as_of: date, days: Any, seconds: Any) -> tuple[list[str], list[str]]:
    """Return business days and UTC instants as text; China has had no summer time in this century."""
    start = as_of - timedelta(days=DAYS)
    texts = np.datetime_as_string(np.datetime64(start) + days.astype("timedelta64[D]"))
    offset = datetime.combine(as_of, time(12), tzinfo=firm_zone()).utcoffset() or timedelta(0)
    at = np.datetime64(start, "s") + (days * 86_400 + seconds - int(offset.total_seconds())).astype(
        "timedelta64[s]"
    )
    tail = "" if connection.vendor == "sqlite" else "+00"
    return texts.tolist(), [t.replace("T", " ") + tail for t in np.datetime_as_string(at).tolist()]


def _finish(customers: int) -> None:
    """Give every customer a score row and refresh the planner's statistics."""
    add_default_scores(1, customers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


__all__ = ["PASSWORD", "Behaviour", "Built", "Plan", "build"]
