"""What customers bought, for many customers at once (the agenda, the customer page)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Sum
from django.db.models.functions import TruncMonth

from zhike.core.permissions import Viewer
from zhike.sales.models import Order, OrderLine
from zhike.sales.queries.scope import visible_to

_CHUNK = 900


@dataclass(frozen=True, slots=True)
class LastOrder:
    """A customer's latest sale: day, amount (minor units of the firm's currency) and its main products."""

    order_id: int
    day: date
    amount_minor: int
    products: list[str] = field(default_factory=list)


def last_orders_for(customer_ids: Sequence[int]) -> dict[int, LastOrder]:
    """Return the latest sale of each customer; three products at most, dearest line first.

    For the house itself (task sources); pages filter by viewer before they ask.
    """
    found: dict[int, LastOrder] = {}
    for start in range(0, len(customer_ids), _CHUNK):
        found |= _last_orders(customer_ids[start : start + _CHUNK])
    return found


def _last_orders(customer_ids: Sequence[int]) -> dict[int, LastOrder]:
    sales = Order.objects.filter(customer_id__in=customer_ids, kind=Order.Kind.SALE)
    latest = dict(sales.values_list("customer_id").annotate(at=Max("ordered_at")))
    rows = sales.filter(ordered_at__in=set(latest.values())).values_list(
        "customer_id", "id", "ordered_at", "business_day", "firm_minor"
    )
    heads = {c: (pk, day, amount) for c, pk, at, day, amount in rows.order_by("id") if latest[c] == at}
    names = _products_of([pk for pk, _, _ in heads.values()])
    return {c: LastOrder(pk, day, amount, names.get(pk, [])[:3]) for c, (pk, day, amount) in heads.items()}


def _products_of(order_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    lines = OrderLine.objects.filter(order_id__in=order_ids, amount_minor__gt=0).order_by(
        "order_id", "-amount_minor"
    )
    for order_id, name, code in lines.values_list("order_id", "product__name", "product__code"):
        listed = names.setdefault(order_id, [])
        if (name or code) not in listed:
            listed.append(name or code)
    return names


def favourite_products_for(customer_ids: Sequence[int], *, limit: int = 2) -> dict[int, list[str]]:
    """Return the products each customer bought most often (by number of orders, then amount)."""
    found: dict[int, list[tuple[int, int, str]]] = {}
    for start in range(0, len(customer_ids), _CHUNK):
        lines = OrderLine.objects.filter(
            order__customer_id__in=customer_ids[start : start + _CHUNK],
            order__kind=Order.Kind.SALE,
            amount_minor__gt=0,
        )
        counts: dict[tuple[int, str], tuple[set[int], int]] = {}
        for customer, order, name, code, amount in lines.values_list(
            "order__customer_id", "order_id", "product__name", "product__code", "amount_minor"
        ):
            orders, total = counts.get((customer, name or code), (set(), 0))
            orders.add(order)
            counts[customer, name or code] = (orders, total + amount)
        for (customer, name), (orders, total) in counts.items():
            found.setdefault(customer, []).append((len(orders), total, name))
    return {c: [name for _, _, name in sorted(rows, reverse=True)[:limit]] for c, rows in found.items()}


def customer_order_count(customer_id: int, viewer: Viewer) -> int:
    """Return how many sales a customer has (0 outside the viewer's scope)."""
    return visible_to(viewer).filter(customer_id=customer_id, kind=Order.Kind.SALE).count()


def monthly_amounts(customer_id: int, *, viewer: Viewer, since: date) -> list[tuple[date, int]]:
    """Return (first day of the month, net amount in minor units) of a customer's months with orders."""
    rows = visible_to(viewer).filter(customer_id=customer_id, business_day__gte=since)
    sums = rows.annotate(month=TruncMonth("business_day")).values("month").annotate(amount=Sum("firm_minor"))
    return [(row["month"], row["amount"]) for row in sums.order_by("month")]
