"""Browsers for tests: a client that is logged in as somebody, and what a page says."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from zhike.core.permissions import Viewer
from zhike.staff.models import User

HTMX = {"HX-Request": "true"}


def browser_of(viewer: Viewer, language: str = "en", **options: Any) -> Client:
    """Return a client that is logged in as this member of staff; pages come in a language."""
    client = Client(headers={"Accept-Language": language}, **options)
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def words(response: HttpResponse) -> str:
    """Return what the page says, without markup."""
    text = re.sub(r"<(script|style)[\s\S]*?</\1>", " ", response.content.decode())
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def names(response: HttpResponse) -> list[str]:
    """Return the names of a list page in order."""
    return [html.unescape(n) for n in re.findall(r"data-open-row>([^<]*)</a>", response.content.decode())]


def at(name: str, *args: Any) -> str:
    """Return the address of a page of the slice."""
    return reverse(f"customers:{name}", args=args)


def undo_of(response: HttpResponse) -> str:
    """Return where the toast's undo leads."""
    found: str = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    return found
