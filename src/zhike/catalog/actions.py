"""Writes of the catalog slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhike.catalog import queries, rules
from zhike.catalog.models import Category, Product
from zhike.core.changes import Change, change, snapshot
from zhike.core.imports.importer import Batch, BatchResult, ImportContext, RowState
from zhike.core.permissions import Viewer

_UPDATABLE = ("name", "category_id", "unit", "price_e4", "cost_e4", "is_active", "search_open")


def ensure_products(wanted: Mapping[str, str], *, by: Viewer) -> tuple[dict[str, Product], list[str]]:
    """Return the products with these codes, making those that are missing.

    ``wanted`` maps code to name ("" where unknown). A product that has no name yet gets one.
    Returns the products by code, and the codes of those that were created.
    """
    found = queries.products_by_code(list(wanted))
    missing = [code for code in wanted if code not in found]
    nameless = [found[c] for c, name in wanted.items() if c in found and name and not found[c].name]
    if not missing and not nameless:
        return found, []
    with change("catalog.ensure_products", by=by) as c:
        rows = [
            Product(code=code, name=wanted[code], search_open=rules.search_text(code, wanted[code]))
            for code in missing
        ]
        created = Product.objects.bulk_create(rows, batch_size=1000)
        c.touched("catalog.product", [p.pk for p in created])
        befores = [snapshot(p) for p in nameless]
        for product in nameless:
            product.name = wanted[product.code]
            product.search_open = rules.search_text(product.code, product.name)
        c.update_many(nameless, befores, ["name", "search_open"])
    return found | {p.code: p for p in created}, missing


def import_products(batch: Batch, ctx: ImportContext) -> BatchResult:
    """Create and update products from file rows; the identity is the code."""
    result = BatchResult(len(batch))
    with change("catalog.import_products", by=ctx.by, note=ctx.source) as c:
        categories = _ensure_categories(batch["category"], result, c)
        existing = queries.products_by_code([str(code) for code in batch["code"]])
        _insert(batch, existing, categories, result, c)
        _update(batch, existing, categories, result, c)
    return result


def _values(batch: Batch, index: int, categories: Mapping[str, Category]) -> dict[str, Any]:
    """Return the row's fields that the file fills; blank cells leave a field alone."""
    values: dict[str, Any] = {}
    for name in ("name", "unit", "price_e4", "cost_e4", "is_active"):
        if name in batch.mapped and batch[name][index] is not None:
            values[name] = batch[name][index]
    if "category" in batch.mapped and batch["category"][index]:
        values["category_id"] = categories[batch["category"][index]].pk
    return values


def _insert(
    batch: Batch,
    existing: Mapping[str, Product],
    categories: Mapping[str, Category],
    result: BatchResult,
    c: Change,
) -> None:
    indexes = [i for i, code in enumerate(batch["code"]) if code not in existing]
    rows = []
    for index in indexes:
        values = _values(batch, index, categories)
        code = str(batch["code"][index])
        rows.append(Product(code=code, search_open=rules.search_text(code, values.get("name", "")), **values))
    created = Product.objects.bulk_create(rows, batch_size=1000)
    c.touched("catalog.product", [p.pk for p in created])
    result.mark(RowState.CREATED, indexes)
    result.add_objects("catalog.product", indexes, [p.pk for p in created], keys=[p.code for p in created])


def _update(
    batch: Batch,
    existing: Mapping[str, Product],
    categories: Mapping[str, Category],
    result: BatchResult,
    c: Change,
) -> None:
    changed: list[Product] = []
    befores: list[dict[str, Any]] = []
    for index, code in enumerate(batch["code"]):
        product = existing.get(code)
        if product is None:
            continue
        values = _values(batch, index, categories)
        if all(getattr(product, k) == v for k, v in values.items()):
            continue
        befores.append(snapshot(product))
        for key, value in values.items():
            setattr(product, key, value)
        product.search_open = rules.search_text(product.code, product.name)
        changed.append(product)
        result.mark(RowState.UPDATED, [index])
    c.update_many(changed, befores, _UPDATABLE)
    result.count("catalog.product", updated=len(changed))


def _ensure_categories(names: Sequence[str | None], result: BatchResult, c: Change) -> dict[str, Category]:
    first = {name: index for index, name in reversed(list(enumerate(names))) if name}
    found = queries.categories_by_name(list(first))
    missing = [Category(name=name) for name in reversed(first) if name not in found]
    created = Category.objects.bulk_create(missing)
    keys = [row.name for row in created]
    result.add_objects("catalog.category", [first[k] for k in keys], [row.pk for row in created], keys=keys)
    c.touched("catalog.category", [row.pk for row in created])
    return found | {row.name: row for row in created}
