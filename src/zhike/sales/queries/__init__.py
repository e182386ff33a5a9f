"""Reads of the sales slice."""

from zhike.sales.queries.customers import (
    LastOrder,
    customer_order_count,
    favourite_products_for,
    last_orders_for,
    monthly_amounts,
)
from zhike.sales.queries.integrity import empty_orders, signs, wrong_sums
from zhike.sales.queries.orders import (
    SORTS,
    OrderPage,
    get_order,
    list_orders,
    orders_of_customer,
    parse_day,
    parse_id,
)
from zhike.sales.queries.scope import OrderRow
from zhike.sales.queries.timeline import order_timeline

__all__ = [
    "SORTS",
    "LastOrder",
    "OrderPage",
    "OrderRow",
    "customer_order_count",
    "empty_orders",
    "favourite_products_for",
    "get_order",
    "last_orders_for",
    "list_orders",
    "monthly_amounts",
    "order_timeline",
    "orders_of_customer",
    "parse_day",
    "parse_id",
    "signs",
    "wrong_sums",
]
