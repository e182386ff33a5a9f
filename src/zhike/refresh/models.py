"""Turns of the loop and what they found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PHASE_LABELS = {
    "waiting": _("waiting for the background worker"),
    "extract": _("reading orders and contacts"),
    "warehouse": _("sorting them into the warehouse"),
    "value": _("estimating values and risks"),
    "publish": _("putting the new scores in place"),
    "agenda": _("making today's lists"),
}


class RefreshRun(models.Model):
    """One turn: what it read, how long it took, what its models rest on.

    ``published_at`` is set in the transaction that swaps the scores in. ``watermark`` holds the sums of the
    operational tables at the moment that was read. ``parameters`` are the settings it ran with,
    ``seconds`` the time by phase, ``after`` what the ``after_scores`` hooks returned. Only one run is
    running at a time; ``beat_at``, ``host`` and ``pid`` tell whether it still lives.
    """

    class State(models.TextChoices):
        """How a run stands."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    as_of = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    full = models.BooleanField(default=False)
    engine = models.CharField(max_length=40, default="duckdb")
    by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField()
    host = models.CharField(max_length=120, blank=True)
    pid = models.IntegerField(default=0)
    phase = models.CharField(max_length=20, blank=True)
    customers = models.BigIntegerField(default=0)
    orders = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    watermark = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict)
    peak_rss_mb = models.IntegerField(default=0)
    model_card = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["-started_at"], name="refresh_started"),
            models.Index(fields=["-published_at"], name="refresh_published"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="refresh_one_running"
            ),
        )

    def __str__(self) -> str:
        return f"refresh {self.pk} as of {self.as_of}"

    @property
    def phase_label(self) -> str:
        """Where the run is, in the reader's language."""
        return str(PHASE_LABELS.get(self.phase, self.phase))


class RunFigures(models.Model):
    """What a run found, counted once for the whole firm (``team_id`` NULL) and once a team (0: in no team).

    ``figures`` maps a kind (rfm, tiers, states, migration, concentration, flow) to rows; teams may be
    added up.
    """

    run = models.ForeignKey(RefreshRun, on_delete=models.CASCADE, related_name="figures")
    team_id = models.BigIntegerField(null=True)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "team_id"], name="run_figures_team"),
            models.UniqueConstraint(
                fields=["run"], condition=Q(team_id__isnull=True), name="run_figures_firm"
            ),
        )

    def __str__(self) -> str:
        return f"figures of run {self.run_id}, team {self.team_id}"
