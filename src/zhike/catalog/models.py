"""Tables of the catalog slice."""

from __future__ import annotations

from django.db import models


class Category(models.Model):
    """A kind of product; categories form a tree."""

    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What is sold. Price and cost are in ten-thousandths of the firm's currency per unit.

    Cost 0 is "unknown".
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200, blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    unit = models.CharField(max_length=16, blank=True)
    price_e4 = models.BigIntegerField(default=0)
    cost_e4 = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    search_open = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["name", "id"], name="product_name"),)

    def __str__(self) -> str:
        return self.name or self.code
