"""Tasks as the answers need them: within the viewer's scope, locked, with their neighbours on the card."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, Sum

from zhike.agenda.models import Build, Task, TaskAnswer
from zhike.core.clock import day_bounds, today
from zhike.core.errors import NotFound
from zhike.core.permissions import Viewer, scope_q

LARGEST_ID = 2**63 - 1
TaskRow = Task
AnswerRow = TaskAnswer


def list_day() -> date:
    """Return the day for which the list was last built; the firm's business day where there is none yet."""
    latest = Build.objects.order_by("-built_at", "-id").values_list("as_of", flat=True).first()
    return latest or today()


def visible_tasks(viewer: Viewer) -> Q:
    """The filter of the tasks a viewer may see, by the owner and team repeated on each."""
    return scope_q(viewer)


def locked_task(pk: int, viewer: Viewer) -> Task:
    """Return a task in the viewer's sight, locked until commit; raises :class:`NotFound`."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    rows = Task.objects.select_for_update(of=("self",)).filter(visible_tasks(viewer), pk=pk)
    task = rows.exclude(source="rest").first()
    if task is None:
        raise NotFound
    return task


def locked_neighbours(task: Task) -> list[Task]:
    """Return the other open tasks of the customer that are on the same list, locked, best first."""
    rows = Task.objects.select_for_update(of=("self",)).filter(
        customer_id=task.customer_id, state=Task.State.OPEN
    )
    same = rows.filter(owner_id=task.owner_id, for_role=task.for_role).exclude(pk=task.pk)
    return list(same.order_by("-promised", "-rank", "id"))


def last_answer(task: Task) -> TaskAnswer | None:
    """Return the latest answer that was not taken back."""
    return task.answers.filter(undone_at__isnull=True).order_by("-at", "-id").select_related("user").first()


def locked_answer(pk: int, viewer: Viewer) -> TaskAnswer:
    """Return one's own answer, locked until commit; raises :class:`NotFound`."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    rows = TaskAnswer.objects.select_for_update(of=("self",)).filter(pk=pk)
    answer = (
        (rows if viewer.is_system else rows.filter(user_id=viewer.user_id or 0))
        .select_related("task")
        .first()
    )
    if answer is None:
        raise NotFound
    return answer


def minutes_spent(user_id: int | None) -> int:
    """Return the minutes of the cards a person has done since the business day began."""
    if user_id is None:
        return 0
    since, _ = day_bounds(today())
    rows = TaskAnswer.objects.filter(user_id=user_id, answer="done", undone_at__isnull=True, at__gte=since)
    return int(rows.aggregate(minutes=Sum("task__minutes"))["minutes"] or 0)
