"""What can go wrong in a way a person should read.

Each error carries a :class:`~zhike.values.text.Text` (code and parameters); surfaces render it in the
reader's language and choose the status: ``NotFound`` 404, ``Forbidden`` 403, ``Invalid`` 400,
``Conflict`` 409, ``Busy`` 503, ``StorageFull`` 507.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ZhikeError(Exception):
    """Base of all expected errors.

    ``code`` is stable, ``message`` is an English msgid, ``params`` fill it.
    """

    status = 400
    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params: dict[str, Any] = params
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        """Render in the active language."""
        from django.utils.translation import gettext

        text = gettext(self.message)
        return text % self.params if self.params else text


class Invalid(ZhikeError):
    """The input is not acceptable; ``fields`` maps a field name to its messages."""

    status = 400
    code = "invalid"

    def __init__(self, message: str, *, fields: Mapping[str, list[str]] | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.fields: dict[str, list[str]] = dict(fields or {})


class Forbidden(ZhikeError):
    """The viewer lacks a function (never used for rows: those do not exist, see ``NotFound``)."""

    status = 403
    code = "forbidden"


class NotFound(ZhikeError):
    """No such row, or none within the viewer's scope; the two are never told apart."""

    status = 404
    code = "not_found"

    def __init__(
        self, message: str = "This record does not exist or is not yours to see.", **params: Any
    ) -> None:
        super().__init__(message, **params)


class Conflict(ZhikeError):
    """The row changed since it was read, or its state does not allow the step."""

    status = 409
    code = "conflict"


class PreconditionFailed(Conflict):
    """``If-Match`` names a version that is no longer current."""

    status = 412
    code = "precondition_failed"


class Busy(ZhikeError):
    """The database is locked or down; trying again soon is the right thing."""

    status = 503
    code = "busy"


class StorageFull(ZhikeError):
    """No space left; reading goes on, nothing of the refused write is kept."""

    status = 507
    code = "storage_full"
