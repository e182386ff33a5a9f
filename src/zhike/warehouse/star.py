"""The star schema: what every table holds. docs/reference/warehouse.md is written from this file.

Amounts are whole minor units; days are the firm's business days; ``0`` stands for "none" in keys. Every fact
carries ``owner_id`` and ``team_id`` of its customer, so that a reader's scope is one comparison. The
warehouse holds no names of customers and no contacts: erasing a person need not touch it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

INT = pa.int64()
TEXT = pa.string()
DAY = pa.date32()
REAL = pa.float64()
YES = pa.bool_()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Arrow type and what it means."""

    name: str
    kind: pa.DataType
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the star schema."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([(column.name, column.kind) for column in self.columns])


_SCOPE = (
    Column("owner_id", INT, "who looks after the customer now"),
    Column("team_id", INT, "the team of that person now"),
)
_CUSTOMER = Column("customer_id", INT, "dim_customer; 0: an anonymous sale")

DIM_CUSTOMER = Table(
    "dim_customer",
    "one row a customer",
    (
        Column("customer_id", INT, "key"),
        Column("number", INT, "what people say"),
        Column("kind", TEXT, "person or organisation"),
        Column("region", TEXT, "as entered"),
        Column("industry", TEXT, "as entered"),
        Column("source_code", TEXT, "how the customer was found"),
        Column("customer_since", DAY, "as entered"),
        *_SCOPE,
    ),
)
DIM_DATE = Table(
    "dim_date",
    "one row a day, from the first fact to the last",
    (
        Column("day", DAY, "key"),
        Column("year", INT, ""),
        Column("quarter", INT, "1 … 4"),
        Column("month", INT, "1 … 12"),
        Column("year_month", TEXT, "2026-06"),
        Column("iso_week", INT, "week of ISO 8601"),
        Column("weekday", INT, "1 Monday … 7 Sunday"),
    ),
)
DIM_PRODUCT = Table(
    "dim_product",
    "one row a product",
    (
        Column("product_id", INT, "key"),
        Column("code", TEXT, ""),
        Column("name", TEXT, ""),
        Column("category", TEXT, '"" where there is none'),
        Column("parent_category", TEXT, "the category above"),
    ),
)
DIM_CHANNEL = Table("dim_channel", "one row a channel", (Column("channel", TEXT, "key; code"),))
DIM_STAFF = Table(
    "dim_staff",
    "one row a member of staff",
    (
        Column("staff_id", INT, "key"),
        Column("login", TEXT, ""),
        Column("role", TEXT, ""),
        Column("team_id", INT, ""),
        Column("team", TEXT, "name of the team"),
    ),
)
DIM_PLACE = Table(
    "dim_place",
    "one row a store, web shop or region",
    (Column("place_id", INT, "key"), Column("name", TEXT, ""), Column("kind", TEXT, "")),
)
FACT_ORDER = Table(
    "fact_order",
    "one row an order or return",
    (
        Column("order_id", INT, "key"),
        _CUSTOMER,
        Column("day", DAY, "dim_date"),
        Column("kind", TEXT, "sale or return"),
        Column("channel", TEXT, "dim_channel"),
        Column("place_id", INT, "dim_place"),
        Column("seller_id", INT, "dim_staff"),
        Column("currency", TEXT, "of amount_minor"),
        Column("amount_minor", INT, "in the order's currency; negative for returns"),
        Column("firm_minor", INT, "in the firm's currency at the order's date"),
        Column("line_count", INT, ""),
        *_SCOPE,
    ),
)
FACT_ORDER_LINE = Table(
    "fact_order_line",
    "one row a line of an order",
    (
        Column("order_id", INT, "fact_order"),
        Column("line_no", INT, "position within the order"),
        _CUSTOMER,
        Column("product_id", INT, "dim_product"),
        Column("day", DAY, "dim_date"),
        Column("kind", TEXT, "sale or return"),
        Column("channel", TEXT, "dim_channel"),
        Column("place_id", INT, "dim_place"),
        Column("seller_id", INT, "dim_staff"),
        Column("quantity_milli", INT, "thousandths of a unit"),
        Column("amount_minor", INT, "in the order's currency"),
        Column("firm_minor", INT, "in the firm's currency: the order's amount shared out, to the cent"),
        Column("cost_minor", INT, "cost in the firm's currency; 0: unknown"),
        *_SCOPE,
    ),
)
FACT_INTERACTION = Table(
    "fact_interaction",
    "one row a contact with a customer",
    (
        Column("interaction_id", INT, "key"),
        _CUSTOMER,
        Column("day", DAY, "dim_date"),
        Column("channel", TEXT, "dim_channel"),
        Column("direction", TEXT, "in or out"),
        Column("content_kind", TEXT, ""),
        Column("outcome", TEXT, ""),
        Column("minutes", INT, ""),
        Column("cost_minor", INT, ""),
        Column("staff_id", INT, "dim_staff"),
        *_SCOPE,
    ),
)
FACT_SCORE = Table(
    "fact_score",
    "one row a customer and refresh run; the latest run of each of the last twelve days",
    (
        Column("run_id", INT, "the refresh run"),
        _CUSTOMER,
        Column("tier", TEXT, "A … D, none: never bought"),
        Column("tier_proposal", TEXT, "what the value alone says"),
        Column("tier_before", TEXT, "tier of the run before, of another day; none: was not scored"),
        Column("state", TEXT, ""),
        Column("r", INT, ""),
        Column("f", INT, ""),
        Column("m", INT, ""),
        Column("rfm_cell", TEXT, ""),
        Column("orders", INT, "sales up to the day of the run"),
        Column("amount_total", INT, ""),
        Column("amount_12m", INT, ""),
        Column("margin_12m", INT, ""),
        Column("value_12m", INT, "expected, minor units"),
        Column("p_alive", REAL, ""),
        Column("risk", REAL, ""),
        *_SCOPE,
    ),
)
STAR = (
    DIM_CUSTOMER,
    DIM_DATE,
    DIM_PRODUCT,
    DIM_CHANNEL,
    DIM_STAFF,
    DIM_PLACE,
    FACT_ORDER,
    FACT_ORDER_LINE,
    FACT_INTERACTION,
    FACT_SCORE,
)

TABLES = {table.name: table for table in STAR}


def as_markdown() -> str:
    """Return the description of all tables for the reference."""
    return "\n\n".join(_table_markdown(table) for table in STAR) + "\n"


def _table_markdown(table: Table) -> str:
    rows = "\n".join(f"| `{c.name}` | {c.kind} | {c.meaning} |" for c in table.columns)
    meaning = f"{table.meaning[0].upper()}{table.meaning[1:]}."
    return f"### `{table.name}`\n\n{meaning}\n\n| column | type | meaning |\n|---|---|---|\n{rows}"
