"""Users and teams."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhike.core.changes import change
from zhike.core.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.core.permissions import SYSTEM, Viewer
from zhike.staff import queries
from zhike.staff.models import Team, User
from zhike.staff.rules.roles import ROLES, Role
from zhike.values import names

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,58}")
_PASSWORD_LIMIT = 512
_EDITABLE = {"name", "email", "phone", "role", "team_id", "minutes_per_day", "language"}


def create_user(  # noqa: PLR0913 - the particulars of a person
    *,
    login: str,
    name: str,
    role: str,
    password: str | None,
    by: Viewer,
    team_id: int | None = None,
    email: str = "",
    language: str = "zh-hans",
    minutes_per_day: int = 300,
) -> User:
    """Create a user; without a password nobody can log in as them until one is set."""
    by.require("settings.people")
    values = _checked(
        by,
        name=name,
        role=role,
        team_id=team_id,
        email=email,
        language=language,
        minutes_per_day=minutes_per_day,
    )
    login = _checked_login(login)
    with change("staff.create_user", by=by) as c:
        user = User(login=login, name_key=names.pinyin_key(name), **values)
        _set_password(user, password)
        user.save()
        c.created(user)
    return user


def create_first_administrator(
    *, login: str, name: str, password: str, firm_name: str, language: str
) -> User:
    """Set up an empty installation; refused (404) once any user exists."""
    from zhike.staff.actions.firm import set_firm

    with transaction.atomic():
        if queries.any_user():
            raise NotFound
        user = create_user(
            login=login, name=name, role=Role.ADMINISTRATOR, password=password, by=SYSTEM, language=language
        )
        if firm_name:
            set_firm(by=SYSTEM, name=firm_name, language=language)
    return user


def update_user(pk: int, *, version: int, by: Viewer, **values: Any) -> User:
    """Change a user; nobody takes away their own last hold: an administrator can't demote themselves."""
    by.require("settings.people")
    unknown = set(values) - _EDITABLE
    if unknown:
        raise Invalid(gettext_noop("There is no field %(name)s."), name=min(unknown))
    with change("staff.update_user", by=by) as c:
        user = _locked_user(pk)
        if user.version != version:
            raise Conflict(gettext_noop("Somebody else changed this in the meantime. Reload and try again."))
        current = {k: getattr(user, k) for k in _EDITABLE}
        checked = _checked(by, **(current | values))
        if user.pk == by.user_id and checked["role"] != user.role:
            raise Invalid(gettext_noop("You can't change your own role. Ask another administrator."))
        c.update(user, **checked, name_key=names.pinyin_key(checked["name"]))
    return user


def set_password(pk: int, *, password: str, by: Viewer) -> None:
    """Set a user's password; all their sessions end."""
    if pk != by.user_id:
        by.require("settings.people")
    with change("staff.set_password", by=by) as c:
        user = _locked_user(pk)
        _set_password(user, password)
        user.save(
            update_fields=["password"]
        )  # the hash stands in the row already, so update() sees no change
        c.update(user, session_epoch=user.session_epoch + 1)
        c.touched("staff.user", [user.pk], ["password"])


def deactivate_user(pk: int, *, by: Viewer) -> None:
    """Shut a user out at once: sessions, tokens and calendar address stop working. Their records stay."""
    by.require("settings.people")
    if pk == by.user_id:
        raise Invalid(gettext_noop("You can't deactivate yourself. Ask another administrator."))
    with change("staff.deactivate_user", by=by) as c:
        user = _locked_user(pk)
        c.update(user, is_active=False, calendar_token_hash="", session_epoch=user.session_epoch + 1)


def reactivate_user(pk: int, *, by: Viewer) -> None:
    """Let a user in again, with the password they had."""
    by.require("settings.people")
    with change("staff.reactivate_user", by=by) as c:
        c.update(_locked_user(pk), is_active=True)


def set_own_preferences(
    *, by: Viewer, language: str | None = None, theme: str | None = None, minutes_per_day: int | None = None
) -> None:
    """Change what everybody may change for themselves."""
    values: dict[str, Any] = {}
    if language is not None:
        values["language"] = _one_of(language, ("zh-hans", "en"), "language")
    if theme is not None:
        values["theme"] = _one_of(theme, ("auto", "light", "dark"), "theme")
    if minutes_per_day is not None:
        values["minutes_per_day"] = _minutes(minutes_per_day)
    if by.user_id is None or not values:
        return
    with change("staff.set_own_preferences", by=by) as c:
        c.update(_locked_user(by.user_id), **values)


