"""What was learnt from answers, and what came of the work."""

from __future__ import annotations

from django.db import models


class SourceWeight(models.Model):
    """The learnt weight of a source, for the whole firm (``user`` NULL) or for one person.

    ``answers`` and ``grades`` are the count and the sum of grades of the last 180 days; formulas are in
    ``rules.learning`` and docs/reference/agenda.md.
    """

    source = models.CharField(max_length=40)
    user = models.ForeignKey("staff.User", null=True, on_delete=models.CASCADE, related_name="+")
    answers = models.IntegerField(default=0)
    grades = models.FloatField(default=0)
    estimate = models.FloatField(default=0)
    weight = models.FloatField(default=1)
    as_of = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "user"], name="source_weight_once"),
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(user__isnull=True), name="source_weight_firm_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.weight:.2f}"


class WorkResult(models.Model):
    """What came of one person's contacts (observed, not proven); rebuilt with the list.

    ``data`` is documented in ``rules.results``.
    """

    user = models.OneToOneField("staff.User", on_delete=models.CASCADE, related_name="+")
    as_of = models.DateField()
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"results of {self.user_id}, {self.as_of}"
