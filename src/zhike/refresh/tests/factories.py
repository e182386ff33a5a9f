"""A small firm with a rhythm, made in bulk."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from zhike.catalog.models import Product
from zhike.core.permissions import SYSTEM, FieldClass, Scope, Viewer
from zhike.customers.models import Customer, Interaction, Score
from zhike.sales.models import Order, OrderLine
from zhike.staff.models import Team, User

AS_OF = date(2026, 6, 30)
_numbers = count(1)


def make_team(name: str = "") -> tuple[Team, User]:
    """Make a team with one salesperson."""
    number = next(_numbers)
    team = Team.objects.create(name=name or f"team {number}")
    user = User.objects.create(login=f"user{number}", name=f"User {number}", team=team)
    return team, user


def make_customers(size: int, owner: User | None = None, **values: Any) -> list[Customer]:
    """Make customers with default score rows, as the create action leaves them."""
    rows = [
        Customer(
            number=next(_numbers), kind="person", name=f"客户{n}", name_key=f"ke hu {n:05d}",
            owner=owner, team=owner.team if owner else None, **values,
        )
        for n in range(size)
    ]  # fmt: skip
    made = Customer.objects.bulk_create(rows)
    Score.objects.bulk_create(
        Score(customer=c, owner_id=c.owner_id, team_id=c.team_id, name_key=c.name_key) for c in made
    )
    return made


def make_order(
    customer: Customer | None, day: date, *amounts: int, kind: str = "sale", cost: int = 0, **values: Any
) -> Order:
    """Make an order of a day with a line per amount (minor units; a return's amounts are given negative)."""
    number = next(_numbers)
    product, _ = Product.objects.get_or_create(code="RICE", defaults={"name": "大米"})
    total = sum(amounts)
    defaults = {"currency": "CNY", "firm_minor": total, "source": "test", "channel": "store"}
    order = Order.objects.create(
        number=f"N{number}", external_id=f"N{number}", kind=kind, customer=customer,
        ordered_at=datetime.combine(day, time(3), tzinfo=UTC), business_day=day,
        amount_minor=total, line_count=len(amounts), **(defaults | values),
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            line_no=n,
            product=product,
            quantity_milli=1000,
            unit_price_e4=a * 100,
            amount_minor=a,
            cost_minor=cost,
        )
        for n, a in enumerate(amounts, 1)
    )
    return order


def make_firm(size: int = 60, *, seed: int = 1, owner: User | None = None) -> list[Customer]:
    """Make customers with histories: most repeat, some stopped, a tenth never bought, some returned goods."""
    chance = random.Random(seed)
    made = make_customers(size, owner)
    for n, customer in enumerate(made):
        if n % 10 == 9:
            continue
        gap = chance.randint(12, 80)
        day = AS_OF - timedelta(days=chance.randint(200, 600))
        stop = AS_OF - timedelta(days=chance.choice([0, 0, 0, 120, 260]))
        while day <= stop:
            order = make_order(
                customer,
                day,
                chance.randint(500, 90_000),
                chance.randint(100, 9_000),
                cost=chance.choice([0, 400]),
            )
            if chance.random() < 0.08:
                make_order(customer, day + timedelta(days=2), -order.amount_minor // 2, kind="return")
            day += timedelta(days=max(1, int(chance.expovariate(1 / gap))))
    return made


def make_contact(customer: Customer, at: datetime, **values: Any) -> Interaction:
    """Make an interaction."""
    return Interaction.objects.create(
        customer=customer, at=at, **({"channel": "call", "direction": "out"} | values)
    )


def viewer(
    scope: Scope = Scope.ALL,
    *team_ids: int,
    permissions: frozenset[str] = frozenset({"insight.read", "customers.read"}),
) -> Viewer:
    """Make somebody who looks at findings."""
    return Viewer(
        user_id=1,
        login="w",
        scope=scope,
        team_ids=team_ids,
        permissions=permissions,
        fields=frozenset({FieldClass.OPEN}),
    )


__all__ = [
    "AS_OF",
    "SYSTEM",
    "make_contact",
    "make_customers",
    "make_firm",
    "make_order",
    "make_team",
    "viewer",
]


def where() -> tuple[Any, str]:
    """Where the warehouse of this test is, and its engine."""
    from django.conf import settings

    return settings.WAREHOUSE_DIR, settings.WAREHOUSE_ENGINE
