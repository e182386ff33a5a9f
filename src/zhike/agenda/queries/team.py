"""The team's board: how each colleague stands, in numbers of customers, never in hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from zhike.agenda.models import Task, TaskAnswer
from zhike.agenda.queries.answers import list_day, visible_tasks
from zhike.core.clock import day_bounds
from zhike.core.permissions import Scope, Viewer
from zhike.staff.models import User
from zhike.staff.rules.roles import ROLES, Role


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the board. Amounts in minor units; ``answered`` within the last seven days."""

    user_id: int | None
    login: str
    name: str
    role: str
    team: str
    is_active: bool
    open: int = 0
    promised: int = 0
    late: int = 0
    value: int = 0
    answered: int = 0
    not_useful: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """All members with work, the customers that belong to nobody, and the firm's totals by source."""

    day: date
    members: list[Member]
    unassigned: Member
    by_source: dict[str, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """Cards of the day, of everybody."""
        return self.unassigned.open + sum(m.open for m in self.members)


def team_board(viewer: Viewer) -> Board:
    """Return the board of the teams the viewer sees."""
    viewer.require("agenda.read")
    day = list_day()
    load, answers = _load(viewer, day), _answers(day)
    people = _people(viewer, set(load))
    members = [_member(user, load.get(user.pk, {}), answers.get(user.pk, {})) for user in people]
    nobody = Member(None, "unassigned", "", "", "", is_active=True, **load.get(None, {}))
    return Board(day, members, nobody, sources_of(viewer, day))


def _due(viewer: Viewer, day: date) -> Any:
    rows = Task.objects.filter(visible_tasks(viewer), state=Task.State.OPEN, is_lead=True)
    return rows.filter(not_before__lte=day, due__lte=day)


def _load(viewer: Viewer, day: date) -> dict[int | None, dict[str, int]]:
    rows = _due(viewer, day).filter(for_role="").values("owner_id")
    counted = rows.annotate(
        n_open=Count("id"),
        n_promised=Count("id", filter=Q(promised=True)),
        n_late=Count("id", filter=Q(promised=True, due__lt=day)),
        n_value=Sum("value_at_stake"),
    )
    return {row.pop("owner_id"): {k.removeprefix("n_"): v for k, v in row.items()} for row in counted}


def _answers(day: date) -> dict[int, dict[str, int]]:
    since, _ = day_bounds(day - timedelta(days=7))
    rows = TaskAnswer.objects.filter(at__gte=since, undone_at__isnull=True, user__isnull=False).values(
        "user_id"
    )
    counted = rows.annotate(answered=Count("id"), not_useful=Count("id", filter=Q(answer="not_useful")))
    return {row["user_id"]: {"answered": row["answered"], "not_useful": row["not_useful"]} for row in counted}


def _people(viewer: Viewer, with_work: set[int | None]) -> list[User]:
    working = [r.value for r in Role if "agenda.answer" in ROLES[r].permissions]
    rows = User.objects.select_related("team").filter(
        Q(is_active=True, role__in=working) | Q(pk__in=[pk for pk in with_work if pk])
    )
    if viewer.scope == Scope.TEAM:
        rows = rows.filter(team_id__in=viewer.team_ids)
    elif viewer.scope == Scope.OWN:
        rows = rows.filter(pk=viewer.user_id or 0)
    return list(rows.order_by("team__name", "name_key", "id")[:500])


def _member(user: User, load: dict[str, int], answers: dict[str, int]) -> Member:
    return Member(
        user_id=user.pk,
        login=user.login,
        name=user.name or user.login,
        role=user.role,
        team=user.team.name if user.team else "",
        is_active=user.is_active,
        **load,
        **answers,
    )


def sources_of(viewer: Viewer, day: date) -> dict[str, int]:
    """Return how many cards of the day each source has, within the viewer's scope."""
    return dict(_due(viewer, day).values_list("source").annotate(n=Count("id")))


def others_have_lists(viewer: Viewer) -> bool:
    """Whether colleagues in the viewer's sight have open tasks: then the board is the better first page."""
    rows = Task.objects.filter(visible_tasks(viewer), state=Task.State.OPEN, owner__isnull=False)
    return rows.exclude(owner_id=viewer.user_id).exists()
