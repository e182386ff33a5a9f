"""Everything that can happen in the business: one small dataclass each."""

from zhike.events.agenda import TasksAnswered
from zhike.events.base import Event
from zhike.events.customers import CustomersChanged, InteractionsRecorded
from zhike.events.refresh import ScoresPublished
from zhike.events.sales import OrdersRecorded

__all__ = [
    "CustomersChanged",
    "Event",
    "InteractionsRecorded",
    "OrdersRecorded",
    "ScoresPublished",
    "TasksAnswered",
]
