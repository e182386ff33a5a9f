"""Every contact with a customer."""

from __future__ import annotations

from django.db import models

from zhike.customers.models.customer import Customer


class Interaction(models.Model):
    """A visit, call, message, letter, gift or meeting: what was said, what came of it, what was promised.

    ``cost_minor`` is in minor units of the firm's currency. A promise has a date on which it falls due.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="interactions")
    client_uuid = models.UUIDField(null=True, unique=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, null=True)  # noqa: DJ001 - NULL keeps the unique pair open
    at = models.DateTimeField()
    channel = models.CharField(max_length=12)
    direction = models.CharField(max_length=4, default="out")
    content_kind = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    minutes = models.IntegerField(default=0)
    cost_minor = models.BigIntegerField(default=0)
    summary = models.TextField(blank=True)
    by = models.ForeignKey("staff.User", null=True, on_delete=models.PROTECT, related_name="+")
    task_id = models.BigIntegerField(null=True)
    task_source = models.CharField(max_length=40, blank=True)
    promise = models.CharField(max_length=300, blank=True)
    promise_due = models.DateField(null=True)
    promise_kept_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (
            models.Index(fields=["customer", "-at", "-id"], name="interaction_customer"),
            models.Index(fields=["-at", "-id"], name="interaction_time"),
            models.Index(fields=["by", "-at"], name="interaction_by"),
            models.Index(
                fields=["promise_due"],
                condition=models.Q(promise_due__isnull=False, promise_kept_at__isnull=True),
                name="interaction_promise_open",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["source", "external_id"], name="interaction_ref_once"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d} with {self.customer_id}"
