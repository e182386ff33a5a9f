"""Small tables of the house: settings, number sequences, idempotency keys."""

from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """One setting of the firm, read through :mod:`zhike.core.settings_store`."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key


class Sequence(models.Model):
    """Human numbers are drawn from here in blocks, so that they are short and without gaps per batch."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class IdempotencyKey(models.Model):
    """The answer to a write that carried an ``Idempotency-Key``, kept for its caller."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_once"),)

    def __str__(self) -> str:
        return self.key
