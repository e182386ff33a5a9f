"""Events written with the change that caused them, and their delivery to each handler."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    """One event: written in the transaction of its cause, delivered after commit, at least once."""

    name = models.CharField(max_length=80)
    version = models.IntegerField(default=1)
    payload = models.JSONField()
    by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name}#{self.pk}"


class OutboxDelivery(models.Model):
    """The marker (event, handler): set to done inside the handler's own transaction, which makes it once."""

    class State(models.TextChoices):
        """Where a delivery stands; ``dead`` is shown in Settings and can be tried again there."""

        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "handler"], name="delivery_once"),)
        indexes = (models.Index(fields=["state", "next_try_at"], name="delivery_due"),)

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}: {self.state}"
