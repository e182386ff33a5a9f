"""Pure rules of the sales slice."""

from zhike.sales.rules.orders import LineAmounts, amounts, is_return, skip_reason

__all__ = ["LineAmounts", "amounts", "is_return", "skip_reason"]
