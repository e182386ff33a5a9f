"""Why a card stands where it stands: the formula with its figures."""

from __future__ import annotations

from dataclasses import dataclass

from zhike.agenda.models import SourceWeight, Task
from zhike.agenda.queries.answers import LARGEST_ID, visible_tasks
from zhike.agenda.queries.texts.basis import CHANCE, URGENCY
from zhike.agenda.queries.today import CardView, contact_persons, view
from zhike.agenda.rules.board import Card
from zhike.core.errors import NotFound
from zhike.core.permissions import Viewer
from zhike.customers.models import Score


@dataclass(frozen=True, slots=True)
class Explanation:
    """A card with the factors of its rank, the score they come from, and what its source has learnt."""

    card: CardView
    urgency: float
    chance: float
    weight: float
    rank: float
    score: Score | None
    firm: SourceWeight | None
    own: SourceWeight | None
    state: str
    urgency_basis: str
    chance_basis: str


def explain(task_id: int, *, viewer: Viewer) -> Explanation:
    """Return the explanation of one task in the viewer's sight."""
    task = get_task(task_id, viewer=viewer)
    weights = {
        w.user_id: w for w in SourceWeight.objects.filter(source=task.source, user_id__in=[task.owner_id])
    }
    firm = SourceWeight.objects.filter(source=task.source, user__isnull=True).first()
    return Explanation(
        card=view(Card(task), contact_persons([task.customer]), viewer),
        urgency=task.urgency,
        chance=task.chance,
        weight=task.weight,
        rank=task.rank,
        score=getattr(task.customer, "score", None),
        firm=firm,
        own=weights.get(task.owner_id),
        state=task.state,
        urgency_basis=str(URGENCY.get(task.source, "")),
        chance_basis=str(CHANCE.get(task.source, "")),
    )


def get_task(task_id: int, *, viewer: Viewer) -> Task:
    """Return one task in the viewer's sight; raises :class:`NotFound`."""
    viewer.require("agenda.read")
    if not 0 < task_id <= LARGEST_ID:
        raise NotFound
    rows = Task.objects.filter(visible_tasks(viewer), pk=task_id).exclude(source="rest")
    task = rows.select_related("customer", "customer__score").first()
    if task is None:
        raise NotFound
    return task


def get_card(task_id: int, *, viewer: Viewer) -> CardView:
    """Return one task as a card."""
    task = get_task(task_id, viewer=viewer)
    return view(Card(task), contact_persons([task.customer]), viewer)
