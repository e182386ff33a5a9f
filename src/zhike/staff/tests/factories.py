"""Users and teams for tests."""

from __future__ import annotations

from itertools import count

from zhike.core.permissions import Viewer
from zhike.staff.models import Team, User
from zhike.staff.queries import viewer_for
from zhike.staff.rules.roles import Role

_numbers = count(1)


def make_team(name: str = "", **values: object) -> Team:
    """Make a team."""
    return Team.objects.create(name=name or f"team {next(_numbers)}", **values)


def make_user(role: Role | str = Role.SALESPERSON, *, team: Team | None = None, password: str = "", **values: object) -> User:
    """Make a user of a role."""
    login = str(values.pop("login", f"user{next(_numbers)}"))
    user = User(login=login, name=str(values.pop("name", login)), role=Role(role), team=team, **values)
    user.set_password(password or "correct horse")
    user.save()
    return user


def make_viewer(role: Role | str = Role.SALESPERSON, *, team: Team | None = None, **values: object) -> Viewer:
    """Make a user of a role and return them as a viewer."""
    return viewer_for(make_user(role, team=team, **values))
