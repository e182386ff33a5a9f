"""Reads of the agenda slice."""

from zhike.agenda.queries.answers import list_day
from zhike.agenda.queries.explain import Explanation, explain, get_card
from zhike.agenda.queries.people import UNASSIGNED, Person, person
from zhike.agenda.queries.results import Results, results_of
from zhike.agenda.queries.settings import agenda_settings, policy_lines
from zhike.agenda.queries.start import Start, start
from zhike.agenda.queries.team import Board, Member, has_own_list, sources_of, team_board
from zhike.agenda.queries.today import Also, CardView, TodayList, today_list
from zhike.agenda.queries.upcoming import DateView, upcoming

__all__ = [
    "UNASSIGNED",
    "Also",
    "Board",
    "CardView",
    "DateView",
    "Explanation",
    "Member",
    "Person",
    "Results",
    "Start",
    "TodayList",
    "agenda_settings",
    "explain",
    "get_card",
    "has_own_list",
    "list_day",
    "person",
    "policy_lines",
    "results_of",
    "sources_of",
    "start",
    "team_board",
    "today_list",
    "upcoming",
]
