"""Which exceptions of the database and the disk are expected, and what to tell people about them."""

from __future__ import annotations

import errno

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.utils.translation import gettext_noop

from zhike.core.errors import Busy, Conflict, Invalid, StorageFull, ZhikeError

NO_SPACE = gettext_noop(
    "There is no space left on the server. Nothing was saved; free some space and try again."
)
NO_DATABASE = gettext_noop(
    "The database is busy or not reachable right now. Nothing was saved; please try again in a moment."
)
TOO_LARGE = gettext_noop("A value is too large, or holds characters that can't be kept.")
ALREADY_THERE = gettext_noop(
    "The same was saved a moment ago, by somebody else or under another name. Look at it again."
)
GONE_MEANWHILE = gettext_noop("Something this belongs to is no longer there. Look at it again.")

_NO_SPACE_LEFT = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""A full disk, a used-up quota, a file beyond what the system lets this process write."""


def as_expected(exception: BaseException) -> ZhikeError | None:
    """Return the expected error behind an exception, or None."""
    if isinstance(exception, ZhikeError):
        return exception
    if isinstance(exception, OSError) and exception.errno in _NO_SPACE_LEFT:
        return StorageFull(NO_SPACE)
    if isinstance(exception, OperationalError | InterfaceError):
        return _not_available(exception)
    return _not_storable(exception)


def _not_available(exception: BaseException) -> ZhikeError:
    text = str(exception).lower()
    if "full" in text or "no space left" in text:  # as SQLite and as PostgreSQL say it
        return StorageFull(NO_SPACE)
    _forget_broken_connection()
    return Busy(NO_DATABASE)


def _not_storable(exception: BaseException) -> ZhikeError | None:
    text = str(exception).lower()
    if isinstance(exception, IntegrityError) and "unique" in text:
        return Conflict(ALREADY_THERE)
    if isinstance(exception, IntegrityError) and "foreign key" in text:
        return Conflict(GONE_MEANWHILE)
    if isinstance(exception, DataError) or _exceeds_sqlite(exception):
        return Invalid(TOO_LARGE)
    return None


def _exceeds_sqlite(exception: BaseException) -> bool:
    return isinstance(exception, OverflowError) and "SQLite INTEGER" in str(exception)


def _forget_broken_connection() -> None:
    if not connection.in_atomic_block:
        connection.close()
