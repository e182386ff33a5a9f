"""The one place where orders are stored: compares drafts with what stands, writes only the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zhike.core.changes import Change, snapshot
from zhike.core.permissions import Viewer
from zhike.customers import queries as customer_queries
from zhike.events import OrdersRecorded
from zhike.sales import rules
from zhike.sales.actions.drafts import LineDraft, OrderDraft
from zhike.sales.actions.lookup import Known, Stored, look_up, sight
from zhike.sales.models import Order, OrderLine

_BULK = 1000
_CHUNK = 900
_HEAD = (
    "kind",
    "customer_id",
    "ordered_at",
    "business_day",
    "channel",
    "place_id",
    "seller_id",
    "currency",
    "note",
)
_SUMS = ("amount_minor", "firm_minor", "line_count")
_OPTIONAL = {
    "channel": "channel",
    "place_id": "place",
    "seller_id": "seller",
    "note": "note",
    "customer_id": "customer",
}
_LINE = ("product_id", "quantity_milli", "unit_price_e4", "amount_minor", "cost_minor")


def store_orders(
    drafts: Sequence[OrderDraft],
    *,
    source: str,
    by: Viewer,
    change: Change,
    create_missing: bool,
    cache: dict[str, Any],
) -> Stored:
    """Store orders set-based within the caller's change; an unknown seller or foreign customer rejects one.

    ``cache`` keeps ids by name between batches of one run.
    """
    stored = Stored()
    existing = _existing(source, [d.external_id for d in drafts])
    seen = _without_foreign(drafts, existing, by, stored)
    good, known = look_up(
        seen, source=source, by=by, stored=stored, create_missing=create_missing, cache=cache
    )
    existing = {d.external_id: existing[d.external_id] for d in good if d.external_id in existing}
    lines = _existing_lines([o.pk for o in existing.values()])
    _write_heads(good, existing, known, source, stored, change)
    _write_lines(good, lines, known, stored, change)
    touched = [stored.orders[d.external_id] for d in good]
    if stored.created_rows or stored.updated_rows:
        customers = sorted({o.customer_id for o in touched if o.customer_id})
        change.emit(OrdersRecorded(order_ids=[o.pk for o in touched], customer_ids=customers))
    return stored


def _existing(source: str, numbers: Sequence[str]) -> dict[str, Order]:
    found: dict[str, Order] = {}
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        for order in Order.objects.filter(source=source, external_id__in=chunk):
            found[order.external_id] = order
    return found


def _without_foreign(
    drafts: Sequence[OrderDraft], existing: Mapping[str, Order], by: Viewer, stored: Stored
) -> list[OrderDraft]:
    """Leave out orders that stand with a customer out of sight: nobody writes over what they may not see."""
    owners = {pk: o.customer_id for pk, o in existing.items() if o.customer_id}
    visible = customer_queries.visible_ids(list(set(owners.values())), sight(by))
    kept = []
    for draft in drafts:
        if draft.external_id in owners and owners[draft.external_id] not in visible:
            stored.rejected.append(
                (draft.first_index, "order_elsewhere", "number", {"number": draft.external_id})
            )
        else:
            kept.append(draft)
    return kept


def _existing_lines(order_ids: Sequence[int]) -> dict[int, dict[int, OrderLine]]:
    found: dict[int, dict[int, OrderLine]] = {pk: {} for pk in order_ids}
    for start in range(0, len(order_ids), _CHUNK):
        for line in OrderLine.objects.filter(order_id__in=order_ids[start : start + _CHUNK]):
            found[line.order_id][line.line_no] = line
    return found


def _head_values(draft: OrderDraft, known: Known) -> dict[str, Any]:
    return {
        "kind": Order.Kind.RETURN.value if draft.returned else Order.Kind.SALE.value,
        "customer_id": known.customers[draft.customer] if draft.customer else None,
        "ordered_at": draft.ordered_at,
        "business_day": _day(draft.ordered_at, known.zone),
        "channel": draft.channel,
        "place_id": known.places[draft.place] if draft.place else None,
        "seller_id": known.sellers[draft.seller.casefold()] if draft.seller else None,
        "currency": draft.currency or known.currency,
        "note": draft.note,
    }


def _day(instant: datetime, zone: ZoneInfo) -> Any:
    return instant.astimezone(zone).date()


def _write_heads(
    drafts: Sequence[OrderDraft],
    existing: Mapping[str, Order],
    known: Known,
    source: str,
    stored: Stored,
    change: Change,
) -> None:
    """Insert new heads, update those that differ; sums follow from the file's lines and those that stand."""
    new: list[tuple[OrderDraft, Order]] = []
    changed: list[Order] = []
    befores: list[dict[str, Any]] = []
    standing = _standing_sums(existing, drafts)
    for draft in drafts:
        values = _head_values(draft, known) | _sums(draft, known, standing.get(draft.external_id))
        order = existing.get(draft.external_id)
        if order is None:
            order = Order(source=source, external_id=draft.external_id, number=draft.external_id, **values)
            new.append((draft, order))
        else:
            values = _mapped_only(values, draft)
            if any(getattr(order, k) != v for k, v in values.items()):
                befores.append(snapshot(order))
                for name, value in values.items():
                    setattr(order, name, value)
                changed.append(order)
        stored.orders[draft.external_id] = order
    created = Order.objects.bulk_create([order for _, order in new], batch_size=_BULK)
    change.touched("sales.order", [o.pk for o in created])
    change.update_many(changed, befores, [*_HEAD, *_SUMS])
    rows = {draft.external_id: draft.first_index for draft, _ in new}
    stored.note("sales.order", rows, {order.external_id: order.pk for order in created})
    stored.counts["sales.order"] = (0, len(changed))
    differing = {o.external_id for o in changed}
    stored.updated_rows += [line.index for d in drafts if d.external_id in differing for line in d.lines]


