"""Making sure that customers named by another system exist (orders of customers nobody has entered yet)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhike.core.changes import change
from zhike.core.permissions import Viewer
from zhike.customers.actions.batch import insert_customers
from zhike.customers.actions.inputs import CleanCustomer, CustomerInput, clean_customer
from zhike.customers.actions.owners import resolve_owner
from zhike.customers.queries.lookup import customer_ids_by_ref
from zhike.events.customers import CustomersChanged


@dataclass(frozen=True, slots=True)
class Ensured:
    """``ids``: customer id by external id, for all that exist now; ``created``: those made by this call."""

    ids: dict[str, int]
    created: dict[str, int]


def ensure_customers(
    source: str,
    external_ids: Iterable[str],
    *,
    by: Viewer,
    names: Mapping[str, str] | None = None,
    regions: Mapping[str, str] | None = None,
    since: Mapping[str, date] | None = None,
    kind: str = "person",
    create: bool = True,
) -> Ensured:
    """Return the customers that ``source`` knows under these ids, making those that are missing.

    Set-based and idempotent. A new customer is named after ``names``, else by its external id itself;
    ``regions`` and ``since`` (first seen) are kept where given. One changelog entry and one event for all.
    """
    wanted = list(dict.fromkeys(external_ids))
    ids = customer_ids_by_ref(source, wanted)
    missing = [key for key in wanted if key not in ids] if create else []
    if not missing:
        return Ensured(ids, {})
    by.require("customers.create")
    owner, team = resolve_owner(None, None, by=by)
    clean = [_named(source, key, names or {}, regions or {}, kind) for key in missing]
    for one in clean:
        one.values |= {"owner_id": owner, "team_id": team, "customer_since": _since(one, since)}
    with change("customers.ensure", by=by, note=source[:60]) as c:
        made = insert_customers(clean, c, source=source)
        created = dict(zip(missing, (one.id for one in made), strict=True))
        c.emit(CustomersChanged(list(created.values())))
    return Ensured(ids | created, created)


def _named(
    source: str, key: str, names: Mapping[str, str], regions: Mapping[str, str], kind: str
) -> CleanCustomer:
    given: dict[str, Any] = {"name": names.get(key) or key, "region": regions.get(key) or ""}
    return clean_customer(CustomerInput(kind=kind, ref=(source, key), source_code="import", **given))


def _since(one: CleanCustomer, since: Mapping[str, date] | None) -> date | None:
    return since.get(one.ref[1]) if since and one.ref else None
