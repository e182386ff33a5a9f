"""Bearer tokens: what they look like, what they may do."""

from __future__ import annotations

import hashlib
import secrets

SCOPES = {
    "read": frozenset({"agenda.read", "agenda.team", "customers.read", "catalog.read", "sales.read"}),
    "customers.write": frozenset(
        {"customers.create", "customers.edit", "customers.tags", "customers.assign"}
    ),
    "interactions.write": frozenset({"interactions.write"}),
    "orders.write": frozenset({"sales.edit"}),
    "tasks.write": frozenset({"agenda.answer", "interactions.write"}),
}
"""Scope of a token → functions; what the user may not do, their token may not either."""

MAX_DAYS = 366


def new_token() -> str:
    """Return a token of 256 random bits, recognisable by its prefix."""
    return f"zk_{secrets.token_urlsafe(32)}"


def hash_token(token: str) -> str:
    """Return the SHA-256 that is kept (a token has 256 bits of its own, so no slow hash is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def permissions_of(scopes: list[str]) -> frozenset[str]:
    """Return the functions that a token's scopes carry."""
    return frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
