"""Access for programs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zhike.staff.models.people import User


class ApiToken(models.Model):
    """A bearer token: only its SHA-256 is kept; ``scopes`` narrow what its user may do."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    history_secrets: ClassVar[tuple[str, ...]] = ("token_hash",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
