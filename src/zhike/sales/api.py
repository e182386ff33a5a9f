"""Orders over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from zhike.core.permissions import SYSTEM
from zhike.core.rest import (
    Given,
    Instant,
    etag,
    filters_of,
    idempotent,
    limit_of,
    list_parameters,
    parse_record_id,
    query_parameters,
    viewer_of,
    write_headers,
)
from zhike.sales import actions, queries
from zhike.values import decimal_string

router = Router()

_FILTERS = {
    "customer": "Only those of this customer (id).",
    "kind": "`sale` or `return`.",
    "channel": "Only those of this channel.",
    "place": "Only those of this place (id).",
    "seller": "Only those sold by this colleague (id).",
    "from": "Only those on or after this business day.",
    "until": "Only those on or before this business day.",
}


class LineOut(Schema):
    """A line; quantity and unit price as decimals, amount as money."""

    line_no: int
    product: str
    product_name: str
    quantity: str
    unit_price: str
    amount: str


class OrderOut(Schema):
    """An order or a return."""

    id: int
    number: str
    source: str
    external_id: str
    kind: str
    customer: int | None
    ordered_at: datetime
    business_day: date
    channel: str
    store: str | None
    seller: str | None
    currency: str
    amount: str
    line_count: int
    lines: list[LineOut] | None = None


class OrdersOut(Schema):
    """A page of orders; ``next`` is the cursor of the next page, "" on the last."""

    items: list[OrderOut]
    next: str


class LineIn(Given):
    """A line to record."""

    product: str = Field(min_length=1, max_length=60)
    product_name: str = Field("", max_length=200)
    quantity: Decimal = Field(max_digits=15, decimal_places=3)
    unit_price: Decimal = Field(max_digits=15, decimal_places=4)


class OrderIn(Given):
    """An order to record; ``customer`` is the customer's id in the same source."""

    source: str = Field(min_length=1, max_length=60)
    external_id: str = Field(min_length=1, max_length=100)
    ordered_at: Instant
    customer: str | None = Field(None, max_length=120)
    kind: str | None = Field(None, pattern="^(sale|return)$")
    channel: str = Field("", max_length=12)
    store: str | None = Field(None, max_length=80)
    seller: str | None = Field(None, max_length=60)
    currency: str = Field("", max_length=3)
    exchange_rate: Decimal | None = Field(None, gt=0, max_digits=14, decimal_places=8)
    note: str = Field("", max_length=300)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


@router.get(
    "",
    response=OrdersOut,
    summary=gettext_noop("Orders, newest or oldest first"),
    openapi_extra=query_parameters(_FILTERS, sorts=("newest", "oldest")),
)
def list_orders(request: HttpRequest) -> OrdersOut:
    """Return a page of orders within the token's scope."""
    given = list_parameters(request, _FILTERS)
    filters: dict[str, object] = dict(filters_of(given))
    for name in {"customer", "place", "seller"} & set(filters):
        filters[name] = queries.parse_id(str(filters[name]))
    for name in {"from", "until"} & set(filters):
        filters[name] = queries.parse_day(str(filters[name]))
    page = queries.list_orders(
        viewer=viewer_of(request),
        filters=filters,
        sort=given.get("sort", "newest"),
        cursor=given.get("cursor", ""),
        limit=limit_of(given),
    )
    return OrdersOut(items=[_out(order) for order in page.orders], next=page.next_cursor)


@router.get("/{int:order_id}", response=OrderOut, summary=gettext_noop("One order with its lines"))
def get_order(request: HttpRequest, order_id: int, response: HttpResponse) -> OrderOut:
    """Return one order."""
    list_parameters(request, (), paging=())
    order = queries.get_order(parse_record_id(order_id), viewer=viewer_of(request))
    response.headers["ETag"] = etag(order.version)
    return _out(order, lines=True)


@router.post(
    "", response={200: OrderOut}, summary=gettext_noop("Record an order"), openapi_extra=write_headers()
)
@idempotent
def record_order(request: HttpRequest, payload: OrderIn) -> tuple[int, OrderOut]:
    """Create the order, or bring the one with this source and external id up to date."""
    viewer = viewer_of(request)
    lines = [
        actions.NewLine(
            line.product, int(line.quantity * 1000), int(line.unit_price * 10_000), line.product_name
        )
        for line in payload.lines
    ]
    values = payload.dict(exclude={"source", "lines", "store"})
    order = actions.record_order(
        actions.NewOrder(lines=lines, place=payload.store, **values), source=payload.source, by=viewer
    )
    # who wrote it may know what it became, also where it belongs to no customer or the token reads nothing
    return 200, _out(queries.get_order(order.pk, viewer=SYSTEM), lines=True)


def _out(order: queries.OrderRow, *, lines: bool = False) -> OrderOut:
    return OrderOut(
        id=order.pk,
        number=order.number,
        source=order.source,
        external_id=order.external_id,
        kind=order.kind,
        customer=order.customer_id,
        ordered_at=order.ordered_at,
        business_day=order.business_day,
        channel=order.channel,
        store=order.place.name if order.place else None,
        seller=order.seller.login if order.seller else None,
        currency=order.currency,
        amount=decimal_string(order.amount_minor, order.currency),
        line_count=order.line_count,
        lines=[
            LineOut(
                line_no=line.line_no,
                product=line.product.code,
                product_name=line.product.name,
                quantity=line.quantity_text,
                unit_price=decimal_string(line.unit_price_e4 // 100, order.currency)
                if line.unit_price_e4 % 100 == 0
                else f"{line.unit_price_e4 / 10_000:.4f}",
                amount=decimal_string(line.amount_minor, order.currency),
            )
            for line in order.lines.all()
        ]
        if lines
        else None,
    )
