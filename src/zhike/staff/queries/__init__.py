"""Reads of the staff slice."""

from zhike.staff.models.labels import ROLE_LABELS
from zhike.staff.queries.access import TokenRow, tokens_of, viewer_of_calendar, viewer_of_token
from zhike.staff.queries.people import (
    team_ids_below,
    user_by_login,
    user_ids_by_login,
    viewer_by_login,
    viewer_for,
)
from zhike.staff.queries.settings import (
    ChangelogPage,
    any_user,
    changelog,
    colleagues,
    dead_letters,
    get_team,
    get_user,
    holiday_table,
    holidays,
    jobs,
    schedules,
    teams,
    user_names,
    users,
)

__all__ = [
    "ROLE_LABELS",
    "ChangelogPage",
    "TokenRow",
    "any_user",
    "changelog",
    "colleagues",
    "dead_letters",
    "get_team",
    "get_user",
    "holiday_table",
    "holidays",
    "jobs",
    "schedules",
    "team_ids_below",
    "teams",
    "tokens_of",
    "user_by_login",
    "user_ids_by_login",
    "user_names",
    "users",
    "viewer_by_login",
    "viewer_for",
    "viewer_of_calendar",
    "viewer_of_token",
]
