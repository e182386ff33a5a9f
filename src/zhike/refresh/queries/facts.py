"""Where the facts come from: what the slices hang in, and plain extracts for what none of them gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from zhike.core import extract, plugs
from zhike.core.extract import Extract, KeyRange

BUCKET = 1 << 18
"""Orders (or contacts) a bucket: what changed in a bucket is read again as a whole."""

_INT = pa.int64()
_TEXT = pa.string()
_DAY = pa.date32()


def _ints(*names: str) -> dict[str, tuple[str, pa.DataType]]:
    return {name: (name, _INT) for name in names}


def _texts(*names: str) -> dict[str, tuple[str, pa.DataType]]:
    return {name: (name, _TEXT) for name in names}


EXTRACTS: Mapping[str, Extract] = {
    "order": Extract(
        "sales_order",
        {
            "order_id": ("id", _INT),
            **_ints("customer_id"),
            "day": ("business_day", _DAY),
            **_texts("kind", "channel"),
            **_ints("place_id", "seller_id"),
            **_texts("currency"),
            **_ints("amount_minor", "firm_minor", "line_count"),
        },
        nullable=frozenset({"customer_id", "place_id", "seller_id"}),
    ),
    "order_line": Extract(
        "sales_orderline",
        _ints("order_id", "line_no", "product_id", "quantity_milli", "amount_minor", "cost_minor"),
        key="order_id",
        width=10_000,
    ),
    "customer": Extract(
        "customers_customer",
        {
            "customer_id": ("id", _INT),
            **_ints("number"),
            **_texts("kind", "region", "industry", "source_code", "name_key"),
            "customer_since": ("customer_since", _DAY),
            "owner_id": ("coalesce(owner_id, 0)", _INT),
            "team_id": ("coalesce(team_id, 0)", _INT),
        },
        nullable=frozenset({"customer_since"}),
    ),
    "interaction": Extract(
        "customers_interaction",
        {
            "interaction_id": ("id", _INT),
            **_ints("customer_id"),
            "at": ("at", pa.timestamp("us")),
            **_texts("channel", "direction", "content_kind", "outcome"),
            **_ints("minutes", "cost_minor"),
            "staff_id": ("by_id", _INT),
        },
        nullable=frozenset({"staff_id"}),
    ),
    "product": Extract(
        "catalog_product",
        {"product_id": ("id", _INT), **_texts("code", "name"), "category_id": ("category_id", _INT)},
        nullable=frozenset({"category_id"}),
    ),
    "category": Extract(
        "catalog_category",
        {"category_id": ("id", _INT), **_texts("name"), "parent_id": ("parent_id", _INT)},
        nullable=frozenset({"parent_id"}),
    ),
    "staff": Extract(
        "staff_user",
        {"staff_id": ("id", _INT), **_texts("login", "role"), "team_id": ("coalesce(team_id, 0)", _INT)},
    ),
    "team": Extract("staff_team", {"team_id": ("id", _INT), "team": ("name", _TEXT)}),
    "place": Extract("sales_place", {"place_id": ("id", _INT), **_texts("name", "kind")}),
}
"""Extracts by key: columns as the star schema's builders want them."""

SCORES = Extract(
    "customers_score",
    {
        "customer_id": ("customer_id", _INT),
        **_texts("tier", "tier_pending"),
        "risk": ("risk", pa.float64()),
        "risk_before": ("risk_before", pa.float64()),
        "run_id": ("run_id", _INT),
    },
    key="customer_id",
)


def batches(key: str, within: KeyRange | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of one kind of fact, from the slice that gives it."""
    hung = plugs.facts.get(key)
    yield from hung.batches(within) if hung is not None else EXTRACTS[key].batches(within)


def rows(key: str, within: KeyRange | None = None) -> pa.Table:
    """Return the rows of one kind of fact as a table."""
    found = list(batches(key, within))
    return pa.Table.from_batches(found, schema=found[0].schema if found else EXTRACTS[key].schema)


def previous_scores() -> pa.Table:
    """Return tier, proposal and risk of the scores that stand now, by customer."""
    return SCORES.table()


def order_buckets() -> dict[int, str]:
    """Return a fingerprint of each bucket of orders: it differs once anything there came, changed or went."""
    stamp = "max(updated_at)" if extract.vendor() == "sqlite" else "extract(epoch from max(updated_at))"
    found = extract.query(
        f"SELECT id / {BUCKET}, count(*), sum(version), sum(amount_minor), sum(firm_minor), sum(line_count), "  # noqa: S608 - no input
        f"sum(coalesce(customer_id, 0)), sum(coalesce(seller_id, 0)), {stamp} "
        "FROM sales_order GROUP BY 1 ORDER BY 1"
    )
    return {int(bucket): ":".join(str(value) for value in values) for bucket, *values in found}


def contact_buckets() -> dict[int, str]:
    """Return a fingerprint of the contacts in each bucket."""
    found = extract.query(
        f"SELECT id / {BUCKET}, count(*), sum(version), sum(customer_id), sum(minutes), "  # noqa: S608 - no input
        "sum(cost_minor), max(id) FROM customers_interaction GROUP BY 1 ORDER BY 1"
    )
    return {int(bucket): ":".join(str(value) for value in values) for bucket, *values in found}


def bucket_range(bucket: int) -> KeyRange:
    """Return the keys of a bucket."""
    return KeyRange(bucket * BUCKET, (bucket + 1) * BUCKET)


def operational_sums() -> dict[str, int]:
    """Return counts and sums of the operational tables: what the warehouse has to equal to the cent."""
    orders, firm = extract.query("SELECT count(*), coalesce(sum(firm_minor), 0) FROM sales_order")[0]
    lines, amount, cost = extract.query(
        "SELECT count(*), coalesce(sum(amount_minor), 0), coalesce(sum(cost_minor), 0) FROM sales_orderline"
    )[0]
    return {
        "orders": int(orders),
        "firm_minor": int(firm),
        "lines": int(lines),
        "amount_minor": int(amount),
        "line_firm_minor": int(firm),
        "cost_minor": int(cost),
    }
