"""Reads of the catalog slice: products are open to everybody who may read the catalog.

Cost is a function of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhike.catalog.models import Category, Product
from zhike.core.errors import NotFound
from zhike.core.extract import INT, TEXT, Extract
from zhike.core.permissions import Viewer

_CHUNK = 900


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product as a viewer sees it; ``cost_e4`` is None where the viewer may not read cost."""

    id: int
    code: str
    name: str
    category: str
    unit: str
    price_e4: int
    cost_e4: int | None
    is_active: bool


def get_product(pk: int, *, viewer: Viewer) -> ProductView:
    """Return one product."""
    viewer.require("catalog.read")
    product = Product.objects.select_related("category").filter(pk=pk).first()
    if product is None:
        raise NotFound
    return _view(product, viewer)


def find_products(text: str, *, viewer: Viewer, limit: int = 20) -> list[ProductView]:
    """Return active products whose code or name begins with the text, by name."""
    viewer.require("catalog.read")
    rows = Product.objects.select_related("category").filter(is_active=True)
    if text:
        rows = rows.filter(name__istartswith=text[:100]) | rows.filter(code__istartswith=text[:60])
    return [_view(p, viewer) for p in rows.order_by("name", "id")[:limit]]


def _view(product: Product, viewer: Viewer) -> ProductView:
    return ProductView(
        product.pk,
        product.code,
        product.name or product.code,
        product.category.name if product.category else "",
        product.unit,
        product.price_e4,
        product.cost_e4 if viewer.can("catalog.cost") else None,
        product.is_active,
    )


def products_by_code(codes: Sequence[str]) -> dict[str, Product]:
    """Return the products with these codes (for set-based writes), keyed by code."""
    found: dict[str, Product] = {}
    for start in range(0, len(codes), _CHUNK):
        for product in Product.objects.filter(code__in=codes[start : start + _CHUNK]):
            found[product.code] = product
    return found


def product_names(ids: Iterable[int]) -> dict[int, str]:
    """Return id → name (or code) of products."""
    wanted = list(set(ids))
    rows = Product.objects.filter(pk__in=wanted).values_list("id", "name", "code")
    return {pk: name or code for pk, name, code in rows}


def categories_by_name(names: Iterable[str]) -> dict[str, Category]:
    """Return the categories with these names."""
    return {c.name: c for c in Category.objects.filter(name__in=set(names))}


# ---------------------------------------------------------------- what the warehouse is given

PRODUCT_FACTS = Extract(
    Product._meta.db_table,
    {
        "product_id": ("id", INT),
        "code": ("code", TEXT),
        "name": ("name", TEXT),
        "category_id": ("category_id", INT),
    },
    nullable=frozenset({"category_id"}),
)
CATEGORY_FACTS = Extract(
    Category._meta.db_table,
    {"category_id": ("id", INT), "name": ("name", TEXT), "parent_id": ("parent_id", INT)},
    nullable=frozenset({"parent_id"}),
)
