"""Writes of the agenda slice."""

from zhike.agenda.actions.answers import (
    Answered,
    Contact,
    amend_answer,
    answer_done,
    answer_later,
    answer_not_useful,
    undo_answer,
)
from zhike.agenda.actions.rebuild import rebuild_tasks, recompute

__all__ = [
    "Answered",
    "Contact",
    "amend_answer",
    "answer_done",
    "answer_later",
    "answer_not_useful",
    "rebuild_tasks",
    "recompute",
    "undo_answer",
]
