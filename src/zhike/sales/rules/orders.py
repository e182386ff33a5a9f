"""What a line is worth and what kind an order is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhike.values import line_amount

ZERO_PRICE = "zero_price"
NEGATIVE_PRICE = "negative_price"
ZERO_QUANTITY = "zero_quantity"


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Quantity (thousandths) and amount (minor units) of a line with the sign its order's kind asks for."""

    quantity_milli: int
    amount_minor: int


def skip_reason(quantity_milli: int, unit_price_e4: int) -> str | None:
    """Return why a line is neither a purchase nor a return, or None where it is one.

    A zero price is a give-away, a stock correction or a write-off, a negative one a booking: neither may ever
    count as a purchase.
    """
    if unit_price_e4 == 0:
        return ZERO_PRICE
    if unit_price_e4 < 0:
        return NEGATIVE_PRICE
    return ZERO_QUANTITY if quantity_milli == 0 else None


def is_return(kind: str | None, quantities: Iterable[int]) -> bool:
    """Tell whether an order is a return: as stated, else when every line goes back."""
    return kind == "return" if kind else all(q < 0 for q in quantities)


def amounts(quantity_milli: int, unit_price_e4: int, *, returned: bool, currency: str) -> LineAmounts:
    """Return a line's amounts, rounded to the cent.

    A returned line is negative however the file writes it.
    """
    quantity = -abs(quantity_milli) if returned else quantity_milli
    return LineAmounts(quantity, line_amount(quantity, unit_price_e4, currency))
