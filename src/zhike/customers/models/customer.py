"""The customer: a person or an organisation."""

from __future__ import annotations

from django.db import models


class Customer(models.Model):
    """A person or organisation; ``number`` is what people say, ``name_key`` sorts names (never empty).

    ``search_open`` and ``search_contact`` hold tokens, each after a blank (see ``customers.rules.search``);
    the second is searched only by those who may read contacts. Migration 0002 indexes both.
    """

    number = models.BigIntegerField(unique=True)
    client_uuid = models.UUIDField(null=True, unique=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=250)
    form_of_address = models.CharField(max_length=60, blank=True)
    gender = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    region = models.CharField(max_length=80, blank=True)
    hobbies = models.CharField(max_length=200, blank=True)
    contact_from = models.TimeField(null=True)
    contact_until = models.TimeField(null=True)
    preferred_channel = models.CharField(max_length=12, blank=True)
    source_code = models.CharField(max_length=40, blank=True)
    referred_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="referrals")
    note = models.TextField(blank=True)
    owner = models.ForeignKey("staff.User", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("staff.Team", null=True, on_delete=models.PROTECT, related_name="+")
    customer_since = models.DateField(null=True)
    verified_at = models.DateField(null=True)
    search_open = models.TextField(blank=True)
    search_contact = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            models.Index(fields=["name_key", "id"], name="customer_name"),
            models.Index(fields=["owner", "name_key", "id"], name="customer_owner_name"),
            models.Index(fields=["team", "name_key", "id"], name="customer_team_name"),
            models.Index(fields=["owner", "number"], name="customer_owner_number"),
            models.Index(fields=["team", "number"], name="customer_team_number"),
            models.Index(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="customer_credit_code"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CustomerRef(models.Model):
    """The id under which a source knows a customer; imports find customers by it."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="refs")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "external_id"], name="customer_ref_once"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"
