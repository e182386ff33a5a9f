"""From reasons to cards: one card per customer and day, further reasons on it, the rest waiting its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Protocol

from zhike.agenda.rules.fairness import Approach
from zhike.agenda.rules.ranking import rank

Key = tuple[str, int, str]
MAX_ALSO: Final = 2
QUESTION: Final = "verify"


class Draft(Protocol):
    """What the board needs of a source's draft (``core.plugs.TaskDraft``)."""

    @property
    def source(self) -> str: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @property
    def due(self) -> date: ...
    @property
    def value_at_stake(self) -> int: ...
    @property
    def urgency(self) -> float: ...
    @property
    def chance(self) -> float: ...
    @property
    def promised(self) -> bool: ...
    @property
    def for_role(self) -> str: ...
    @property
    def owner_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft with its place: rank, whose list, when it may show, whether it is the card."""

    draft: Any
    rank: float
    weight: float
    owner_id: int | None
    team_id: int | None
    approach: Approach | None = None
    not_before: date = date.min
    is_lead: bool = False

    @property
    def key(self) -> Key:
        """What makes the reason the same from day to day."""
        return self.draft.source, self.draft.customer_id, self.draft.subject

    @property
    def assignee(self) -> tuple[str, int | None]:
        """Whose list: a role's, or one person's (None: nobody's yet)."""
        return (self.draft.for_role, None) if self.draft.for_role else ("", self.owner_id)

    @property
    def order(self) -> tuple[bool, float, str, str]:
        """Promises first, then rank; ties by name so that the order never wobbles."""
        return not self.draft.promised, -self.rank, self.draft.source, self.draft.subject


def entry(draft: Draft, weight: float, owner_id: int | None, team_id: int | None) -> Entry:
    """Rank one draft. What was promised is never pushed down by what answers taught."""
    factor = max(weight, 1.0) if draft.promised else weight
    value = float(rank(draft.value_at_stake, draft.urgency, draft.chance, factor))
    return Entry(draft, value, factor, draft.owner_id or owner_id, team_id)


def without_quiet(
    entries: Iterable[Entry], quiet: Mapping[Key, date], resting: Mapping[int, date], today: date
) -> list[Entry]:
    """Drop reasons that were answered for their period, and all but promises of customers left to rest."""
    kept = []
    for found in entries:
        rests = resting.get(found.draft.customer_id, date.min) > today and not found.draft.promised
        if quiet.get(found.key, date.min) <= today and not rests:
            kept.append(found)
    return kept


def shortlist(entries: Sequence[Entry], keep: int, always: frozenset[int] = frozenset()) -> list[Entry]:
    """Keep the ``keep`` best customers of each list; promises and ``always`` customers stay."""
    best: dict[tuple[tuple[str, int | None], int], float] = {}
    for found in entries:
        place = (found.assignee, found.draft.customer_id)
        best[place] = max(best.get(place, 0.0), found.rank)
    taken: dict[tuple[str, int | None], int] = {}
    chosen = set(always) | {e.draft.customer_id for e in entries if e.draft.promised}
    for (assignee, customer), _ in sorted(best.items(), key=lambda item: (-item[1], item[0][1])):
        if taken.get(assignee, 0) < keep:
            taken[assignee] = taken.get(assignee, 0) + 1
            chosen.add(customer)
    return [found for found in entries if found.draft.customer_id in chosen]


def arrange(
    entries: Sequence[Entry],
    approach_of: Callable[[Entry], Approach],
    postponed: Mapping[Key, date],
    today: date,
    gap_days: int,
) -> list[Entry]:
    """Give every entry its approach, its first day and its role on the card.

    Of one customer the best assignee acts first; everybody else's reasons wait for the gap, unless promised.
    """
    by_customer: dict[int, list[Entry]] = {}
    for found in entries:
        by_customer.setdefault(found.draft.customer_id, []).append(found)
    return [
        e
        for group in by_customer.values()
        for e in _arrange_one(group, approach_of, postponed, today, gap_days)
    ]


def _arrange_one(
    group: list[Entry],
    approach_of: Callable[[Entry], Approach],
    postponed: Mapping[Key, date],
    today: date,
    gap_days: int,
) -> list[Entry]:
    placed = [_placed(e, approach_of(e), postponed) for e in group]
    placed.sort(key=lambda e: (e.not_before > today or e.draft.due > today, e.order))
    first = placed[0]
    leads: set[tuple[str, int | None]] = set()
    result = []
    for found in placed:
        later = found.assignee != first.assignee and not found.draft.promised
        day = max(found.not_before, today + timedelta(days=gap_days)) if later else found.not_before
        result.append(replace(found, not_before=day, is_lead=found.assignee not in leads))
        leads.add(found.assignee)
    return result


def _placed(found: Entry, way: Approach, postponed: Mapping[Key, date]) -> Entry:
    day = postponed.get(found.key, way.not_before)
    if found.draft.promised:
        day = postponed.get(found.key, date.min)
    return replace(
        found, approach=way, not_before=max(day, way.not_before if not found.draft.promised else day)
    )


@dataclass(slots=True)
class Card:
    """A card on the list: the lead's id and what stands on it."""

    lead: Any
    also: list[Any] = field(default_factory=list)


def cards(leads: Sequence[Any], others: Iterable[Any]) -> list[Card]:
    """Put further reasons of the same customer on the card: two at most, one question at most."""
    made = {_place(lead): Card(lead) for lead in leads}
    for other in sorted(others, key=lambda t: (not t.promised, -t.rank)):
        card = made.get(_place(other))
        if card is None:
            continue
        questions = sum(t.source == QUESTION for t in [card.lead, *card.also])
        if len(card.also) < MAX_ALSO and not (other.source == QUESTION and questions):
            card.also.append(other)
    return [made[_place(lead)] for lead in leads]


def _place(task: Any) -> tuple[int, int | None, str]:
    return task.customer_id, task.owner_id, task.for_role
