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
from zhike.agenda.actions.follow import (
    close_after_contacts,
    close_after_orders,
    hand_over,
    recompute_today,
)
from zhike.agenda.actions.policy import remove_policy_line, save_policy_line, save_settings
from zhike.agenda.actions.rebuild import rebuild_tasks, recompute

__all__ = [
    "Answered",
    "Contact",
    "amend_answer",
    "answer_done",
    "answer_later",
    "answer_not_useful",
    "close_after_contacts",
    "close_after_orders",
    "hand_over",
    "rebuild_tasks",
    "recompute",
    "recompute_today",
    "remove_policy_line",
    "save_policy_line",
    "save_settings",
    "undo_answer",
]
