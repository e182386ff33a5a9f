"""What happens around a customer."""

from dataclasses import dataclass, field

from zhike.events.base import Event


@dataclass(frozen=True, slots=True)
class CustomersChanged(Event):
    """Customers were created, changed or handed over; ``fields`` tells which fields, empty for new ones."""

    customer_ids: list[int]
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class InteractionsRecorded(Event):
    """Contacts with customers were recorded (visits, calls, messages …)."""

    interaction_ids: list[int]
    customer_ids: list[int]