def create_team(*, name: str, parent_id: int | None = None, by: Viewer) -> Team:
    """Create a team, or a branch of teams."""
    by.require("settings.people")
    with change("staff.create_team", by=by) as c:
        team: Team = c.create(Team, name=_team_name(name, None), parent=_team(parent_id))
    return team


def update_team(pk: int, *, name: str, parent_id: int | None, by: Viewer) -> Team:
    """Rename or move a team; a team can't stand below itself."""
    by.require("settings.people")
    with change("staff.update_team", by=by) as c:
        team = Team.objects.select_for_update().filter(pk=pk).first()
        if team is None:
            raise NotFound
        if parent_id is not None and parent_id in queries.team_ids_below(pk):
            raise Invalid(gettext_noop("A team can't stand below itself."))
        c.update(team, name=_team_name(name, pk), parent=_team(parent_id))
    return team


def delete_team(pk: int, *, by: Viewer) -> None:
    """Delete a team that nobody and nothing belongs to."""
    by.require("settings.people")
    with change("staff.delete_team", by=by) as c:
        team = _team(pk)
        if team is None:
            raise NotFound
        try:
            c.delete(team)
        except ProtectedError:
            raise Conflict(
                gettext_noop("Somebody or something still belongs to this team. Move them first.")
            ) from None


def _locked_user(pk: int) -> User:
    user = User.objects.select_for_update().filter(pk=pk).first()
    if user is None:
        raise NotFound
    return user


def _checked(by: Viewer, **values: Any) -> dict[str, Any]:
    name = str(values["name"]).strip()
    if not 1 <= len(name) <= 80:
        raise Invalid(
            gettext_noop("A name has 1 to 80 characters."),
            fields={"name": [_("A name has 1 to 80 characters.")]},
        )
    role = _one_of(str(values["role"]), [r.value for r in Role], "role")
    if not by.is_system and not ROLES[Role(role)].permissions <= by.permissions:
        raise Forbidden(gettext_noop("Nobody can give rights that they lack."))
    email = str(values.get("email") or "").strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Invalid(gettext_noop("%(value)s is not a mail address."), value=email[:80]) from None
    checked = dict(values) | {"name": name, "role": role, "email": email}
    _team(values.get("team_id"))
    checked["minutes_per_day"] = _minutes(values["minutes_per_day"])
    checked["language"] = _one_of(str(values["language"]), ("zh-hans", "en"), "language")
    return checked


def _checked_login(login: str) -> str:
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Invalid(
            gettext_noop(
                "A login has 2 to 59 letters, digits or . _ @ -, and begins with a letter or digit."
            ),
            fields={"login": [_("Letters, digits, . _ @ - only; begin with a letter or digit.")]},
        )
    if User.objects.filter(login__iexact=login).exists():
        raise Conflict(gettext_noop("The login %(login)s is taken."), login=login)
    return login


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    if len(password) > _PASSWORD_LIMIT:
        raise Invalid(gettext_noop("A password has at most %(limit)s characters."), limit=_PASSWORD_LIMIT)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(
            gettext_noop("This password is not safe enough."), fields={"password": error.messages}
        ) from None
    user.set_password(password)


def _one_of(value: str, allowed: Any, name: str) -> str:
    if value not in allowed:
        raise Invalid(gettext_noop("%(value)s is not a known %(name)s."), value=value[:40], name=name)
    return value


def _minutes(value: Any) -> int:
    try:
        minutes = int(value)
    except (TypeError, ValueError):
        minutes = -1
    if not 0 <= minutes <= 720:
        raise Invalid(gettext_noop("Minutes a day are between 0 and 720."))
    return minutes


def _team(pk: int | None) -> Team | None:
    if pk is None:
        return None
    team = Team.objects.filter(pk=pk).first()
    if team is None:
        raise Invalid(gettext_noop("There is no such team."))
    return team


def _team_name(name: str, pk: int | None) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 80:
        raise Invalid(gettext_noop("A name has 1 to 80 characters."))
    if Team.objects.filter(name=name).exclude(pk=pk or 0).exists():
        raise Conflict(gettext_noop("There is already a team %(name)s."), name=name)
    return name
