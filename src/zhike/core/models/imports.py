"""Runs of the import framework, what each chunk did, what each run created, and saved mappings."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class ImportRun(models.Model):
    """One file on its way into the house.

    ``position`` counts staged rows that are done; it moves in the transaction of the chunk it stands for, so
    a run can go on after a kill at any moment. While a process works on the run it holds the lease.
    """

    class State(models.TextChoices):
        """Where a run stands; everything but done and cancelled can go on."""

        UPLOADED = "uploaded"
        QUEUED = "queued"
        STAGING = "staging"
        RUNNING = "running"
        STOPPED = "stopped"
        DONE = "done"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    dry_run = models.BooleanField(default=False)

    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=1000, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.BigIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    mapping_hash = models.CharField(max_length=64, blank=True)

    by_id = models.BigIntegerField(null=True)
    by_login = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    rows_total = models.BigIntegerField(null=True)
    rows_read = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    objects_count = models.JSONField(default=dict)
    reasons = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    error = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    error_file = models.CharField(max_length=255, blank=True)
    seconds = models.FloatField(default=0)
    peak_rss_mb = models.FloatField(default=0)

    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["file_sha256", "kind", "source"], name="import_same_file"),
            models.Index(fields=["-created_at", "-id"], name="import_newest"),
            models.Index(fields=["by_id", "-created_at"], name="import_mine"),
        )
        constraints = (
            # One unfinished run per file, kind, source and mapping: the same command goes on with it.
            models.UniqueConstraint(
                fields=["file_sha256", "kind", "source", "mapping_hash"],
                condition=Q(state__in=["queued", "staging", "running", "stopped"], dry_run=False),
                name="import_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} #{self.pk} {self.state}"


class ImportChunk(models.Model):
    """What became of one chunk of a run, written in the chunk's own transaction.

    ``issues`` are the rows that were skipped or rejected: ``[row, state, field, value, code, params]``.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="chunks")
    start = models.BigIntegerField()
    stop = models.BigIntegerField()
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    issues = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "start"], name="import_chunk_once"),)

    def __str__(self) -> str:
        return f"{self.run_id}: {self.start}–{self.stop}"


class ImportedObject(models.Model):
    """Which row of which run created which record; a row creates at most one record of a kind."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="imported")
    kind = models.CharField(max_length=60)
    row = models.BigIntegerField()
    object_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "kind", "row"], name="imported_row_once"),
            models.UniqueConstraint(fields=["kind", "object_id"], name="imported_object_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} from row {self.row} of {self.run_id}"


class ImportMapping(models.Model):
    """A mapping somebody saved to use again, by name."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    mapping = models.JSONField()
    by_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
