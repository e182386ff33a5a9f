"""What the firm has promised itself: how often, by whom and how each tier is cared for."""

from __future__ import annotations

from django.db import models


class CarePolicy(models.Model):
    """One line of the care policy.

    ``kind`` contact: every ``every_days`` days. ``kind`` date: special dates of ``whose`` (self, family,
    firm), ``days_ahead`` days before; ``shift`` moves the day of action off rest days (before, after, none).
    ``by_role`` "" is the customer's owner. ``promised`` lines are a standard that is never cut from the list.
    ``budget_minor`` is per occasion in minor units of the firm's currency.
    """

    kind = models.CharField(max_length=8)
    tier = models.CharField(max_length=1)
    whose = models.CharField(max_length=8, blank=True)
    channel = models.CharField(max_length=12)
    every_days = models.SmallIntegerField(default=0)
    days_ahead = models.SmallIntegerField(default=0)
    shift = models.CharField(max_length=8, default="none")
    minutes = models.SmallIntegerField(default=10)
    budget_minor = models.BigIntegerField(default=0)
    by_role = models.CharField(max_length=20, blank=True)
    promised = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "tier", "whose", "channel"], name="care_policy_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.tier} {self.whose or self.channel}"
