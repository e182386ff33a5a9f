"""Importing contacts with customers; the same writer serves programs that record many at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhike.core.changes import Change, change, snapshot
from zhike.core.clock import business_date
from zhike.core.imports.importer import Batch, BatchResult, ImportContext, RowState
from zhike.core.permissions import Viewer
from zhike.customers.actions.interactions import EDITABLE
from zhike.customers.actions.score_rows import note_last_contact
from zhike.customers.models import Interaction
from zhike.customers.queries.lookup import (
    customer_ids_by_number,
    customer_ids_by_ref,
    in_chunks,
    scope_columns,
)
from zhike.customers.queries.people import user_ids_by_login
from zhike.events.customers import InteractionsRecorded

_DEFAULTS: dict[str, Any] = {
    "direction": "out",
    "content_kind": "",
    "outcome": "",
    "minutes": 0,
    "cost_minor": 0,
    "summary": "",
    "promise": "",
    "promise_due": None,
}


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """A checked contact of another system: ``values`` are columns of Interaction."""

    external_id: str
    customer_id: int
    values: dict[str, Any]
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Upserted:
    """Positions (in the given sequence) of records that were created, with their ids, and of changed ones."""

    created: dict[int, int]
    updated: list[int]


def upsert_interactions(records: Sequence[InteractionRecord], *, source: str, by: Viewer) -> Upserted:
    """Record contacts of another system, idempotent by (source, external id); one changelog entry, one event.

    The caller has checked that ``by`` sees the customers.
    """
    by.require("interactions.write")
    with change("customers.import_interactions", by=by, note=source[:60]) as c:
        stored = _stored(source, [r.external_id for r in records])
        created = _create([(i, r) for i, r in enumerate(records) if r.external_id not in stored], source, c)
        changed = _update(
            [(i, r, stored[r.external_id]) for i, r in enumerate(records) if r.external_id in stored], c
        )
        touched = [records[i] for i in (*created, *changed)]
        _note_days(touched)
        if touched:
            ids = [*created.values(), *(stored[records[i].external_id].pk for i in changed)]
            c.emit(InteractionsRecorded(ids, sorted({r.customer_id for r in touched})))
    return Upserted(created, changed)


def _stored(source: str, keys: Sequence[str]) -> dict[str, Interaction]:
    found: dict[str, Interaction] = {}
    for part in in_chunks(list(keys)):
        rows = Interaction.objects.filter(source=source, external_id__in=part)
        found.update({row.external_id: row for row in rows if row.external_id})
    return found


def _create(new: Sequence[tuple[int, InteractionRecord]], source: str, c: Change) -> dict[int, int]:
    rows = [
        Interaction(
            source=source,
            external_id=record.external_id,
            customer_id=record.customer_id,
            by_id=record.user_id,
            **{**_DEFAULTS, **record.values},
        )
        for _, record in new
    ]
    Interaction.objects.bulk_create(rows, batch_size=1000)
    if rows:
        c.touched("customers.interaction", [row.pk for row in rows])
    return {i: row.pk for (i, _), row in zip(new, rows, strict=True)}


def _update(known: Sequence[tuple[int, InteractionRecord, Interaction]], c: Change) -> list[int]:
    rows, befores, changed = [], [], []
    for i, record, row in known:
        differing = {name: value for name, value in record.values.items() if getattr(row, name) != value}
        if not differing and row.customer_id == record.customer_id:
            continue
        befores.append(snapshot(row))
        row.customer_id = record.customer_id
        row.version += 1
        for name, value in differing.items():
            setattr(row, name, value)
        rows.append(row)
        changed.append(i)
    c.update_many(rows, befores, [*EDITABLE, "customer", "version"])
    return changed


def _note_days(records: Sequence[InteractionRecord]) -> None:
    days: dict[int, date] = {}
    for record in records:
        day = business_date(record.values["at"])
        days[record.customer_id] = max(days.get(record.customer_id, day), day)
    note_last_contact(days)


def import_interactions(batch: Batch, ctx: ImportContext) -> BatchResult:
    """Write a batch of rows; a customer who is not known, or not in sight, makes the row rejected."""
    result = BatchResult(len(batch))
    customers = _customers(batch, ctx, result)
    users = user_ids_by_login(login for login in batch["user"] if login)
    positions, records = [], []
    for i in range(len(batch)):
        if result.states[i]:
            continue
        user = _user(batch["user"][i], users, ctx.by)
        if user == -1:
            result.reject(i, "unknown_user", field="user", login=str(batch["user"][i])[:40])
            continue
        positions.append(i)
        records.append(_record(batch, i, customers[i], user))
    done = upsert_interactions(records, source=ctx.source, by=ctx.by)
    created = [positions[i] for i in done.created]
    result.mark(RowState.CREATED, created)
    result.mark(RowState.UPDATED, [positions[i] for i in done.updated])
    keys = [records[i].external_id for i in done.created]
    result.add_objects("customers.interaction", created, list(done.created.values()), keys=keys)
    result.count("customers.interaction", updated=len(done.updated))
    return result


def _customers(batch: Batch, ctx: ImportContext, result: BatchResult) -> dict[int, int]:
    refs = customer_ids_by_ref(ctx.source, {key for key in batch["customer"] if key})
    numbers = customer_ids_by_number({number for number in batch["customer_number"] if number is not None})
    found: dict[int, int] = {}
    for i, (key, number) in enumerate(zip(batch["customer"], batch["customer_number"], strict=True)):
        pk = refs.get(key) if key else numbers.get(number)
        if pk is not None:
            found[i] = pk
    columns = scope_columns(set(found.values()))
    for i in range(len(batch)):
        owner, team = columns.get(found.get(i, 0), (None, None))
        if i not in found or not ctx.by.sees(owner_id=owner, team_id=team):
            shown = batch["customer"][i] or batch["customer_number"][i] or ""
            result.reject(i, "unknown_customer", field="customer", number=str(shown)[:40])
    return found


def _user(login: str | None, users: dict[str, tuple[int, int | None]], by: Viewer) -> int | None:
    """The one who did it: as the file says (-1: nobody of that name), else whoever imports."""
    if not login:
        return by.user_id
    found = users.get(login.lower())
    return found[0] if found else -1


def _record(batch: Batch, i: int, customer_id: int, user_id: int | None) -> InteractionRecord:
    columns = batch.columns
    values = {
        name: columns[name][i]
        for name in EDITABLE
        if name != "cost_minor" and columns[name][i] is not None and name in batch.mapped
    }
    if columns["cost"][i] is not None:
        values["cost_minor"] = columns["cost"][i]
    if not values.get("promise_due"):
        values.pop("promise", None)
    key = columns["id"][i] or _fingerprint(
        customer_id, columns["at"][i], columns["channel"][i], columns["summary"][i]
    )
    return InteractionRecord(key, customer_id, values, user_id)


def _fingerprint(customer_id: int, at: datetime, channel: str, summary: str | None) -> str:
    text = "\x1f".join((str(customer_id), at.isoformat(), channel, summary or ""))
    return "~" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
