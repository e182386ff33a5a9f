"""Writes of the sales slice."""

from zhike.sales.actions.imports import import_orders
from zhike.sales.actions.orders import NewLine, NewOrder, record_order

__all__ = ["NewLine", "NewOrder", "import_orders", "record_order"]
