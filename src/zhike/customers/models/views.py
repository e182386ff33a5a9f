"""Saved views of the customer list."""

from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A named set of filters, sort and columns; shared ones are seen by everybody."""

    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="view_name_once"),)

    def __str__(self) -> str:
        return self.name
