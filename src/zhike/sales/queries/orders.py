"""Orders: an order is seen by those who see its customer; anonymous sales by those who see everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db.models import Prefetch, Q

from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import Viewer
from zhike.sales.models import Order, OrderLine
from zhike.sales.queries.scope import visible_to

MAX_PAGE = 200
SORTS = {"newest": ("-ordered_at", "-id"), "oldest": ("ordered_at", "id")}
FILTERS = ("customer", "kind", "channel", "place", "seller", "from", "until")


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders; ``next_cursor`` is "" on the last one."""

    orders: list[Order]
    next_cursor: str


def get_order(pk: int, *, viewer: Viewer) -> Order:
    """Return one order with its lines and products."""
    lines = OrderLine.objects.select_related("product").order_by("line_no")
    rows = visible_to(viewer).select_related("customer", "place", "seller", "returns")
    order = rows.prefetch_related(Prefetch("lines", queryset=lines)).filter(pk=pk).first()
    if order is None:
        raise NotFound
    return order


def list_orders(
    *,
    viewer: Viewer,
    filters: dict[str, Any] | None = None,
    sort: str = "newest",
    cursor: str = "",
    limit: int = 50,
) -> OrderPage:
    """Return a page of orders, newest or oldest first, by keyset.

    Filters: customer (id), kind, channel, place (id), seller (id), from and until (dates of the firm's day).
    """
    if sort not in SORTS:
        raise Invalid("There is no sort %(sort)s.", sort=sort[:40])
    if not 1 <= limit <= MAX_PAGE:
        raise Invalid("A page has 1 to %(limit)s rows.", limit=MAX_PAGE)
    rows = visible_to(viewer).filter(_filter_q(filters or {})).select_related("customer", "place", "seller")
    if cursor:
        rows = rows.filter(_after(cursor, newest=sort == "newest"))
    found = list(rows.order_by(*SORTS[sort])[: limit + 1])
    more = len(found) > limit
    return OrderPage(found[:limit], _cursor(found[limit - 1]) if more else "")


def orders_of_customer(customer_id: int, *, viewer: Viewer, cursor: str = "", limit: int = 50) -> OrderPage:
    """Return a customer's orders with lines, newest first."""
    page = list_orders(viewer=viewer, filters={"customer": customer_id}, cursor=cursor, limit=limit)
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in page.orders}
    for line in (
        OrderLine.objects.select_related("product").filter(order__in=lines).order_by("order_id", "line_no")
    ):
        lines[line.order_id].append(line)
    for order in page.orders:
        order.shown_lines = lines[order.pk]  # type: ignore[attr-defined]  # for the page's template
    return page


def _filter_q(filters: dict[str, Any]) -> Q:
    unknown = set(filters) - set(FILTERS)
    if unknown:
        raise Invalid("There is no filter %(name)s.", name=min(unknown)[:40])
    names = {"from": "business_day__gte", "until": "business_day__lte"}
    given = {k: v for k, v in filters.items() if v not in (None, "")}
    return Q(
        **{
            names.get(k, f"{k}_id" if k in {"customer", "place", "seller"} else k): v
            for k, v in given.items()
        }
    )


def _cursor(order: Order) -> str:
    return signing.dumps([order.ordered_at.isoformat(), order.pk], salt="orders")


def _after(cursor: str, *, newest: bool) -> Q:
    try:
        at_text, pk = signing.loads(cursor, salt="orders")
        at = datetime.fromisoformat(at_text)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid("This page address is no longer valid. Go back to the first page.") from None
    if newest:
        return Q(ordered_at__lte=at) & (Q(ordered_at__lt=at) | Q(id__lt=pk))
    return Q(ordered_at__gte=at) & (Q(ordered_at__gt=at) | Q(id__gt=pk))


def parse_id(text: str) -> int:
    """Return an id given in an address; raises Invalid."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid("%(value)s is not a number of a record.", value=text[:40])
    return int(text)


def parse_day(text: str) -> date:
    """Return a date given as YYYY-MM-DD; raises Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("%(value)s is not a date. Write it as 2026-11-22.", value=text[:40]) from None
