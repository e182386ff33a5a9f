"""Leased jobs, their schedule, and the workers' heartbeat."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """A piece of work for the background, owned by whoever holds its lease.

    A worker that dies loses its lease; the next one takes the job over. After ``max_attempts`` it is dead:
    shown in Settings, never tried again by itself.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        DEAD = "dead"

    name = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    by_id = models.BigIntegerField(null=True)
    run_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    max_attempts = models.IntegerField(default=3)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    progress_note = models.CharField(max_length=200, blank=True)
    cancel_requested = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["state", "run_at"], name="job_due"),)
        constraints = (
            # One waiting or running job per key: pressing a button twice starts the work once.
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["queued", "running"]) & ~Q(key=""),
                name="job_key_active",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}#{self.pk} {self.state}"


class Schedule(models.Model):
    """A job that is queued again and again: daily at a time of the firm's day, or every n seconds."""

    job = models.CharField(max_length=80, primary_key=True)
    every_seconds = models.IntegerField(null=True)
    daily_at = models.TimeField(null=True)
    next_run_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.job


class Heartbeat(models.Model):
    """Signs of life of the worker processes, read by ``/readyz``."""

    worker = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
