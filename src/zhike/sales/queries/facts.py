"""What the sales slice gives to the warehouse."""

from __future__ import annotations

from zhike.core import extract
from zhike.core.extract import DAY, INT, TEXT, Extract
from zhike.sales.models import Order, OrderLine, Place

ORDERS = Extract(
    Order._meta.db_table,
    {
        "order_id": ("id", INT),
        "customer_id": ("customer_id", INT),
        "day": ("business_day", DAY),
        "kind": ("kind", TEXT),
        "channel": ("channel", TEXT),
        "place_id": ("place_id", INT),
        "seller_id": ("seller_id", INT),
        "currency": ("currency", TEXT),
        "amount_minor": ("amount_minor", INT),
        "firm_minor": ("firm_minor", INT),
        "line_count": ("line_count", INT),
    },
    nullable=frozenset({"customer_id", "place_id", "seller_id"}),
)
LINES = Extract(
    OrderLine._meta.db_table,
    {
        name: (name, INT)
        for name in ("order_id", "line_no", "product_id", "quantity_milli", "amount_minor", "cost_minor")
    },
    key="order_id",
    width=10_000,
)
PLACES = Extract(
    Place._meta.db_table, {"place_id": ("id", INT), "name": ("name", TEXT), "kind": ("kind", TEXT)}
)


def order_buckets() -> dict[int, str]:
    """Return a fingerprint of each bucket of orders and their lines (a line's change changes its order)."""
    changed = "max(updated_at)"
    return extract.fingerprints(
        Order._meta.db_table,
        "sum(version)",
        "sum(amount_minor)",
        "sum(firm_minor)",
        "sum(line_count)",
        "sum(coalesce(customer_id, 0))",
        "sum(coalesce(seller_id, 0))",
        changed if extract.vendor() == "sqlite" else f"extract(epoch from {changed})",
    )


def sums() -> dict[str, int]:
    """Return counts and sums of orders and lines: what the warehouse has to equal to the cent."""
    ((orders, firm),) = extract.query(
        f"SELECT count(*), coalesce(sum(firm_minor), 0) FROM {Order._meta.db_table}"  # noqa: S608 - own names
    )
    ((lines, amount, cost),) = extract.query(
        "SELECT count(*), coalesce(sum(amount_minor), 0), coalesce(sum(cost_minor), 0) "  # noqa: S608
        f"FROM {OrderLine._meta.db_table}"
    )
    return {
        "orders": int(orders),
        "firm_minor": int(firm),
        "lines": int(lines),
        "amount_minor": int(amount),
        "line_firm_minor": int(firm),
        "cost_minor": int(cost),
    }
