"""Today's tasks over the API: the list, and answers to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from zhike.agenda import actions, queries
from zhike.core.rest import (
    Day,
    Given,
    idempotent,
    list_parameters,
    parse_record_id,
    query_parameters,
    viewer_of,
    write_headers,
)
from zhike.core.settings_store import firm
from zhike.staff.queries import holiday_table
from zhike.values.enums import Channel, Outcome
from zhike.values.money import decimal_string, parse_minor
from zhike.values.workdays import shift_off_rest_days

router = Router()

_FILTERS = {
    "user": "Login of a colleague, `unassigned` for customers without an owner; oneself unless told.",
    "source": "Only tasks of this source, like `promise`.",
}


# ---------------------------------------------------------------- shapes


class TaskOut(Schema):
    """One task: whom, why, how, with what words; ``value_at_stake`` is an estimate in the firm's currency."""

    id: int
    source: str
    customer: int
    customer_name: str
    customer_number: int
    tier: str
    why: list[str]
    words: list[str]
    how: list[str]
    channel: str
    best_time: list[str] | None
    minutes: int
    value_at_stake: float
    due: date
    deadline: date | None
    promised: bool
    group: Literal["now", "today", "when_free"]
    also: list[str]
    rank: float
    urgency: float
    chance: float
    weight: float
    version: int


class TasksOut(Schema):
    """A person's list: ``tasks`` fit into the day, ``beyond`` no longer do; ``counts`` by source."""

    user: str
    date: date
    minutes: int
    value_at_stake: float
    counts: dict[str, int]
    tasks: list[TaskOut]
    beyond: list[TaskOut]


class DoneIn(Given):
    """What came of the contact; what is left out is taken from the task."""

    outcome: Outcome = Outcome.REACHED
    channel: Channel | Literal[""] = ""
    note: str = Field("", max_length=2000)
    minutes: int | None = Field(None, ge=0, le=600)
    cost: Decimal = Field(Decimal(0), ge=0, le=10**10)
    promise: str = Field("", max_length=300)
    promise_due: Day | None = None


class LaterIn(Given):
    """Until when: a day, or a number of days from the list's day; the next working day unless told."""

    until: Day | None = None
    days: int | None = Field(None, ge=1, le=365)


class NotUsefulIn(Given):
    """Why the task does not fit."""

    reason: Literal["already_done", "not_relevant", "wrong_data", "do_not_disturb", "other"] = "not_relevant"
    note: str = Field("", max_length=300)


class AnsweredOut(Schema):
    """An answer: ``answer`` is what an undo names, possible until ``undo_until``."""

    answer: int
    task: int
    customer: int
    interaction: int | None
    undo_until: datetime


class UndoneOut(Schema):
    """The task whose answer was taken back."""

    task: int


# ---------------------------------------------------------------- operations


@router.get(
    "",
    response=TasksOut,
    summary=gettext_noop("Today's list"),
    openapi_extra=query_parameters(_FILTERS, paged=False),
)
def list_tasks(request: HttpRequest) -> TasksOut:
    """Return the list of the token's user, or of a colleague within scope."""
    given, viewer = list_parameters(request, _FILTERS, paging=()), viewer_of(request)
    found = queries.today_list(
        viewer=viewer, user=given.get("user", viewer.login), source=given.get("source", "")
    )
    return TasksOut(
        user=found.person.login,
        date=found.day,
        minutes=found.minutes,
        value_at_stake=_estimate(found.value),
        counts=found.counts,
        tasks=[_task(card) for card in found.cards],
        beyond=[_task(card) for card in found.beyond],
    )


@router.get("/{int:task_id}", response=TaskOut, summary=gettext_noop("One task"))
def get_task(request: HttpRequest, task_id: int) -> TaskOut:
    """Return one task within the token's scope."""
    list_parameters(request, (), paging=())
    return _task(queries.get_card(parse_record_id(task_id), viewer=viewer_of(request)))


@router.post(
    "/{int:task_id}/done",
    response={200: AnsweredOut},
    summary=gettext_noop("Answer: done"),
    openapi_extra=write_headers(),
)
@idempotent
def answer_done(request: HttpRequest, task_id: int, payload: DoneIn) -> tuple[int, AnsweredOut]:
    """Record the contact and close the task; without an answer of the customer it comes back another day."""
    values = payload.model_dump(exclude_unset=True)
    values["cost_minor"] = parse_minor(values.pop("cost", Decimal(0)), firm().currency, rounding=True)
    contact = actions.Contact(**values)
    return _answered(actions.answer_done(parse_record_id(task_id), contact, by=viewer_of(request)))


@router.post(
    "/{int:task_id}/later",
    response={200: AnsweredOut},
    summary=gettext_noop("Answer: later"),
    openapi_extra=write_headers(),
)
@idempotent
def answer_later(request: HttpRequest, task_id: int, payload: LaterIn) -> tuple[int, AnsweredOut]:
    """Put the task away until a day."""
    until = _until(payload)
    return _answered(actions.answer_later(parse_record_id(task_id), until, by=viewer_of(request)))


@router.post(
    "/{int:task_id}/not-useful",
    response={200: AnsweredOut},
    summary=gettext_noop("Answer: not useful"),
    openapi_extra=write_headers(),
)
@idempotent
def answer_not_useful(request: HttpRequest, task_id: int, payload: NotUsefulIn) -> tuple[int, AnsweredOut]:
    """Say that the task does not fit, and why."""
    made = actions.answer_not_useful(
        parse_record_id(task_id), payload.reason, payload.note, by=viewer_of(request)
    )
    return _answered(made)


@router.post(
    "/answers/{int:answer_id}/undo",
    response={200: UndoneOut},
    summary=gettext_noop("Take an answer back"),
    openapi_extra=write_headers(),
)
@idempotent
def undo_answer(request: HttpRequest, answer_id: int) -> tuple[int, UndoneOut]:
    """Take one's own answer back within some minutes: task, contact and promise are as before."""
    return 200, UndoneOut(task=actions.undo_answer(parse_record_id(answer_id), by=viewer_of(request)))


def _until(payload: LaterIn) -> date:
    day = queries.list_day()
    if payload.until is not None:
        return payload.until
    if payload.days is not None:
        return day + timedelta(days=payload.days)
    return shift_off_rest_days(day + timedelta(days=1), "after", holiday_table())


def _answered(made: actions.Answered) -> tuple[int, AnsweredOut]:
    return 200, AnsweredOut(
        answer=made.answer_id,
        task=made.task_id,
        customer=made.customer_id,
        interaction=made.interaction_id,
        undo_until=made.undo_until,
    )


def _task(card: queries.CardView) -> TaskOut:
    plain = {name: getattr(card, name) for name in TaskOut.model_fields if hasattr(card, name)}
    told = {
        "customer": card.customer_id,
        "why": [said.text for said in card.why],
        "best_time": [f"{t:%H:%M}" for t in card.hours] if card.hours else None,
        "value_at_stake": _estimate(card.value_at_stake),
        "also": [other.text for other in card.also],
        "rank": round(card.rank / 100, 2),
    }
    return TaskOut(**(plain | told))


def _estimate(minor: int) -> float:
    return float(decimal_string(minor, firm().currency))
