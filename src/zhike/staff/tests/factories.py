"""Users and teams for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from zhike.core.permissions import Viewer
from zhike.staff.actions import create_token
from zhike.staff.models import Team, User
from zhike.staff.queries import viewer_for
from zhike.staff.rules.roles import ALL_PERMISSIONS, Role
from zhike.staff.rules.tokens import SCOPES

_numbers = count(1)


def make_team(name: str = "", **values: object) -> Team:
    """Make a team."""
    return Team.objects.create(name=name or f"team {next(_numbers)}", **values)


def make_user(
    role: Role | str = Role.SALESPERSON, *, team: Team | None = None, password: str = "", **values: object
) -> User:
    """Make a user of a role."""
    login = str(values.pop("login", f"user{next(_numbers)}"))
    user = User(login=login, name=str(values.pop("name", login)), role=Role(role), team=team, **values)
    user.set_password(password or "correct horse")
    user.save()
    return user


def make_viewer(role: Role | str = Role.SALESPERSON, *, team: Team | None = None, **values: object) -> Viewer:
    """Make a user of a role and return them as a viewer."""
    return viewer_for(make_user(role, team=team, **values))


def make_token(viewer: Viewer, *scopes: str, days: int = 30) -> str:
    """Make an API token of a user (all scopes unless named), whatever their role says of making tokens."""
    maker = replace(viewer, permissions=ALL_PERMISSIONS)
    return create_token(name="test", scopes=list(scopes or SCOPES), days=days, by=maker)[1]


class Caller:
    """A program that calls the API with a bearer token."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, query: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
        """GET."""
        return self.call("GET", path + (f"?{urlencode(query)}" if query else ""), **more)

    def post(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        """POST a body as JSON; bytes go as they are."""
        return self.call("POST", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> HttpResponse:
        """PATCH."""
        return self.call("PATCH", path, body, **more)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> HttpResponse:
        """Send a request; nothing raised in the server gets through: a test sees what a caller sees."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if method != "GET" else b""
        sent = {"Authorization": f"Bearer {self.token}"} | dict(headers or {})
        return self.client.generic(method, path, data, content_type, headers=sent)


def caller(viewer: Viewer, *scopes: str) -> Caller:
    """Return a program that acts for a user."""
    return Caller(make_token(viewer, *scopes))
