"""The gallery, served under the strictest content policy; and templates written in a test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside Django's database

Draw = Callable[..., str]


@pytest.fixture
def draw() -> Draw:
    """Render a template text with `{% load i18n ui %}`; language Chinese unless named."""

    def render(text: str, language: str = "zh-hans", **values: Any) -> str:
        request = values.pop("request", None) or RequestFactory().get("/here/?q=1")
        with translation.override(language):
            return engines["django"].from_string("{% load i18n ui %}" + text).render(values, request)

    return render


@pytest.fixture
def gallery(settings: Any, transactional_db: None) -> Iterator[str]:
    """Address of the served gallery: a server of its own, because it has other addresses and middleware."""
    settings.ROOT_URLCONF = "zhike.ui.tests.gallery.urls"
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.MIDDLEWARE = [
        "zhike.ui.tests.gallery.policy.strict",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "zhike.config.middleware.Language",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
    ]
    server = LiveServer("localhost")
    yield server.url
    server.stop()
