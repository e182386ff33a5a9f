"""One order at a time, from the API: a batch of one on the same path as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_noop

from zhike.core.changes import change
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.sales import rules
from zhike.sales.actions.drafts import LineDraft, OrderDraft
from zhike.sales.actions.store import store_orders
from zhike.sales.models import Order
from zhike.sales.rules.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line: quantity in thousandths of a unit, unit price in ten-thousandths of the currency."""

    product: str
    quantity_milli: int
    unit_price_e4: int
    product_name: str = ""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order of a source; ``customer`` is the source's id of the customer, None for an anonymous sale."""

    external_id: str
    ordered_at: datetime
    lines: Sequence[NewLine]
    customer: str | None = None
    kind: str | None = None
    channel: str = ""
    place: str | None = None
    seller: str | None = None
    currency: str = ""
    exchange_rate: Decimal | None = None
    note: str = ""


def record_order(order: NewOrder, *, source: str, by: Viewer) -> Order:
    """Create the order, or bring the one with this (source, external id) up to date; returns it.

    Raises :class:`Invalid` for a line that is neither a purchase nor a return, unknown customers and sellers.
    """
    by.require("sales.edit")
    lines = [_line(position, line) for position, line in enumerate(order.lines, 1)]
    if not lines:
        raise Invalid(gettext_noop("An order needs at least one line."))
    draft = OrderDraft(
        external_id=order.external_id,
        ordered_at=order.ordered_at,
        customer=order.customer,
        lines=lines,
        kind=order.kind,
        channel=order.channel,
        place=order.place,
        seller=order.seller,
        note=order.note,
        currency=order.currency,
        exchange_rate=order.exchange_rate,
        mapped=frozenset({"channel", "place", "seller", "note", "customer"}),
    )
    with change("sales.record_order", by=by, note=source) as c:
        stored = store_orders([draft], source=source, by=by, change=c, create_missing=False, cache={})
        for _, code, _field, params in stored.rejected:
            refused = Invalid(MESSAGES[code])
            refused.params = params  # one of them is named like an argument of the error
            raise refused
    return stored.orders[order.external_id]


def _line(position: int, line: NewLine) -> LineDraft:
    reason = rules.skip_reason(line.quantity_milli, line.unit_price_e4)
    if reason:
        raise Invalid(MESSAGES[reason])
    return LineDraft(
        position - 1, position, line.product, line.product_name, line.quantity_milli, line.unit_price_e4
    )
