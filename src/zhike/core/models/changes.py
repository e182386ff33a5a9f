"""History and changelog."""

from __future__ import annotations

from django.db import models


class HistoryVersion(models.Model):
    """The version of a row that was replaced or deleted; creation adds none.

    "As of" a moment reads the current row and the earliest version replaced after that moment.
    """

    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    replaced_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    deleted = models.BooleanField(default=False)
    data = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=["model", "object_id", "replaced_at"], name="history_object"),)

    def __str__(self) -> str:
        return f"{self.model}#{self.object_id} until {self.replaced_at:%Y-%m-%d %H:%M}"


class ChangelogEntry(models.Model):
    """Who did what when: field names and history ids, never values (so that erasure stays possible).

    A batch is one entry: ``objects`` maps a model to the ids it touched (capped, with the full count).
    ``seal`` is the hash chain, written by the sealing job in id order.
    """

    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_login = models.CharField(max_length=150)
    ip = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=80)
    model = models.CharField(max_length=80, blank=True)
    object_id = models.BigIntegerField(null=True)
    rows = models.IntegerField(default=1)
    objects_touched = models.JSONField(default=dict)
    fields = models.JSONField(default=list)
    history_ids = models.JSONField(default=list)
    note = models.CharField(max_length=400, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["model", "object_id", "id"], name="changelog_object"),
            models.Index(fields=["by_id", "id"], name="changelog_by"),
            models.Index(fields=["seal", "id"], name="changelog_seal"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_login} {self.action}"
