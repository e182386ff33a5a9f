"""Tables of the sales slice."""

from __future__ import annotations

from django.db import models


class Place(models.Model):
    """A store, web shop or region in which orders are placed."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, default="store")

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """A sale or a return (negative amounts) of a customer, or an anonymous one.

    ``amount_minor`` is the sum of the lines, each rounded to the cent, in ``currency``; ``firm_minor`` the
    same in the firm's currency at the order's date. ``business_day`` is the firm's day of ``ordered_at``
    (UTC).
    """

    class Kind(models.TextChoices):
        """What the order is."""

        SALE = "sale"
        RETURN = "return"

    number = models.CharField(max_length=60, db_index=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    client_uuid = models.UUIDField(null=True, unique=True)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.SALE)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    business_day = models.DateField()
    channel = models.CharField(max_length=12, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey("staff.User", null=True, on_delete=models.PROTECT, related_name="+")
    returns = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="returned_by")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(default=0)
    firm_minor = models.BigIntegerField(default=0)
    line_count = models.IntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            models.Index(fields=["customer", "-ordered_at", "-id"], name="order_customer"),
            models.Index(fields=["-ordered_at", "-id"], name="order_time"),
            models.Index(fields=["updated_at"], name="order_updated"),
        )
        constraints = (models.UniqueConstraint(fields=["source", "external_id"], name="order_ref_once"),)

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """A line: ``line_no`` is its position within the order, its key. Quantities are thousandths of a unit."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    line_no = models.IntegerField()
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    quantity_milli = models.BigIntegerField()
    unit_price_e4 = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["order", "line_no"], name="order_line_once"),)

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line_no}"

    @property
    def quantity_text(self) -> str:
        """The quantity as people write it."""
        return f"{self.quantity_milli / 1000:g}"

    @property
    def price_text(self) -> str:
        """The unit price with two to four decimals."""
        whole, part = divmod(abs(self.unit_price_e4), 10_000)
        return f"{whole:,}.{part:04d}".removesuffix("00")
