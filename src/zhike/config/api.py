"""The one API: bearer tokens, routers of the slices, problem documents, OpenAPI."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from zhike.agenda.api import router as tasks
from zhike.config import errors
from zhike.config.middleware import client_ip, note_refusal
from zhike.core.errors import ZhikeError
from zhike.core.expected import as_expected
from zhike.core.permissions import Viewer
from zhike.core.rest import StrictParser
from zhike.customers.api import interactions
from zhike.customers.api import router as customers
from zhike.sales.api import router as orders
from zhike.staff.actions import touch_token
from zhike.staff.queries import viewer_of_token


class BearerToken(HttpBearer):
    """Looks the token up; its scopes narrow what its user may do."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        """Return the viewer, None for a token that is unknown, expired or revoked."""
        found = viewer_of_token(token, ip=client_ip(request))
        if found is None:
            return None
        viewer, row = found
        touch_token(row)
        request.viewer = viewer  # type: ignore[attr-defined]
        return viewer


api = NinjaAPI(
    title="Zhike",
    version="1",
    description="Customers, orders, interactions and today's tasks. Tokens are made under Settings.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=BearerToken(),
    parser=StrictParser(),
)
api.add_router("/customers", customers, tags=["customers"])
api.add_router("/interactions", interactions, tags=["interactions"])
api.add_router("/orders", orders, tags=["orders"])
api.add_router("/tasks", tasks, tags=["tasks"])


@api.exception_handler(ZhikeError)
def _expected(request: HttpRequest, error: ZhikeError) -> HttpResponse:
    note_refusal(request, error)
    return errors.answer(request, error)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = errors.page(
        request, 401, gettext_noop("This needs a token that is valid."), code="unauthenticated"
    )
    response.headers["WWW-Authenticate"] = 'Bearer realm="zhike"'
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for found in error.errors:
        name = ".".join(str(part) for part in found["loc"][1:] if part != "payload") or "body"
        fields.setdefault(name, []).append(str(found["msg"]))
    return errors.page(
        request, 400, gettext_noop("Some fields are not right."), code="invalid", errors=fields
    )


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return errors.page(request, error.status_code, str(error))


@api.exception_handler(Exception)
def _other(request: HttpRequest, error: Any) -> HttpResponse:
    known = as_expected(error)
    if known is None:
        raise error
    return errors.answer(request, known)
