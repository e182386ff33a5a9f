"""Rows of the customer export: what the viewer sees, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhike.core.permissions import Viewer
from zhike.customers.models import ContactPoint, Customer, CustomerTag
from zhike.customers.queries.filters import parse_filters
from zhike.customers.queries.scope import reads_contacts, visible

COLUMNS = (
    "number",
    "name",
    "kind",
    "form_of_address",
    "gender",
    "title",
    "industry",
    "credit_code",
    "region",
    "hobbies",
    "preferred_channel",
    "source",
    "customer_since",
    "owner",
    "team",
    "tags",
    "mobile",
    "phone",
    "email",
    "wechat",
    "address",
    "tier",
    "rfm_cell",
    "state",
    "value_12m",
    "risk",
    "last_purchase",
    "next_purchase",
)
_CONTACT_COLUMNS = ("form_of_address", "hobbies", "mobile", "phone", "email", "wechat", "address")
_PART = 900


def export_customers(viewer: Viewer, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield customers in the viewer's sight by number; columns the viewer may not read stay empty.

    ``value_12m`` is in minor units of the firm's currency.
    """
    viewer.require("customers.export")
    rows = visible(viewer)
    for q in parse_filters(filters, viewer):
        rows = rows.filter(q)
    last = -1
    while True:
        part = list(
            rows.filter(number__gt=last).select_related("owner", "team", "score").order_by("number")[:_PART]
        )
        if not part:
            return
        yield from _exported(part, contacts=reads_contacts(viewer))
        last = part[-1].number


def _exported(customers: list[Customer], *, contacts: bool) -> Iterator[dict[str, Any]]:
    ids = [customer.pk for customer in customers]
    tags: dict[int, list[str]] = {}
    for pk, name in (
        CustomerTag.objects.filter(customer__in=ids)
        .order_by("tag__name")
        .values_list("customer_id", "tag__name")
    ):
        tags.setdefault(pk, []).append(name)
    points: dict[int, dict[str, str]] = {}
    if contacts:
        primary = ContactPoint.objects.filter(customer__in=ids, is_primary=True)
        for pk, kind, value in primary.values_list("customer_id", "kind", "value"):
            points.setdefault(pk, {})[kind] = value
    for customer in customers:
        row = _row(customer) | {"tags": ", ".join(tags.get(customer.pk, ()))} | points.get(customer.pk, {})
        if not contacts:
            row |= dict.fromkeys(_CONTACT_COLUMNS, "")
        yield {name: row.get(name, "") for name in COLUMNS}


def _row(cu: Customer) -> dict[str, Any]:
    names = (*COLUMNS[:11], "customer_since")
    row: dict[str, Any] = {name: getattr(cu, name) for name in names}
    row |= {
        "source": cu.source_code,
        "owner": cu.owner.name if cu.owner else "",
        "team": cu.team.name if cu.team else "",
    }
    score = cu.score
    row |= {name: getattr(score, name) for name in ("tier", "rfm_cell", "state", "value_12m", "risk")}
    row["last_purchase"] = score.last_purchase if score.orders else None
    row["next_purchase"] = score.next_purchase if score.next_purchase.year < 9999 else None
    return row
