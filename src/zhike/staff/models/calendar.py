"""The firm's work calendar."""

from __future__ import annotations

from django.db import models


class Holiday(models.Model):
    """A day on which the firm's calendar differs from the built-in one (holiday, or a working weekend)."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField(default=False)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
