"""Tasks, and what people answered."""

from __future__ import annotations

from datetime import date

from django.db import models

ALWAYS = date(1900, 1, 1)
"""Stands for "from the beginning" where a date is never NULL."""


class Task(models.Model):
    """One reason to look after a customer, once per (source, customer, subject, due).

    ``owner`` is whose list it is on (the customer's owner, or who gave the promise); with ``for_role`` set it
    is on the lists of everybody of that role. Of a customer's open tasks one is the card (``is_lead``), the
    others stand on it as further reasons. ``why``, ``how`` and ``words`` hold texts as code + parameters.
    ``rank`` = ``value_at_stake`` × ``urgency`` × ``chance`` × ``weight``, in minor units of the firm's
    currency. ``not_before`` keeps a task off the list (later, or the customer's rest); ``quiet_until`` keeps
    an answered one from coming back.
    """

    class State(models.TextChoices):
        """Where a task stands."""

        OPEN = "open"
        DONE = "done"
        COVERED = "covered"
        NOT_USEFUL = "not_useful"
        EXPIRED = "expired"

    source = models.CharField(max_length=40)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=120)
    due = models.DateField()
    deadline = models.DateField(null=True)
    owner = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey("staff.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    for_role = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    is_lead = models.BooleanField(default=True)
    promised = models.BooleanField(default=False)
    not_before = models.DateField(default=ALWAYS)
    postponed = models.BooleanField(default=False)
    channel = models.CharField(max_length=12, blank=True)
    minutes = models.SmallIntegerField(default=10)
    value_at_stake = models.BigIntegerField(default=0)
    urgency = models.FloatField(default=0)
    chance = models.FloatField(default=0)
    weight = models.FloatField(default=1)
    rank = models.FloatField(default=0)
    why = models.JSONField(default=list)
    how = models.JSONField(default=list)
    words = models.JSONField(default=list)
    attempts = models.SmallIntegerField(default=0)
    quiet_until = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (
            models.Index(fields=["owner", "state", "is_lead", "-rank", "id"], name="task_owner"),
            models.Index(fields=["team", "state", "is_lead", "-rank", "id"], name="task_team"),
            models.Index(fields=["for_role", "state", "is_lead", "-rank", "id"], name="task_role"),
            models.Index(fields=["state", "quiet_until"], name="task_quiet"),
        )
        constraints = (
            models.UniqueConstraint(fields=["source", "customer", "subject", "due"], name="task_once"),
        )

    def __str__(self) -> str:
        return f"{self.source} of {self.customer_id}, {self.due}"


class TaskAnswer(models.Model):
    """What somebody answered to a task; the evidence from which the sources' weights are learnt.

    ``grade`` (0..1) is what the answer says about the source, see ``rules.learning``. ``undo`` holds what an
    undo within some minutes puts back: the ids of the tasks it covered and their earlier fields.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="answers")
    source = models.CharField(max_length=40)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(max_length=12)
    outcome = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True)
    grade = models.FloatField(default=0)
    interaction_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undo = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["at"], name="answer_at"),
            models.Index(fields=["user", "-at"], name="answer_user"),
        )

    def __str__(self) -> str:
        return f"{self.answer} to {self.task_id}"


class Build(models.Model):
    """One building of the list: the day it was made for (the list shows that day), and what it cost."""

    as_of = models.DateField()
    run_id = models.BigIntegerField(default=0)
    built_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    figures = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"list of {self.as_of}"
