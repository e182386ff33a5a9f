"""Who is behind a token or a calendar address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from zhike.core.clock import now
from zhike.core.errors import NotFound
from zhike.core.permissions import Viewer
from zhike.staff.models import ApiToken, User
from zhike.staff.queries.people import viewer_for
from zhike.staff.rules import tokens


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner sees it; the secret is not kept."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    alive: bool


def viewer_of_token(secret: str, *, ip: str = "") -> tuple[Viewer, ApiToken] | None:
    """Return the viewer a living token stands for, its rights narrowed to the token's scopes.

    None for any other.
    """
    token = ApiToken.objects.select_related("user").filter(token_hash=tokens.hash_token(secret)).first()
    if token is None or token.revoked_at or token.expires_at <= now() or not token.user.is_active:
        return None
    viewer = viewer_for(token.user, ip=ip)
    return replace(viewer, permissions=viewer.permissions & tokens.permissions_of(token.scopes)), token


def tokens_of(viewer: Viewer) -> list[TokenRow]:
    """Return one's own tokens, newest first."""
    rows = ApiToken.objects.filter(user_id=viewer.user_id or 0).order_by("-id")
    return [
        TokenRow(
            t.pk,
            t.name,
            t.prefix,
            t.scopes,
            t.created_at,
            t.expires_at,
            t.last_used_at,
            alive=t.revoked_at is None and t.expires_at > now(),
        )
        for t in rows[:100]
    ]


def viewer_of_calendar(secret: str) -> Viewer:
    """Return the viewer whose calendar address holds this secret; anything else does not exist."""
    user = User.objects.filter(calendar_token_hash=tokens.hash_token(secret), is_active=True).first()
    if user is None or not secret:
        raise NotFound
    return viewer_for(user)