def _mapped_only(values: dict[str, Any], draft: OrderDraft) -> dict[str, Any]:
    """Leave alone what the file does not speak of."""
    silent = {column for column, source in _OPTIONAL.items() if source not in draft.mapped}
    return {name: value for name, value in values.items() if name not in silent}


def _standing_sums(
    existing: Mapping[str, Order], drafts: Iterable[OrderDraft]
) -> dict[str, list[tuple[int, int]]]:
    """Return lines that stand and that the drafts do not mention, as (number, amount), by order number."""
    by_pk = {order.pk: number for number, order in existing.items()}
    mentioned = {d.external_id: {line.line_no for line in d.lines} for d in drafts}
    found: dict[str, list[tuple[int, int]]] = {}
    ids = list(by_pk)
    for start in range(0, len(ids), _CHUNK):
        rows = OrderLine.objects.filter(order_id__in=ids[start : start + _CHUNK])
        for pk, line_no, amount in rows.values_list("order_id", "line_no", "amount_minor"):
            if line_no not in mentioned[by_pk[pk]]:
                found.setdefault(by_pk[pk], []).append((line_no, amount))
    return found


def _sums(draft: OrderDraft, known: Known, standing: list[tuple[int, int]] | None) -> dict[str, int]:
    currency = draft.currency or known.currency
    returned = draft.returned
    own = [
        rules.amounts(
            line.quantity_milli, line.unit_price_e4, returned=returned, currency=currency
        ).amount_minor
        for line in draft.lines
    ]
    total = sum(own) + sum(amount for _, amount in standing or [])
    rate = draft.exchange_rate if draft.currency and draft.currency != known.currency else None
    return {
        "amount_minor": total,
        "firm_minor": round(total * rate) if rate else total,
        "line_count": len(own) + len(standing or []),
    }


def _write_lines(
    drafts: Sequence[OrderDraft],
    standing: Mapping[int, Mapping[int, OrderLine]],
    known: Known,
    stored: Stored,
    change: Change,
) -> None:
    new: list[OrderLine] = []
    changed: list[OrderLine] = []
    befores: list[dict[str, Any]] = []
    for draft in drafts:
        order = stored.orders[draft.external_id]
        lines = standing.get(order.pk, {})
        for line in draft.lines:
            values = _line_values(line, draft, known)
            old = lines.get(line.line_no)
            if old is None:
                new.append(OrderLine(order_id=order.pk, line_no=line.line_no, **values))
                stored.created_rows.append(line.index)
            elif any(getattr(old, k) != v for k, v in values.items() if k != "cost_minor"):
                befores.append(snapshot(old))
                for name, value in values.items():
                    setattr(old, name, value)
                changed.append(old)
                stored.updated_rows.append(line.index)
    OrderLine.objects.bulk_create(new, batch_size=_BULK)
    change.update_many(changed, befores, _LINE)
    stored.counts["sales.orderline"] = (len(new), len(changed))
    created = set(stored.created_rows)
    stored.updated_rows = [i for i in dict.fromkeys(stored.updated_rows) if i not in created]


def _line_values(line: LineDraft, draft: OrderDraft, known: Known) -> dict[str, Any]:
    product = known.products[line.product]
    currency = draft.currency or known.currency
    sums = rules.amounts(line.quantity_milli, line.unit_price_e4, returned=draft.returned, currency=currency)
    cost = rules.amounts(
        line.quantity_milli, product.cost_e4, returned=draft.returned, currency=known.currency
    )
    return {
        "product_id": product.pk,
        "quantity_milli": sums.quantity_milli,
        "unit_price_e4": line.unit_price_e4,
        "amount_minor": sums.amount_minor,
        "cost_minor": cost.amount_minor if product.cost_e4 else 0,
    }
