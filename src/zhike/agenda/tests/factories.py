"""Customers with scores, orders and contacts, as the sources see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from zhike.catalog.models import Product
from zhike.core.permissions import Viewer
from zhike.customers.models import ContactPoint, Customer, Interaction, Score, SpecialDate
from zhike.sales.models import Order, OrderLine

TODAY = date(2026, 11, 20)
"""A Friday."""
_numbers = count(1)


def make_customer(
    owner: Viewer | None = None, *, contacts: tuple[str, ...] = ("mobile",), **values: Any
) -> Customer:
    """Make a customer with a default score row and the named kinds of contact point."""
    number = next(_numbers)
    name = values.pop("name", f"周小{number}")
    customer = Customer.objects.create(
        number=number,
        kind=values.pop("kind", "person"),
        name=name,
        name_key=f"zhou xiao {number}",
        owner_id=owner.user_id if owner else values.pop("owner_id", None),
        team_id=owner.team_id if owner else values.pop("team_id", None),
        **values,
    )
    Score.objects.create(customer=customer, owner_id=customer.owner_id, team_id=customer.team_id)
    for kind in contacts:
        ContactPoint.objects.create(
            customer=customer, kind=kind, value="x", normal=f"{kind}{number}", is_primary=True
        )
    return customer


def set_score(customer: Customer, **values: Any) -> None:
    """Set columns of the customer's score row."""
    assert Score.objects.filter(customer=customer).update(**values) == 1


def with_rhythm(
    customer: Customer, *, gap: int = 30, since: int = 30, today: date = TODAY, **values: Any
) -> None:
    """Give a customer a rhythm: ``gap`` days between purchases, the last one ``since`` days ago."""
    expected = max(today - timedelta(days=since) + timedelta(days=gap), today + timedelta(days=1))
    defaults: dict[str, Any] = {
        "orders": 8,
        "mean_gap_days": float(gap),
        "first_purchase": today - timedelta(days=8 * gap),
        "last_purchase": today - timedelta(days=since),
        "next_purchase": expected,
        "next_low": expected - timedelta(days=2),
        "next_high": expected + timedelta(days=2),
        "expected_spend": 50_000,
        "value_12m": 600_000,
        "amount_total": 400_000,
        "p_alive": 0.9,
        "risk": 0.2,
        "tier": "B",
    }
    set_score(customer, **(defaults | values))


def slipping(customer: Customer, *, gap: int = 26, since: int = 71, **values: Any) -> None:
    """Let a valued customer slip away."""
    with_rhythm(
        customer, gap=gap, since=since, **({"risk": 0.7, "risk_before": 0.5, "p_alive": 0.4} | values)
    )


def make_order(customer: Customer, day: date, amount: int = 30_000, product: str = "五常大米") -> Order:
    """Make a sale with one line."""
    number = next(_numbers)
    item, _ = Product.objects.get_or_create(code=product, defaults={"name": product})
    order = Order.objects.create(
        number=f"S{number}",
        source="test",
        external_id=f"S{number}",
        customer=customer,
        ordered_at=at(day),
        business_day=day,
        currency="CNY",
        amount_minor=amount,
        firm_minor=amount,
        line_count=1,
    )
    OrderLine.objects.create(
        order=order,
        line_no=1,
        product=item,
        quantity_milli=1000,
        unit_price_e4=amount * 100,
        amount_minor=amount,
    )
    return order


def make_contact(customer: Customer, day: date, *, by: Viewer | None = None, **values: Any) -> Interaction:
    """Make an interaction at ten in the morning (Shanghai)."""
    values = {"channel": "call", "outcome": "reached", "direction": "out"} | values
    row = Interaction.objects.create(
        customer=customer, at=at(day), by_id=by.user_id if by else None, **values
    )
    Score.objects.filter(customer=customer, last_contact__lt=day).update(last_contact=day)
    return row


def make_date(customer: Customer, month: int, day: int, **values: Any) -> SpecialDate:
    """Make a special date."""
    return SpecialDate.objects.create(
        customer=customer, month=month, day=day, **({"occasion": "birthday", "whose": "self"} | values)
    )


def at(day: date) -> datetime:
    """Ten in the morning in Shanghai."""
    return datetime.combine(day, time(2), tzinfo=UTC)
