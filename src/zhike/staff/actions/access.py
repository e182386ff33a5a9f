"""Access for programs and calendars: tokens are shown once and kept as hashes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import OperationalError
from django.utils.translation import gettext_noop

from zhike.core.changes import change
from zhike.core.clock import now
from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import Viewer
from zhike.staff.models import ApiToken, User
from zhike.staff.rules import tokens

logger = logging.getLogger(__name__)

_TOUCH_EVERY = timedelta(minutes=5)


def create_token(*, name: str, scopes: Sequence[str], days: int, by: Viewer) -> tuple[ApiToken, str]:
    """Create a bearer token for oneself; returns the row and the token, which is never shown again."""
    by.require("settings.tokens")
    if by.user_id is None or not name.strip():
        raise Invalid(gettext_noop("Give the token a name that tells what uses it."))
    unknown = set(scopes) - set(tokens.SCOPES)
    if unknown or not scopes:
        raise Invalid(
            gettext_noop("Choose at least one of the scopes: %(scopes)s."), scopes=", ".join(tokens.SCOPES)
        )
    if not 1 <= days <= tokens.MAX_DAYS:
        raise Invalid(gettext_noop("A token lasts 1 to %(days)s days."), days=tokens.MAX_DAYS)
    secret = tokens.new_token()
    with change("staff.create_token", by=by) as c:
        row: ApiToken = c.create(
            ApiToken,
            user_id=by.user_id,
            name=name.strip()[:80],
            prefix=secret[:8],
            token_hash=tokens.hash_token(secret),
            scopes=sorted(scopes),
            expires_at=now() + timedelta(days=days),
        )
    return row, secret


def revoke_token(pk: int, *, by: Viewer) -> None:
    """Make a token useless at once; one's own, or anybody's for those who manage people."""
    with change("staff.revoke_token", by=by) as c:
        token = ApiToken.objects.select_for_update().filter(pk=pk).first()
        if token is None or (token.user_id != by.user_id and not by.can("settings.people")):
            raise NotFound
        c.update(token, revoked_at=token.revoked_at or now())


def touch_token(token: ApiToken) -> None:
    """Note when a token was last used, at most every five minutes (no changelog: it is nobody's change).

    Who reads does not fail because this could not be written (a full disk, a locked database).
    """
    if token.last_used_at is not None and now() - token.last_used_at <= _TOUCH_EVERY:
        return
    try:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now())
    except OperationalError:
        logger.warning("the use of a token could not be noted")


def rotate_calendar_address(*, by: Viewer, revoke: bool = False) -> str:
    """Make a new secret for one's calendar feed (the old address stops working).

    Returns it, "" when revoked.
    """
    secret = "" if revoke else secrets.token_urlsafe(32)
    with change("staff.rotate_calendar_address", by=by) as c:
        user = User.objects.select_for_update().get(pk=by.user_id or 0)
        c.update(user, calendar_token_hash=tokens.hash_token(secret) if secret else "")
    return secret
