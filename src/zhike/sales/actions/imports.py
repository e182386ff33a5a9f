"""Orders from files: rows of one order become a draft, a batch of drafts is stored at once."""

from __future__ import annotations

from typing import Any

from zhike.core.changes import change
from zhike.core.imports.importer import Batch, BatchResult, ImportContext, RowState
from zhike.sales import rules
from zhike.sales.actions.drafts import LineDraft, OrderDraft
from zhike.sales.actions.lookup import Stored
from zhike.sales.actions.store import store_orders

_HEAD_FIELDS = ("channel", "place", "seller", "note", "customer_name", "currency", "exchange_rate")


def import_orders(batch: Batch, ctx: ImportContext) -> BatchResult:
    """Store the orders of a batch; idempotent by (source, order number, position of the line)."""
    result = BatchResult(len(batch))
    drafts = [d for d in (_draft(batch, group, result) for group in batch.groups) if d is not None]
    with change("sales.import_orders", by=ctx.by, note=ctx.source) as c:
        stored = store_orders(
            drafts,
            source=ctx.source,
            by=ctx.by,
            change=c,
            create_missing=bool(ctx.options.get("create_missing", True)),
            cache=ctx.cache,
        )
    _report(stored, result)
    return result


def _draft(batch: Batch, group: slice, result: BatchResult) -> OrderDraft | None:
    """Return the order of a group of rows, None where no line of it is a purchase or a return."""
    lines = []
    for index in range(*group.indices(len(batch))):
        reason = rules.skip_reason(batch["quantity"][index], batch["unit_price"][index])
        if reason:
            result.skip(index, reason, field="unit_price")
        else:
            lines.append(_line(batch, index))
    if not lines:
        return None
    kept = [line.index for line in lines]
    draft = OrderDraft(
        external_id=batch["number"][kept[0]],
        ordered_at=min(batch["ordered_at"][i] for i in kept),
        customer=_first(batch["customer"], kept),
        lines=lines,
        kind=_first(batch["type"], kept),
        region=_first(batch["country"], kept) or "",
        first_index=kept[0],
        mapped=batch.mapped,
    )
    for name in _HEAD_FIELDS:
        value = _first(batch[name], kept)
        if value is not None:
            setattr(draft, name, value)
    return None if _two_customers(batch, kept, draft, result) else draft


def _line(batch: Batch, index: int) -> LineDraft:
    return LineDraft(
        index=index,
        line_no=batch["line_no"][index] or batch.positions[index],
        product=batch["product"][index],
        product_name=batch["product_name"][index] or "",
        quantity_milli=batch["quantity"][index],
        unit_price_e4=batch["unit_price"][index],
    )


def _first(column: list[Any], indexes: list[int]) -> Any:
    """Return the first value that is not blank: head fields may stand on any line of an order."""
    return next((column[i] for i in indexes if column[i] is not None), None)


def _two_customers(batch: Batch, indexes: list[int], draft: OrderDraft, result: BatchResult) -> bool:
    other = next((i for i in indexes if batch["customer"][i] not in (None, draft.customer)), None)
    if other is None:
        return False
    result.reject(
        other, "order_of_two_customers", field="customer", number=draft.external_id, first=draft.customer
    )
    return True


def _report(stored: Stored, result: BatchResult) -> None:
    result.mark(RowState.CREATED, stored.created_rows)
    result.mark(RowState.UPDATED, stored.updated_rows)
    for index, code, field, params in stored.rejected:
        result.reject(index, code, field=field, **params)
    for kind, made in stored.made.items():
        result.add_objects(kind, made.rows, made.ids, keys=made.keys)
    for kind, (created, updated) in stored.counts.items():
        result.count(kind, created=created, updated=updated)
