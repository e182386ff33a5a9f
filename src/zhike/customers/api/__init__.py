"""Customers and contacts with them over the API."""

from zhike.customers.api.customers import router
from zhike.customers.api.interactions import router as interactions

__all__ = ["interactions", "router"]
