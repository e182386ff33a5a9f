"""Answers to tasks: done, later, not useful, and their undo. One answer is one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db.transaction import on_commit
from django.utils.translation import gettext_noop

from zhike.agenda.models import Task, TaskAnswer
from zhike.agenda.queries.answers import last_answer, list_day, locked_answer, locked_neighbours, locked_task
from zhike.agenda.queries.board import RESTING
from zhike.agenda.queries.panel import forget_waiting
from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.rules import learning, quiet
from zhike.core.changes import Change, change, snapshot
from zhike.core.clock import now
from zhike.core.errors import Conflict, Invalid
from zhike.core.permissions import Viewer
from zhike.customers.actions.interactions import InteractionInput, keep_promise, record_interaction
from zhike.customers.actions.withdrawal import reopen_promise, withdraw_interaction
from zhike.events import TasksAnswered
from zhike.values.enums import Channel, ContentKind, Outcome

LONGEST_LATER_DAYS: Final = 365
_SAME_CLICK = timedelta(seconds=60)
_KEPT = ("state", "not_before", "postponed", "quiet_until", "is_lead", "attempts", "channel", "how")
_CONTENT: Final = {
    "special_date": ContentKind.FEELING,
    "care": ContentKind.FEELING,
    "slipping": ContentKind.FEELING,
    "replenish": ContentKind.SALE,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer: its id (for the undo), until when it can be undone, and the task."""

    answer_id: int
    task_id: int
    customer_id: int
    undo_until: datetime
    interaction_id: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody tells of a contact in the same click; empty fields take what the card proposed."""

    outcome: str = Outcome.REACHED
    channel: str = ""
    note: str = ""
    minutes: int | None = None
    cost_minor: int = 0
    promise: str = ""
    promise_due: date | None = None


def answer_done(task_id: int, contact: Contact | None = None, *, by: Viewer) -> Answered:
    """Note that the customer was contacted: records the interaction, closes the card or sets the next try.

    Without an answer from the customer (``not_reached``) the task stays and comes back by another way.
    """
    by.require("agenda.answer")
    contact = contact or Contact()
    if contact.outcome not in set(Outcome):
        raise Invalid(gettext_noop("Choose what came of it."), fields={"outcome": [contact.outcome[:40]]})
    with change("agenda.answer_done", by=by) as c:
        task = locked_task(task_id, by)
        if (known := _already(task, "done", by)) is not None:
            return known
        neighbours = locked_neighbours(task)
        undo = _undo_of([task, *neighbours])
        interaction = record_interaction(_interaction(task, contact), by=by)
        if contact.outcome == Outcome.NOT_REACHED:
            _try_again(c, task, neighbours)
        else:
            undo["promise"] = _close(c, task, neighbours, by)
        grade = learning.grade("done", contact.outcome)
        details = {"outcome": contact.outcome, "interaction_id": interaction, "note": contact.note[:300]}
        return _record(c, task, "done", grade, by, undo, **details)


def answer_later(task_id: int, until: date, *, by: Viewer) -> Answered:
    """Put the card away until a day; promises of the same customer keep their own days."""
    by.require("agenda.answer")
    day = list_day()
    if not day < until <= day + timedelta(days=LONGEST_LATER_DAYS):
        raise Invalid(
            gettext_noop("Choose a day between tomorrow and a year from now."), fields={"until": [str(until)]}
        )
    with change("agenda.answer_later", by=by) as c:
        task = locked_task(task_id, by)
        if (known := _already(task, "later", by)) is not None:
            return known
        waiting = [n for n in locked_neighbours(task) if not n.promised]
        undo = _undo_of([task, *waiting])
        for row in [task, *waiting]:
            c.update(row, not_before=until, postponed=True)
        return _record(c, task, "later", learning.grade("later"), by, undo, until=until)


def answer_not_useful(task_id: int, reason: str, note: str = "", *, by: Viewer) -> Answered:
    """Say that the task does not fit, and why; the customer's next reason is the card from tomorrow on."""
    by.require("agenda.answer")
    if reason not in quiet.REASONS:
        raise Invalid(gettext_noop("Choose a reason."), fields={"reason": [reason[:40]]})
    s, day = agenda_settings(), list_day()
    with change("agenda.answer_not_useful", by=by) as c:
        task = locked_task(task_id, by)
        if (known := _already(task, "not_useful", by)) is not None:
            return known
        neighbours = locked_neighbours(task)
        undo = _undo_of([task, *neighbours])
        until = day + timedelta(days=quiet.after_not_useful(task.source, s))
        _answered(c, task, Task.State.NOT_USEFUL, until, by)
        if reason == "do_not_disturb":
            undo["rest"] = _leave_in_peace(c, task, neighbours, day)
        waiting = [n for n in neighbours if n.state == Task.State.OPEN]
        _promote(c, waiting)
        for row in waiting:
            if not row.promised:  # not at once in the place of the one just refused
                c.update(row, not_before=max(row.not_before, day + timedelta(days=1)), postponed=True)
        grade = learning.grade("not_useful", reason=reason)
        return _record(c, task, "not_useful", grade, by, undo, reason=reason, note=note[:300])


