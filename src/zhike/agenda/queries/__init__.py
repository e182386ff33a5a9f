"""Reads of the agenda slice."""

from zhike.agenda.queries.answers import list_day
from zhike.agenda.queries.calendar import Feed, TaskEvent, feed
from zhike.agenda.queries.explain import Explanation, explain, get_card
from zhike.agenda.queries.panel import forget_waiting, next_step, waiting
from zhike.agenda.queries.people import TEAM, UNASSIGNED, Person, person
from zhike.agenda.queries.preview import list_for_day
from zhike.agenda.queries.results import Results, results_of
from zhike.agenda.queries.settings import (
    agenda_settings,
    firm_weights,
    policy_by_tier,
    policy_line,
    policy_lines,
)
from zhike.agenda.queries.start import Start, start
from zhike.agenda.queries.team import Board, Member, others_have_lists, sources_of, team_board
from zhike.agenda.queries.today import Also, CardView, TodayList, today_list
from zhike.agenda.queries.upcoming import DateView, upcoming

__all__ = [
    "TEAM",
    "UNASSIGNED",
    "Also",
    "Board",
    "CardView",
    "DateView",
    "Explanation",
    "Feed",
    "Member",
    "Person",
    "Results",
    "Start",
    "TaskEvent",
    "TodayList",
    "agenda_settings",
    "explain",
    "feed",
    "firm_weights",
    "forget_waiting",
    "get_card",
    "list_day",
    "list_for_day",
    "next_step",
    "others_have_lists",
    "person",
    "policy_by_tier",
    "policy_line",
    "policy_lines",
    "results_of",
    "sources_of",
    "start",
    "team_board",
    "today_list",
    "upcoming",
    "waiting",
]
