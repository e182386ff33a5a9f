"""Orders for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from zhike.catalog.models import Product
from zhike.core.clock import business_date
from zhike.sales.models import Order, OrderLine

_numbers = count(1)


def make_product(**values: Any) -> Product:
    """Make a product."""
    code = values.pop("code", f"P{next(_numbers)}")
    return Product.objects.create(code=code, **({"name": f"product {code}", "price_e4": 100_000} | values))


def make_order(
    customer_id: int | None,
    *,
    at: datetime | None = None,
    cents: int = 1000,
    kind: str = "sale",
    lines: int = 1,
    **values: Any,
) -> Order:
    """Make an order of lines worth ``cents`` each (negative for a return)."""
    at = at or datetime(2026, 11, 1, 4, tzinfo=UTC)
    number = values.pop("number", f"SO{next(_numbers)}")
    sign = -1 if kind == "return" else 1
    order = Order.objects.create(
        number=number,
        source=values.pop("source", "test"),
        external_id=number,
        customer_id=customer_id,
        kind=kind,
        ordered_at=at,
        business_day=business_date(at),
        currency="CNY",
        amount_minor=sign * cents * lines,
        firm_minor=sign * cents * lines,
        line_count=lines,
        **values,
    )
    product = make_product()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            line_no=n + 1,
            product=product,
            quantity_milli=sign * 1000,
            unit_price_e4=cents * 100,
            amount_minor=sign * cents,
        )
        for n in range(lines)
    )
    return order
