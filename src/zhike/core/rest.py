"""What every API router leans on: strict parameters, cursors, idempotent writes, entity tags."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Schema
from ninja.parser import Parser

from zhike.core.errors import Conflict, Invalid, PreconditionFailed, ZhikeError
from zhike.core.models import IdempotencyKey
from zhike.core.permissions import Viewer

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
_PAGING = {"limit", "cursor", "sort"}
_MAX_KEY = 255
_MAX_ID = 2**63 - 1

V = TypeVar("V", bound=Callable[..., Any])


class Unprocessable(ZhikeError):
    """The same idempotency key came with another request."""

    status = 422
    code = "idempotency_key_reused"


class StrictParser(Parser):
    """Reads JSON bodies: a name given twice, a number without a value (NaN) or endless nesting is refused."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; raises :class:`Invalid`."""
        try:
            return json.loads(request.body, object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise Invalid(gettext_noop("The body is not valid JSON: %(reason)s"), reason=str(error)[:200]) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is asking (set by the token check)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def list_parameters(request: HttpRequest, filters: set[str] | None = None) -> dict[str, str]:
    """Return the query parameters; each at most once, and only paging, sort and the named filters.

    With ``filters=None`` names are checked by the query itself (customer filters have operators).
    """
    for name in request.GET:
        if len(request.GET.getlist(name)) > 1:
            raise Invalid(gettext_noop("The parameter %(name)s is given twice."), name=name[:40])
        if filters is not None and name not in filters | _PAGING:
            raise Invalid(gettext_noop("There is no parameter %(name)s."), name=name[:40])
    return dict(request.GET.items())


def limit_of(parameters: Mapping[str, str]) -> int:
    """Return the page size: 1 to 200, 50 unless told."""
    text = parameters.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):  # noqa: PLR2004
        raise Invalid(gettext_noop("limit is a number from 1 to %(limit)s."), limit=MAX_LIMIT)
    return int(text)


def filters_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that are filters."""
    return {name: value for name, value in parameters.items() if name not in _PAGING}


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def expected_version(request: HttpRequest, current: int) -> int:
    """Return the version the caller wants to change (``If-Match``), the current one where they do not say."""
    tag = request.headers.get("If-Match")
    if tag in (None, "*"):
        return current
    if tag != etag(current):
        raise PreconditionFailed(gettext_noop("Somebody else changed this in the meantime. Read it again."))
    return current


def idempotent(view: V) -> V:
    """Make a write happen once per ``Idempotency-Key`` of a caller; the same answer comes again when repeated.

    The key and the effect commit together. The view returns ``(status, Schema)``.
    """

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > _MAX_KEY or not key.isprintable():
            raise Invalid(gettext_noop("An idempotency key has at most %(limit)s characters."), limit=_MAX_KEY)
        return _stored(request, key) or _perform(request, key, lambda: view(request, *args, **kwargs))

    # ninja looks up the names of annotations where the function stands: that is here, and they are there
    once.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return once  # type: ignore[return-value]


def _perform(request: HttpRequest, key: str, effect: Callable[[], tuple[int, Schema]]) -> HttpResponse:
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                user_id=viewer_of(request).user_id or 0, key=key, fingerprint=_fingerprint(request)
            )
            status, body = effect()
            row.status, row.body = status, body.model_dump_json(by_alias=True)
            row.save(update_fields=["status", "body"])
    except IntegrityError:
        again = _stored(request, key)
        if again is None:
            raise
        return again
    return _answer(row, replayed=False)


def _stored(request: HttpRequest, key: str) -> HttpResponse | None:
    row = IdempotencyKey.objects.filter(user_id=viewer_of(request).user_id or 0, key=key).first()
    if row is None:
        return None
    if row.fingerprint != _fingerprint(request):
        raise Unprocessable(gettext_noop("This idempotency key was used for another request."))
    if row.status is None:
        raise Conflict(gettext_noop("The request with this idempotency key is still being worked on."))
    return _answer(row, replayed=True)


def _answer(row: IdempotencyKey, *, replayed: bool) -> HttpResponse:
    response = HttpResponse(row.body, status=row.status, content_type="application/json")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint(request: HttpRequest) -> str:
    content = b"\0".join([(request.method or "").encode(), request.get_full_path().encode(), request.body])
    return hashlib.sha256(content).hexdigest()


def parse_record_id(value: int) -> int:
    """Return an id that fits the database; anything else can't exist."""
    from zhike.core.errors import NotFound

    if not 0 < value <= _MAX_ID:
        raise NotFound
    return value
