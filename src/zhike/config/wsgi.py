"""WSGI entry point: serves only from tables that are those of this version."""

from __future__ import annotations

import django
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop

django.setup(set_prefix=False)

from zhike.config import errors  # noqa: E402 - the settings come first
from zhike.config.middleware import PROBES, SecurityHeaders  # noqa: E402
from zhike.core.errors import Busy, ZhikeError  # noqa: E402
from zhike.core.expected import NO_DATABASE  # noqa: E402
from zhike.core.tables import tables_are_current  # noqa: E402

UPDATING = gettext_noop("Zhike is being updated. Please try again in a moment.")


class House(WSGIHandler):
    """Answers requests, but for signs of life not before ``zhike migrate`` has come to its end."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse with 503."""
        refusal = None if request.path in PROBES else _refusal()
        if refusal is None:
            return super().get_response(request)
        return SecurityHeaders(lambda r: errors.answer(r, refusal))(request)


def _refusal() -> ZhikeError | None:
    try:
        return None if tables_are_current() else Busy(UPDATING)
    except DatabaseError:
        return Busy(NO_DATABASE)


application = House()
