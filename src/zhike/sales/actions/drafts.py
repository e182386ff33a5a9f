"""Orders on their way into the tables: what a file or a form says, before it is compared with what stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhike.sales import rules


@dataclass(slots=True)
class LineDraft:
    """One line; ``index`` is its row in the batch it came from."""

    index: int
    line_no: int
    product: str
    product_name: str
    quantity_milli: int
    unit_price_e4: int


@dataclass(slots=True)
class OrderDraft:
    """One order with its lines; names and numbers are still those of the source."""

    external_id: str
    ordered_at: datetime
    customer: str | None
    lines: list[LineDraft]
    kind: str | None = None
    channel: str = ""
    place: str | None = None
    seller: str | None = None
    note: str = ""
    currency: str = ""
    exchange_rate: Any = None
    customer_name: str = ""
    region: str = ""
    first_index: int = 0
    mapped: frozenset[str] = field(default_factory=frozenset)

    @property
    def returned(self) -> bool:
        """Tell whether the order is a return."""
        return rules.is_return(self.kind, [line.quantity_milli for line in self.lines])
