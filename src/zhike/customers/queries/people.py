"""Members of staff and teams, as far as owners of customers are concerned."""

from __future__ import annotations

from collections.abc import Iterable

from zhike.core.permissions import Scope, Viewer
from zhike.staff.models import Team, User


def team_of_user(user_id: int) -> tuple[bool, int | None]:
    """Return whether such an active user exists, and their team."""
    row = User.objects.filter(pk=user_id, is_active=True).values_list("team_id", flat=True).first()
    exists = row is not None or User.objects.filter(pk=user_id, is_active=True).exists()
    return exists, row


def team_exists(team_id: int) -> bool:
    """Tell whether there is such a team."""
    return Team.objects.filter(pk=team_id).exists()


def user_ids_by_login(logins: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """Return (id, team) of active users by login, ignoring case; keys are lower case."""
    wanted = {login.lower() for login in logins}
    if not wanted:
        return {}
    rows = User.objects.filter(is_active=True).values_list("login", "id", "team_id")
    return {login.lower(): (pk, team) for login, pk, team in rows if login.lower() in wanted}


def owner_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Return (id, name) of those who may own customers in the viewer's sight."""
    users = User.objects.filter(is_active=True).order_by("name_key", "id")
    if not viewer.is_system and viewer.scope == Scope.TEAM:
        users = users.filter(team_id__in=viewer.team_ids)
    elif not viewer.is_system and viewer.scope == Scope.OWN:
        users = users.filter(pk=viewer.user_id or 0)
    return [(str(pk), name) for pk, name in users.values_list("id", "name")]


def team_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Return (id, name) of the teams in the viewer's sight."""
    teams = Team.objects.order_by("name")
    if not viewer.is_system and viewer.scope != Scope.ALL:
        teams = teams.filter(pk__in=viewer.team_ids or [viewer.team_id or 0])
    return [(str(pk), name) for pk, name in teams.values_list("id", "name")]
