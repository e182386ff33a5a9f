"""The calendar feed of one person: days to remember of their customers, and what is on their list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from zhike.agenda.models import Task
from zhike.agenda.queries.answers import list_day, visible_tasks
from zhike.agenda.queries.people import Person, on_list_of, person
from zhike.agenda.queries.texts.render import joined, sentences
from zhike.agenda.queries.upcoming import DateView, upcoming
from zhike.core import plugs
from zhike.core.permissions import Viewer

DAYS_AHEAD = 90
MOST_TASKS = 400


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """One promise or task as an entry of the calendar."""

    task_id: int
    due: date
    customer_id: int
    customer_name: str
    source: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar shows of the coming three months."""

    person: Person
    day: date
    dates: list[DateView] = field(default_factory=list)
    tasks: list[TaskEvent] = field(default_factory=list)


def feed(viewer: Viewer) -> Feed:
    """Return the feed of a viewer: only customers in their sight, only their own list."""
    who = person(viewer)
    day = list_day()
    return Feed(who, day, upcoming(viewer, who, day, DAYS_AHEAD, most=1000), _tasks(viewer, who))


def _tasks(viewer: Viewer, who: Person) -> list[TaskEvent]:
    rows = Task.objects.filter(visible_tasks(viewer), on_list_of(who), state=Task.State.OPEN, is_lead=True)
    rows = rows.exclude(source="special_date").select_related("customer").order_by("-promised", "-rank", "id")
    return [_event(task) for task in rows[:MOST_TASKS]]


def _event(task: Task) -> TaskEvent:
    source = plugs.task_sources.get(task.source)
    return TaskEvent(
        task_id=task.pk,
        due=max(task.due, task.not_before) if task.postponed else task.due,
        customer_id=task.customer_id,
        customer_name=task.customer.name,
        source=task.source,
        label=str(source.label) if source else task.source,
        why=joined(sentences(task.why)),
    )
