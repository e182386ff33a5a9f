"""What came of a person's work, as sentences' ingredients."""

from __future__ import annotations

from dataclasses import dataclass

from zhike.agenda.models import WorkResult
from zhike.agenda.queries.people import Person
from zhike.agenda.rules.results import FEW, TOO_FEW


@dataclass(frozen=True, slots=True)
class Results:
    """Figures of ``rules.results``; shares are 0..1 or None where there is nothing to divide by."""

    contacted: int = 0
    bought: int = 0
    amount: int = 0
    expected: float | None = None
    promises_due: int = 0
    promises_kept: int = 0
    month_contacted: int = 0
    month_bought: int = 0

    @property
    def share(self) -> float | None:
        """Share of last week's contacted customers who have bought since."""
        return self.bought / self.contacted if self.contacted else None

    @property
    def comparable(self) -> bool:
        """Whether there are enough people to compare at all."""
        return self.contacted >= TOO_FEW and self.expected is not None

    @property
    def few(self) -> bool:
        """Whether the comparison needs the note that people are few."""
        return self.contacted < FEW

    @property
    def kept_share(self) -> float | None:
        """Share of this month's promises kept in time."""
        return self.promises_kept / self.promises_due if self.promises_due else None

    @property
    def month_share(self) -> float | None:
        """Share of customers who bought within 30 days of a contact."""
        return self.month_bought / self.month_contacted if self.month_contacted >= TOO_FEW else None


def results_of(who: Person) -> Results:
    """Return the stored results of a person; empty ones where nothing was measured yet."""
    row = WorkResult.objects.filter(user_id=who.user_id).first() if who.user_id else None
    return Results(**row.data) if row else Results()
