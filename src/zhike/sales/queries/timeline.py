"""Orders on a customer's timeline."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.core.permissions import Viewer
from zhike.core.plugs import TimelineEntry
from zhike.sales.models import Order, OrderLine
from zhike.sales.queries.scope import visible_to
from zhike.values import format_money

_SHOWN_PRODUCTS = 3


def order_timeline(customer_id: int, before: datetime, limit: int, viewer: Viewer) -> list[TimelineEntry]:
    """Return a customer's orders and returns before an instant, newest first."""
    if not viewer.can("sales.read"):
        return []
    orders = list(
        visible_to(viewer)
        .filter(customer_id=customer_id, ordered_at__lt=before)
        .order_by("-ordered_at")[:limit]
    )
    bought: dict[int, dict[str, int]] = {o.pk: {} for o in orders}
    found = (
        OrderLine.objects.filter(order__in=bought)
        .select_related("product")
        .order_by("order_id", "-amount_minor")
    )
    for line in found:
        of_order, name = bought[line.order_id], str(line.product)
        of_order[name] = of_order.get(name, 0) + line.quantity_milli
    return [_entry(order, [f"{n} ×{_quantity(q)}" for n, q in bought[order.pk].items()]) for order in orders]


def _entry(order: Order, lines: list[str]) -> TimelineEntry:
    sale = order.kind == Order.Kind.SALE
    amount = format_money(order.amount_minor, order.currency, get_language() or "zh-hans")
    title = _("Order %(number)s") if sale else _("Return %(number)s")
    more = len(lines) - _SHOWN_PRODUCTS
    text = _(", ").join(lines[:_SHOWN_PRODUCTS])
    if more > 0:
        text = _("%(products)s and %(count)s more") % {"products": text, "count": more}
    return TimelineEntry(
        at=order.ordered_at,
        key=f"order-{order.pk}",
        icon="shopping-bag" if sale else "receipt-refund",
        title=f"{title % {'number': order.number}}  {amount}",
        text=text,
        url=reverse("sales:detail", args=[order.pk]),
        two_way=sale,
        tone="" if sale else "amber",
    )


def _quantity(milli: int) -> str:
    return f"{milli / 1000:g}"
