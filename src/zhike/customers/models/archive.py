"""What is known about a customer beside the head row."""

from __future__ import annotations

from django.db import models

from zhike.customers.models.customer import Customer


class ContactPoint(models.Model):
    """A way to reach a customer; ``normal`` is canonical (E.164, lower-case mail), "" when not valid."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=300)
    normal = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)
    consent = models.CharField(max_length=8, default="unknown")
    invalid_reason = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60, blank=True)
    verified_at = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["normal"], name="contact_normal"),)
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=models.Q(is_primary=True), name="contact_one_primary"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"


class SpecialDate(models.Model):
    """A day to remember: solar or lunar, of the customer, of somebody in the family, or of the firm.

    ``whose`` is self, family or firm; ``person`` names the member of the family; ``year`` may be unknown.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="special_dates")
    whose = models.CharField(max_length=8, default="self")
    person = models.CharField(max_length=80, blank=True)
    relation = models.CharField(max_length=20, blank=True)
    occasion = models.CharField(max_length=20)
    calendar = models.CharField(max_length=6, default="solar")
    month = models.SmallIntegerField()
    day = models.SmallIntegerField()
    leap = models.BooleanField(default=False)
    year = models.SmallIntegerField(null=True)
    days_ahead = models.SmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["calendar", "month", "day"], name="special_date_day"),)

    def __str__(self) -> str:
        return f"{self.occasion} {self.month}/{self.day} ({self.calendar})"


class CustomerRelation(models.Model):
    """A relation to another customer, or to a person who is only named here."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="relations_of")
    name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20)
    post = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"


class Tag(models.Model):
    """A word put on customers."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """A tag on a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tag_links")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="customer_links")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["customer", "tag"], name="customer_tag_once"),)

    def __str__(self) -> str:
        return f"{self.customer_id}:{self.tag_id}"
