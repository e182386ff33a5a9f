"""Which exceptions of the database and the disk are expected, and what to tell people about them."""

from __future__ import annotations

import errno

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.translation import gettext_noop

from zhike.core.errors import Busy, Invalid, StorageFull, ZhikeError

NO_SPACE = gettext_noop("There is no space left on the server. Nothing was saved; free some space and try again.")
NO_DATABASE = gettext_noop(
    "The database is busy or not reachable right now. Nothing was saved; please try again in a moment."
)
TOO_LARGE = gettext_noop("A number is too large.")


def as_expected(exception: BaseException) -> ZhikeError | None:
    """Return the expected error behind an exception, or None."""
    if isinstance(exception, ZhikeError):
        return exception
    if isinstance(exception, OSError) and exception.errno == errno.ENOSPC:
        return StorageFull(NO_SPACE)
    if isinstance(exception, OperationalError | InterfaceError):
        if "full" in str(exception).lower():
            return StorageFull(NO_SPACE)
        _forget_broken_connection()
        return Busy(NO_DATABASE)
    if isinstance(exception, DatabaseError) and "too large" in str(exception).lower():
        return Invalid(TOO_LARGE)
    return None


def _forget_broken_connection() -> None:
    if not connection.in_atomic_block:
        connection.close()