def undo_answer(answer_id: int, *, by: Viewer) -> int:
    """Take back one's own answer within some minutes; returns the task's id.

    Tasks, interaction and kept promise are as before. A second undo changes nothing.
    """
    by.require("agenda.answer")
    with change("agenda.undo_answer", by=by) as c:
        answer = locked_answer(answer_id, by)
        if answer.undone_at is not None:
            return int(answer.task_id)
        if now() > answer.at + timedelta(minutes=agenda_settings().undo_minutes):
            raise Conflict(
                gettext_noop(
                    "This answer is too old to be taken back. Record what is right as a new contact."
                )
            )
        _restore(c, answer)
        if answer.interaction_id:
            withdraw_interaction(answer.interaction_id, by=by)
        if answer.undo.get("promise"):
            reopen_promise(answer.undo["promise"], by=by)
        c.update(answer, undone_at=now())
        on_commit(partial(forget_waiting, by))
    return int(answer.task_id)


def amend_answer(
    answer_id: int,
    *,
    by: Viewer,
    contact: Contact | None = None,
    until: date | None = None,
    reason: str = "",
    note: str = "",
) -> Answered:
    """Say more about an answer just given (outcome, day, reason): taken back and given anew at once."""
    with change("agenda.amend_answer", by=by) as c:
        answer = locked_answer(answer_id, by)
        if answer.undone_at is not None:
            raise Conflict(gettext_noop("This answer was taken back already."))
        kind, task_id = answer.answer, undo_answer(answer_id, by=by)
        if kind == "done":
            made = answer_done(task_id, contact, by=by)
        elif kind == "later" and until is not None:
            made = answer_later(task_id, until, by=by)
        elif kind == "not_useful":
            made = answer_not_useful(task_id, reason, note, by=by)
        else:
            raise Invalid(gettext_noop("Choose a day between tomorrow and a year from now."))
        c.touched("agenda.taskanswer", [answer_id])
    return made


def _already(task: Task, kind: str, by: Viewer) -> Answered | None:
    """The same answer by the same person a moment ago is the same click; anything else came too late."""
    answer = last_answer(task)
    fresh = answer is not None and now() - answer.at < _SAME_CLICK and answer.user_id == by.user_id
    if answer is not None and fresh and answer.answer == kind:
        return _as_answered(answer)
    if task.state == Task.State.OPEN:
        return None
    who = answer.user.name if answer and answer.user else ""
    if who:
        raise Conflict(gettext_noop("%(name)s has already answered this one."), name=who)
    raise Conflict(gettext_noop("This one is no longer on the list."))


def _interaction(task: Task, contact: Contact) -> InteractionInput:
    proposed = task.channel if task.channel in set(Channel) else Channel.CALL
    return InteractionInput(
        customer_id=task.customer_id,
        channel=contact.channel or proposed,
        content_kind=_CONTENT.get(task.source, ContentKind.INFORMATION),
        outcome=contact.outcome,
        minutes=task.minutes if contact.minutes is None else contact.minutes,
        cost_minor=contact.cost_minor,
        summary=contact.note,
        promise=contact.promise,
        promise_due=contact.promise_due,
        task_id=task.pk,
        task_source=task.source,
    )


