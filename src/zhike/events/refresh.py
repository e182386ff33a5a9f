"""What happens when the loop turns."""

from dataclasses import dataclass

from zhike.events.base import Event


@dataclass(frozen=True, slots=True)
class ScoresPublished(Event):
    """A refresh run swapped in new scores; ``as_of`` is an ISO date."""

    run_id: int
    as_of: str
    customers: int
