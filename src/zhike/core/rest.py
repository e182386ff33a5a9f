"""What every API router leans on: strict parameters, cursors, idempotent writes, entity tags."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Schema, Status
from ninja.parser import Parser
from pydantic import BeforeValidator, ConfigDict, Field

from zhike.core.errors import Conflict, Invalid, PreconditionFailed, ZhikeError
from zhike.core.models import IdempotencyKey
from zhike.core.permissions import Viewer
from zhike.values.dates import EARLIEST, LATEST

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
_PAGING = {"limit", "cursor", "sort"}
CHANGED_MEANWHILE = gettext_noop("Somebody else changed this in the meantime. Read it again.")
_MAX_KEY = 255
_MAX_ID = 2**63 - 1

V = TypeVar("V", bound=Callable[..., Any])


class Unprocessable(ZhikeError):
    """The same idempotency key came with another request."""

    status = 422
    code = "idempotency_key_reused"


class StrictParser(Parser):
    """Reads JSON bodies; refuses a name given twice, numbers without a value (NaN), endless nesting, NUL."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; raises :class:`Invalid`."""
        try:
            found = json.loads(request.body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
            _check_text(found)
            return found
        except (ValueError, RecursionError) as error:
            raise Invalid(
                gettext_noop("The body is not valid JSON: %(reason)s"), reason=str(error)[:200]
            ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _check_text(found: Any) -> None:
    """No database keeps NUL or half a character."""
    if isinstance(found, dict):
        _check_text([*found, *found.values()])
    elif isinstance(found, list):
        for part in found:
            _check_text(part)
    elif isinstance(found, str):
        if "\0" in found:
            raise ValueError("a text holds a NUL character")
        found.encode()


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


# ---------------------------------------------------------------- shapes of what comes in


class Given(Schema):
    """A body: a name that is not in the description is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


def _text_only(parse: Callable[[str], Any]) -> BeforeValidator:
    """Only text counts as a day or an instant: a bare number would be read as seconds since 1970."""

    def read(value: Any) -> Any:
        if value is None or not isinstance(value, str):
            raise ValueError("write it as text, like 2026-03-08")
        return parse(value)

    return BeforeValidator(read)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs its offset, like 2026-03-08T10:00:00+08:00")
    if not EARLIEST.year <= found.year <= LATEST.year:
        raise ValueError(f"the year lies between {EARLIEST.year} and {LATEST.year}")
    return found


Day = Annotated[date, _text_only(date.fromisoformat)]
"""A calendar day, ISO 8601."""
Instant = Annotated[datetime, _text_only(_instant)]
"""A moment, ISO 8601 with its offset from UTC."""
ClockTime = Annotated[
    time, _text_only(lambda text: datetime.strptime(text, "%H:%M").time()), Field(examples=["09:30"])  # noqa: DTZ007
]
"""A time of day of the firm's zone, ``HH:MM``."""
RecordId = Annotated[int, Field(gt=0, le=_MAX_ID)]
"""The key of a record."""


# ---------------------------------------------------------------- lists

_PAGING_TEXTS: Final = {
    "limit": f"How many at most: 1 to {MAX_LIMIT}, {DEFAULT_LIMIT} unless told.",
    "cursor": "Where the page begins: `next` of the page before.",
}


def query_parameters(
    filters: Mapping[str, str], *, sorts: Iterable[str] = (), paged: bool = True
) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a list: its parameters (name → meaning), paging and sort keys."""
    texts = {**filters, **(_PAGING_TEXTS if paged else {})}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in texts.items()
    ]
    keys = list(sorts)
    if keys:
        schema = {"type": "string", "enum": keys}
        found.append(
            {"name": "sort", "in": "query", "required": False, "description": "The order.", "schema": schema}
        )
    return {"parameters": found}


def write_headers(*, changes: bool = False) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a write: its idempotency key, and ``If-Match`` of a change."""
    texts = {"Idempotency-Key": "The same key again gives the first answer again, and nothing happens twice."}
    if changes:
        texts["If-Match"] = "The `ETag` that was read; 412 where somebody changed the record since."
    return {
        "parameters": [
            {"name": name, "in": "header", "required": False, "description": text,
             "schema": {"type": "string", "maxLength": _MAX_KEY}}
            for name, text in texts.items()
        ]
    }  # fmt: skip


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is asking (set by the token check)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def list_parameters(
    request: HttpRequest, filters: Iterable[str] | None = None, *, paging: Iterable[str] = _PAGING
) -> dict[str, str]:
    """Return the query parameters; each at most once, and only paging, sort and the named filters.

    With ``filters=None`` names are checked by the query itself (customer filters have operators).
    """
    known = None if filters is None else {*filters, *paging}
    for name in request.GET:
        if len(request.GET.getlist(name)) > 1:
            raise Invalid(gettext_noop("The parameter %(name)s is given twice."), name=name[:40])
        if known is not None and name not in known:
            raise Invalid(gettext_noop("There is no parameter %(name)s."), name=name[:40])
    return {name: str(value) for name, value in request.GET.items()}


def limit_of(parameters: Mapping[str, str]) -> int:
    """Return the page size: 1 to 200, 50 unless told."""
    text = parameters.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid(gettext_noop("limit is a number from 1 to %(limit)s."), limit=MAX_LIMIT)
    return int(text)


def record_id_of(parameters: Mapping[str, str], name: str) -> int | None:
    """Return the key of a record given as a parameter, None where it is not given."""
    text = parameters.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(gettext_noop("%(name)s is the number of a record."), name=name)
    return int(text)


def instant_of(parameters: Mapping[str, str], name: str) -> datetime | None:
    """Return the moment given as a parameter, None where it is not given."""
    text = parameters.get(name)
    if text is None:
        return None
    try:
        return _instant(text[:40]).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            gettext_noop("%(name)s is a moment with its offset, like 2026-03-08T10:00:00+08:00."), name=name
        ) from None


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
        raise PreconditionFailed(CHANGED_MEANWHILE)
    return current


def idempotent(view: V) -> V:
    """Make a write happen once per ``Idempotency-Key`` of a caller; repeated, it gives the same answer.

    The key and the effect commit together. The view returns ``(status, Schema)``; fields of the schema
    that it does not set are left out of the answer.
    """

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return Status(*view(request, *args, **kwargs))
        if len(key) > _MAX_KEY or not key.isprintable():
            raise Invalid(
                gettext_noop("An idempotency key has at most %(limit)s characters."), limit=_MAX_KEY
            )
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
            row.status, row.body = status, body.model_dump_json(by_alias=True, exclude_unset=True)
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
