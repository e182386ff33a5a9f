"""Metrics, each written once as ``ibis.Table → ibis.Table``; every engine computes the same."""

from zhike.warehouse.metrics.flow import monthly_flow
from zhike.warehouse.metrics.purchases import intervals, last_contacts, last_year, order_counts, purchase_days
from zhike.warehouse.metrics.sales import sales_by, tier_by
from zhike.warehouse.metrics.scores import concentration, customers_by, rfm_heat, tier_migration

__all__ = [
    "concentration",
    "customers_by",
    "intervals",
    "last_contacts",
    "last_year",
    "monthly_flow",
    "order_counts",
    "purchase_days",
    "rfm_heat",
    "sales_by",
    "tier_by",
    "tier_migration",
]
