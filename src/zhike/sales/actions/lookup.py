"""What orders name: customers, products, places, sellers. What is missing is made, and its row noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from zhike.catalog.actions import ensure_products
from zhike.catalog.queries import products_by_code
from zhike.core.clock import firm_zone
from zhike.core.permissions import Viewer
from zhike.core.settings_store import firm
from zhike.customers import actions as customer_actions
from zhike.customers import queries as customer_queries
from zhike.sales.actions.drafts import OrderDraft
from zhike.sales.models import Order, Place
from zhike.staff import queries as staff_queries


@dataclass(slots=True)
class Made:
    """Records of one kind that were created: the row each comes from, its primary key, its natural key."""

    rows: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def add(self, row: int, pk: int, key: str) -> None:
        """Note one record."""
        self.rows.append(row)
        self.ids.append(pk)
        self.keys.append(key)


@dataclass(slots=True)
class Stored:
    """What was done: rows are indexes of the batch the drafts came from.

    Rejections carry code, field, params. ``made``: created records by kind; ``counts``: parts of records and
    updates, as (created, updated).
    """

    created_rows: list[int] = field(default_factory=list)
    updated_rows: list[int] = field(default_factory=list)
    rejected: list[tuple[int, str, str, dict[str, Any]]] = field(default_factory=list)
    made: dict[str, Made] = field(default_factory=dict)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def note(self, kind: str, rows: Mapping[str, int], created: Mapping[str, int]) -> None:
        """Note created records (natural key → primary key) with the row that named each first."""
        for key, pk in created.items():
            self.made.setdefault(kind, Made()).add(rows[key], pk, key)


@dataclass(slots=True)
class Known:
    """Ids by the names the source uses."""

    customers: Mapping[str, int]
    products: Mapping[str, Any]
    places: Mapping[str, int]
    sellers: Mapping[str, int]
    zone: ZoneInfo
    currency: str


def look_up(
    drafts: Sequence[OrderDraft],
    *,
    source: str,
    by: Viewer,
    stored: Stored,
    create_missing: bool,
    cache: dict[str, Any],
) -> tuple[list[OrderDraft], Known]:
    """Return the drafts whose names are all known, and what they name; the others are rejected.

    What no record could mend is refused first, so that a rejected order leaves no customer behind.
    """
    sellers = staff_queries.user_ids_by_login({d.seller for d in drafts if d.seller})
    own = firm().currency
    sound = [d for d in drafts if not _refused(stored, d, _lacks(d, sellers, own))]
    customers = _customers(
        sound, source=source, by=by, create_missing=create_missing, cache=cache, stored=stored
    )
    sound = [d for d in sound if not _refused(stored, d, _unknown_customer(d, customers))]
    products = _products(sound, by=by, cache=cache, create_missing=create_missing, stored=stored)
    sound = [d for d in sound if not _refused(stored, d, _unknown_product(d, products))]
    return sound, Known(customers, products, _places(sound, stored), sellers, firm_zone(), own)


_Problem = tuple[str, str, dict[str, Any]]


def _refused(stored: Stored, draft: OrderDraft, problem: _Problem | None) -> bool:
    if problem is not None:
        stored.rejected.append((draft.first_index, *problem))
    return problem is not None


def _lacks(draft: OrderDraft, sellers: Collection[str], own: str) -> _Problem | None:
    if draft.seller and draft.seller.casefold() not in sellers:
        return "unknown_seller", "seller", {"login": draft.seller}
    if draft.currency and draft.currency != own and not draft.exchange_rate:
        return "no_exchange_rate", "currency", {"currency": draft.currency, "firm": own}
    return None


def _unknown_customer(draft: OrderDraft, customers: Collection[str]) -> _Problem | None:
    if draft.customer and draft.customer not in customers:
        return "unknown_customer", "customer", {"number": draft.customer}
    return None


def _unknown_product(draft: OrderDraft, products: Collection[str]) -> _Problem | None:
    unknown = next((line.product for line in draft.lines if line.product not in products), None)
    return None if unknown is None else ("unknown_product", "product", {"code": unknown})


def _customers(
    drafts: Sequence[OrderDraft],
    *,
    source: str,
    by: Viewer,
    create_missing: bool,
    cache: dict[str, Any],
    stored: Stored,
) -> Mapping[str, int]:
    """Return ids by the source's numbers.

    Customers outside the importing person's scope are as if unknown. A new one is named by the first order
    that names it, however the file is cut into batches.
    """
    held: dict[str, int] = cache.setdefault("customers", {})
    missing: dict[str, OrderDraft] = {}
    for draft in drafts:
        if draft.customer and draft.customer not in held:
            missing.setdefault(draft.customer, draft)
    if missing:
        found = customer_actions.ensure_customers(
            source,
            list(missing),
            by=by,
            names={number: d.customer_name for number, d in missing.items() if d.customer_name},
            regions={number: d.region for number, d in missing.items() if d.region},
            create=create_missing,
        )
        visible = customer_queries.visible_ids(list(found.ids.values()), sight(by))
        held.update({number: pk for number, pk in found.ids.items() if pk in visible})
        stored.note(
            "customers.customer", {number: d.first_index for number, d in missing.items()}, found.created
        )
    return held


def _products(
    drafts: Sequence[OrderDraft], *, by: Viewer, cache: dict[str, Any], create_missing: bool, stored: Stored
) -> Mapping[str, Any]:
    held: dict[str, Any] = cache.setdefault("products", {})
    names: dict[str, str] = {}
    rows: dict[str, int] = {}
    for draft in drafts:
        for line in draft.lines:
            if line.product not in names:
                names[line.product], rows[line.product] = line.product_name, line.index
            elif line.product_name and not names[line.product]:
                names[line.product] = line.product_name
    missing = {
        code: name for code, name in names.items() if code not in held or (name and not held[code].name)
    }
    if missing and create_missing:
        found, created = ensure_products(missing, by=by)
        stored.note("catalog.product", rows, {code: found[code].pk for code in created})
        held.update(found)
    elif missing:
        held.update(products_by_code(list(missing)))
    return held


def _places(drafts: Sequence[OrderDraft], stored: Stored) -> dict[str, int]:
    rows: dict[str, int] = {}
    for draft in drafts:
        if draft.place:
            rows.setdefault(draft.place, draft.first_index)
    found = dict(Place.objects.filter(name__in=rows).values_list("name", "id"))
    created = Place.objects.bulk_create([Place(name=name) for name in rows if name not in found])
    stored.note("sales.place", rows, {p.name: p.pk for p in created})
    return found | {p.name: p.pk for p in created}


def sight(by: Viewer) -> Viewer:
    """The rows somebody sees, also where a token only writes and reads nothing."""
    return replace(by, permissions=by.permissions | {"customers.read"})