def _undo_of(tasks: Iterable[Task]) -> dict[str, Any]:
    def kept(task: Task) -> dict[str, Any]:
        before = snapshot(task)
        return {name: before[name] for name in _KEPT}

    return {"tasks": {str(task.pk): kept(task) for task in tasks}}


def _try_again(c: Change, task: Task, neighbours: list[Task]) -> None:
    s, day = agenda_settings(), list_day()
    tries = task.attempts + 1
    wait = s.rest_days if tries >= s.max_tries else s.retry_days
    how = [{"code": "how.tried_before", "params": {"channel": task.channel, "n": tries}}]
    c.update(task, attempts=tries, not_before=day + timedelta(days=wait), postponed=True, how=how)
    for row in neighbours:
        if not row.promised:
            c.update(row, not_before=day + timedelta(days=wait), postponed=True)


def _close(c: Change, task: Task, neighbours: list[Task], by: Viewer) -> int | None:
    """Close the card and what the same contact covered; returns the promise that was kept."""
    s, day = agenda_settings(), list_day()
    _answered(c, task, Task.State.DONE, day + timedelta(days=quiet.after_done(task.source, s)), by)
    for row in neighbours:
        if not row.promised:
            _answered(c, row, Task.State.COVERED, day + timedelta(days=quiet.after_done(row.source, s)), by)
    _promote(c, [row for row in neighbours if row.promised])
    if task.source == "promise":
        keep_promise(int(task.subject), by=by)
        return int(task.subject)
    return None


def _answered(c: Change, task: Task, state: str, until: date, by: Viewer) -> None:
    c.update(
        task, state=state, quiet_until=until, postponed=False, answered_at=c.at, answered_by_id=by.user_id
    )


def _promote(c: Change, waiting: list[Task]) -> None:
    """The best of what is left becomes the customer's card."""
    for place, row in enumerate(waiting):
        c.update(row, is_lead=place == 0)


def _leave_in_peace(c: Change, task: Task, neighbours: list[Task], day: date) -> int:
    """Close everything but promises, and remember that this customer is not to be disturbed."""
    until = day + timedelta(days=quiet.DO_NOT_DISTURB_DAYS)
    for row in neighbours:
        if not row.promised:
            c.update(row, state=Task.State.COVERED, quiet_until=until, postponed=False)
    values = {"state": Task.State.NOT_USEFUL, "quiet_until": until, "is_lead": False}
    place = {"source": RESTING, "customer_id": task.customer_id, "subject": "", "due": day}
    known = Task.objects.filter(**place).first()
    if known is None:
        return int(c.create(Task, **place, **values, owner_id=task.owner_id, team_id=task.team_id).pk)
    c.update(known, **values)
    return int(known.pk)


def _record(
    c: Change, task: Task, kind: str, grade: float, by: Viewer, undo: dict[str, Any], **details: Any
) -> Answered:
    answer = c.create(
        TaskAnswer,
        task=task,
        source=task.source,
        customer_id=task.customer_id,
        user_id=by.user_id,
        answer=kind,
        grade=grade,
        at=c.at,
        undo=undo,
        **details,
    )
    c.emit(TasksAnswered([task.pk], [task.customer_id], kind))
    on_commit(partial(forget_waiting, by))
    return _as_answered(answer)


def _as_answered(answer: TaskAnswer) -> Answered:
    until = answer.at + timedelta(minutes=agenda_settings().undo_minutes)
    return Answered(answer.pk, answer.task_id, answer.customer_id, until, answer.interaction_id)


def _restore(c: Change, answer: TaskAnswer) -> None:
    before: dict[str, dict[str, Any]] = answer.undo.get("tasks", {})
    for row in Task.objects.select_for_update().filter(pk__in=[int(pk) for pk in before]).order_by("pk"):
        values = dict(before[str(row.pk)])
        for name in ("not_before", "quiet_until"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        c.update(row, **values)
    if answer.undo.get("rest"):
        Task.objects.filter(pk=answer.undo["rest"]).delete()
