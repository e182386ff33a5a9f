"""``zhike user``: users from the console of the machine, for who lost the way in by the pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from zhike.cli import house
from zhike.cli.app import fail

ACTIONS = ("list", "add", "password")


def command(
    action: Annotated[str, typer.Argument(help="list, add or password.")],
    login: Annotated[str, typer.Argument(help="The user's login.")] = "",
    name: Annotated[str, typer.Option(help="Name to show (add).")] = "",
    role: Annotated[
        str, typer.Option(help="E.g. administrator, manager, salesperson (add).")
    ] = "salesperson",
    team: Annotated[str, typer.Option(help="Name of the team (add).")] = "",
    lang: Annotated[str, typer.Option(help="zh-hans or en (add).")] = "zh-hans",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List users, add one, or set a password (it is asked for, never given on the command line)."""
    if action not in ACTIONS:
        raise fail(f"zhike user {action!r}? It may be {', '.join(ACTIONS)}.", 2)
    if action != "list" and not login:
        raise fail(f"Usage: zhike user {action} LOGIN", 2)
    house.ready()
    with house.expected_errors(), _in_full():
        if action == "add":
            _add(login, name or login, role, team, lang, _password(stdin=password_stdin))
        elif action == "password":
            _set_password(login, stdin=password_stdin)
        else:
            _list(as_json=as_json)
            return
    print(json.dumps({"login": login, "done": action}) if as_json else f"{login}: done.")


@contextmanager
def _in_full() -> Iterator[None]:
    """Say what is wrong with each value, as a form would beside its fields."""
    from zhike.core.errors import Invalid

    try:
        yield
    except Invalid as error:
        said = [str(error), *(text for texts in error.fields.values() for text in texts)]
        raise fail(" ".join(dict.fromkeys(said))) from None


def _add(login: str, name: str, role: str, team: str, language: str, password: str) -> None:
    from zhike.core.permissions import SYSTEM
    from zhike.staff import actions

    team_id = _team_id(team)
    actions.create_user(
        login=login, name=name, role=role, password=password, team_id=team_id, language=language, by=SYSTEM
    )


def _team_id(name: str) -> int | None:
    from zhike.staff import queries

    if not name:
        return None
    known = {team.name: team.pk for team in queries.teams()}
    if name not in known:
        raise fail(f"There is no team {name!r}. Known: {', '.join(known) or 'none yet'}.")
    return int(known[name])


def _set_password(login: str, *, stdin: bool) -> None:
    from zhike.core.permissions import SYSTEM
    from zhike.staff import actions, queries

    user = queries.user_by_login(login)
    actions.set_password(user.pk, password=_password(stdin=stdin), by=SYSTEM)


def _password(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise fail("There is no terminal to ask for the password. Pipe it in, with --password-stdin.", 2)
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _list(*, as_json: bool) -> None:
    from zhike.core.permissions import SYSTEM
    from zhike.staff import queries

    users = [
        {
            "login": user.login,
            "name": user.name,
            "role": user.role,
            "team": user.team.name if user.team else "",
            "active": user.is_active,
        }
        for user in queries.users(viewer=SYSTEM)
    ]
    if as_json:
        print(json.dumps({"users": users}, ensure_ascii=False))
        return
    for user in users:
        state = "" if user["active"] else "  (shut out)"
        print(f"{user['login']:<16} {user['role']:<14} {user['name']}  {user['team']}{state}")
