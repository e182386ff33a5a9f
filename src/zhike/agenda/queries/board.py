"""All reasons of a day, ranked and arranged into cards; nothing is written here."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from zhike.agenda.models import SourceWeight, Task
from zhike.agenda.queries.contacts import reachability
from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.table import by_customer
from zhike.agenda.rules import board
from zhike.agenda.rules.fairness import Approach, approach
from zhike.core import plugs
from zhike.core.plugs import TaskContext, TaskDraft
from zhike.staff.models import User

logger = logging.getLogger(__name__)
RESTING = "rest"
MANY = 900
"""Source of the row that says: leave this customer in peace."""


@dataclass(slots=True)
class Memory:
    """What earlier answers say: quiet reasons, customers at rest, postponed reasons."""

    quiet: dict[board.Key, date] = field(default_factory=dict)
    resting: dict[int, date] = field(default_factory=dict)
    postponed: dict[board.Key, date] = field(default_factory=dict)


class Weights:
    """Learnt weights of the sources, for a person where there is one."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int | None], float] = {}
        for source, user, weight in SourceWeight.objects.values_list("source", "user_id", "weight"):
            self._known[source, user] = weight

    def of(self, source: str, user_id: int | None) -> float:
        """The person's weight, else the firm's, else 1."""
        return self._known.get((source, user_id), self._known.get((source, None), 1.0))


def arranged(
    ctx: TaskContext, *, sources: Collection[str] | None = None, failed: dict[str, str] | None = None
) -> list[board.Entry]:
    """Every reason that may show from today on, with rank, approach, first day and place on the card.

    Sources that raise are put into ``failed`` (source → kind of error).
    """
    s = agenda_settings()
    memory = remembered(ctx)
    entries = _entries(list(_drafts(ctx, sources, {} if failed is None else failed)))
    entries = board.without_quiet(entries, memory.quiet, memory.resting, ctx.today)
    if ctx.customer_ids is None:
        always = frozenset(customer for _, customer, _ in memory.postponed)
        entries = board.shortlist(entries, s.keep_per_person, always)
    known = reachability(sorted({e.draft.customer_id for e in entries}), ctx.today)

    def approach_of(found: board.Entry) -> Approach:
        who = known[found.draft.customer_id]
        return approach([found.draft.channel], who, ctx.today, s, promised=found.draft.promised)

    return board.arrange(entries, approach_of, memory.postponed, ctx.today, s.gap_any_days)


def _drafts(ctx: TaskContext, sources: Collection[str] | None, failed: dict[str, str]) -> Iterator[TaskDraft]:
    """Ask every source; one that fails is logged, noted, and leaves the others' tasks standing."""
    for source in plugs.task_sources:
        if sources is not None and source.key not in sources:
            continue
        try:
            yield from source.drafts(ctx)
        except Exception as error:
            logger.exception("task source failed", extra={"source": source.key})
            failed[source.key] = type(error).__name__


def _entries(drafts: Sequence[TaskDraft]) -> list[board.Entry]:
    weights, staffed = Weights(), _staffed_roles()
    known = by_customer(("team_id",), sorted({d.customer_id for d in drafts}))
    entries = []
    for draft in drafts:
        row = known.get(draft.customer_id)
        if row is None:
            continue
        on_list = draft if draft.for_role in staffed else _to_owner(draft)
        user_id = draft.owner_id or row["owner_id"]
        entries.append(
            board.entry(on_list, weights.of(draft.source, user_id), row["owner_id"], row["team_id"])
        )
    return entries


def _staffed_roles() -> frozenset[str]:
    roles = User.objects.filter(is_active=True).values_list("role", flat=True).distinct()
    return frozenset(roles) | {""}


def _to_owner(draft: TaskDraft) -> TaskDraft:
    """A task for a role that nobody has goes to the customer's owner."""
    return replace(draft, for_role="")


def remembered(ctx: TaskContext) -> Memory:
    """Load what was answered and still holds on the day."""
    memory = Memory()
    rows = Task.objects.all()
    if ctx.customer_ids is not None and len(ctx.customer_ids) <= MANY:
        rows = rows.filter(customer_id__in=list(ctx.customer_ids))
    quiet = rows.exclude(state=Task.State.OPEN).filter(quiet_until__gt=ctx.today)
    for source, customer, subject, until in quiet.values_list(
        "source", "customer_id", "subject", "quiet_until"
    ):
        if source == RESTING:
            memory.resting[customer] = until or ctx.today
        else:
            memory.quiet[source, customer, subject] = until or ctx.today
    later = rows.filter(state=Task.State.OPEN, postponed=True, not_before__gt=ctx.today)
    for source, customer, subject, day in later.values_list("source", "customer_id", "subject", "not_before"):
        memory.postponed[source, customer, subject] = day
    return memory
