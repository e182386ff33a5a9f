"""What happens in sales."""

from dataclasses import dataclass

from zhike.events.base import Event


@dataclass(frozen=True, slots=True)
class OrdersRecorded(Event):
    """Orders or returns of customers were recorded or changed."""

    order_ids: list[int]
    customer_ids: list[int]
