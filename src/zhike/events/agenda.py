"""What happens on today's list."""

from dataclasses import dataclass

from zhike.events.base import Event


@dataclass(frozen=True, slots=True)
class TasksAnswered(Event):
    """Tasks were answered: ``answer`` is done, later or not_useful."""

    task_ids: list[int]
    customer_ids: list[int]
    answer: str
