"""What must hold among orders, proved by ``zhike doctor``."""

from __future__ import annotations

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from zhike.sales.models import Order

_SHOWN = 20


def wrong_sums() -> list[str]:
    """Return orders whose amount or line count is not that of their lines."""
    sums = Order.objects.annotate(total=Coalesce(Sum("lines__amount_minor"), 0), counted=Count("lines"))
    wrong = sums.exclude(total=F("amount_minor")) | sums.exclude(counted=F("line_count"))
    return [f"order {o.number}: {o.amount_minor} is not {o.total}" for o in wrong[:_SHOWN]]


def empty_orders() -> list[str]:
    """Return orders without a line."""
    return [f"order {o.number} has no lines" for o in Order.objects.filter(lines__isnull=True)[:_SHOWN]]


def signs() -> list[str]:
    """Return returns that bring money and sales whose every line goes back."""
    wrong = Order.objects.filter(kind=Order.Kind.RETURN, amount_minor__gt=0)
    return [f"return {o.number} is worth {o.amount_minor}" for o in wrong[:_SHOWN]]
