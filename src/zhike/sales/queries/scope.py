"""Which orders a viewer sees: those of the customers they see; anonymous sales are for those who see all."""

from __future__ import annotations

from django.db.models import QuerySet

from zhike.core.permissions import Viewer, scope_q
from zhike.sales.models import Order

OrderRow = Order
"""The type of what these queries return, for surfaces' annotations."""


def visible_to(viewer: Viewer) -> QuerySet[Order]:
    """Return the orders within the viewer's scope."""
    viewer.require("sales.read")
    return Order.objects.filter(scope_q(viewer, owner="customer__owner_id", team="customer__team_id"))
