"""Users as viewers."""

from __future__ import annotations

from collections.abc import Iterable

from zhike.core.errors import NotFound
from zhike.core.permissions import FieldClass, Scope, Viewer
from zhike.staff.models import Team, User
from zhike.staff.rules.roles import ROLES, Role


def viewer_for(user: User, *, ip: str = "") -> Viewer:
    """Return what this user may see and do now; a deactivated user may nothing."""
    if not user.is_active:
        raise NotFound
    rights = ROLES[Role(user.role)]
    scope = Scope(rights.scope)
    return Viewer(
        user_id=user.pk,
        login=user.login,
        name=user.name,
        role=user.role,
        scope=scope,
        team_id=user.team_id,
        team_ids=team_ids_below(user.team_id) if scope == Scope.TEAM else (),
        fields=frozenset(FieldClass(f) for f in rights.fields),
        permissions=rights.permissions,
        language=user.language,
        ip=ip,
    )


def team_ids_below(team_id: int | None) -> tuple[int, ...]:
    """Return a team's id and those of all teams below it."""
    if team_id is None:
        return ()
    children: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("id", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: list[int] = []
    waiting = [team_id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.append(current)
            waiting.extend(children.get(current, []))
    return tuple(sorted(found))


def user_by_login(login: str) -> User:
    """Return an active user by login; raises :class:`NotFound` that names it."""
    user = User.objects.filter(login__iexact=login, is_active=True).first()
    if user is None:
        raise NotFound("There is no active user %(login)s.", login=login)
    return user


def viewer_by_login(login: str) -> Viewer:
    """Return the viewer for a login (commands with ``--as`` or ``--user``)."""
    return viewer_for(user_by_login(login))


def user_ids_by_login(logins: Iterable[str]) -> dict[str, int]:
    """Return id by lower-case login of the users there are (deactivated ones too.

    They sold what they sold).
    """
    wanted = {login.casefold() for login in logins}
    return {login: pk for pk, login in _all_logins() if login in wanted} if wanted else {}


def _all_logins() -> list[tuple[int, str]]:
    return [(pk, login.casefold()) for pk, login in User.objects.values_list("id", "login")]
