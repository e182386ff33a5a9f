"""Importing customers: set-based, idempotent by (source, its id), checked for people already kept.

A row finds its customer by the id of its source, else by the same phone or e-mail under the same name.
A blank cell leaves alone what is there; contacts, tags and days are added, never removed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from zhike.core.changes import Change, change
from zhike.core.imports.importer import Batch, BatchResult, ImportContext, RowState
from zhike.core.permissions import Viewer
from zhike.customers.actions.batch import insert_customers
from zhike.customers.actions.import_updates import update_existing
from zhike.customers.actions.inputs import CleanCustomer
from zhike.customers.actions.owners import resolve_owner
from zhike.customers.models import Customer, CustomerRef
from zhike.customers.queries.lookup import (
    customer_ids_by_ref,
    customers_with_contacts,
    in_chunks,
    scope_columns,
)
from zhike.customers.queries.people import user_ids_by_login
from zhike.customers.rules.contacts import (
    CleanContact,
    ContactInput,
    clean_contact,
    one_primary,
    without_repeats,
)
from zhike.customers.rules.dates import DateInput
from zhike.events.customers import CustomersChanged
from zhike.values.contacts import Phone
from zhike.values.enums import ContactKind, CustomerKind
from zhike.values.names import index_name, normalise_name
from zhike.values.problems import InvalidValue

TEXT_FIELDS = ("form_of_address", "title", "industry", "credit_code", "region", "hobbies", "note")
CODE_FIELDS = ("gender", "preferred_channel")
_ASSUMED = (("kind", "kind"), ("source_code", "source"))
_NO_VALUES: dict[str, Any] = dict.fromkeys((*TEXT_FIELDS, *CODE_FIELDS), "")

Owner = tuple[int | None, int | None]


def import_customers(batch: Batch, ctx: ImportContext) -> BatchResult:
    """Write a batch of rows: new customers, changes of known ones; one changelog entry, one event."""
    ctx.by.require("customers.create")
    result = BatchResult(len(batch))
    owners = _owners(batch, ctx, result)
    rows = {
        i: read_row(batch, i, ctx.source, owners.get(i)) for i in range(len(batch)) if not result.states[i]
    }
    _refuse_unreadable(rows, result)
    known, linked, twins = _match(rows, ctx, result)
    with change("customers.import", by=ctx.by, note=f"{ctx.kind} {ctx.source}"[:200]) as c:
        new = [i for i in rows if i not in known and i not in twins and not result.states[i]]
        made = _create(new, rows, c, ctx, result)
        for i, first in twins.items():
            known[i], linked[i] = made[first], made[first]
        _link(linked, rows)
        changed = update_existing({i: (known[i], rows[i]) for i in known}, batch.mapped, c, ctx.source)
        result.mark(RowState.UPDATED, (*changed, *linked))
        touched = sorted({known[i] for i in (*changed, *linked)})
        result.count("customers.customer", updated=len(touched))
        if made or touched:
            c.emit(CustomersChanged([*made.values(), *touched], [] if made else sorted(batch.mapped)))
    return result


def _owners(batch: Batch, ctx: ImportContext, result: BatchResult) -> dict[int, Owner]:
    """Owner and team per row: the login in the file, else the default for whoever imports."""
    default = resolve_owner(None, None, by=ctx.by)
    owners: dict[int, Owner] = dict.fromkeys(range(len(batch)), default)
    if "owner" not in batch.mapped:
        return owners
    known = user_ids_by_login(login for login in batch["owner"] if login)
    for i, login in enumerate(batch["owner"]):
        if not login:
            continue
        found = known.get(login.lower())
        if found is None or not ctx.by.sees(owner_id=found[0], team_id=found[1]):
            result.reject(i, "unknown_user", field="owner", login=login[:40])
        else:
            owners[i] = found
    return owners


def read_row(batch: Batch, i: int, source: str, owner: Owner | None) -> CleanCustomer:
    """One row as a checked customer."""
    columns = batch.columns
    kind = columns["kind"][i] or "person"
    values = dict(_NO_VALUES)
    for name in (*TEXT_FIELDS, *CODE_FIELDS):
        values[name] = columns[name][i] or ""
    name = columns["name"][i]
    values |= {
        "name": name,
        "kind": kind,
        "source_code": columns["source"][i] or "import",
        "customer_since": columns["customer_since"][i],
        "owner_id": owner[0] if owner else None,
        "team_id": owner[1] if owner else None,
    }
    contacts = one_primary(without_repeats(list(_contacts(batch, i))))
    key = columns["number"][i] or _fingerprint(name, kind, contacts, values["region"])
    tags = columns["tags"][i] or []
    assumed = tuple(column for column, field in _ASSUMED if not columns[field][i])
    index = index_name(name, CustomerKind(kind))
    return CleanCustomer(values, index, contacts, _dates(batch, i), tags, (source, key), assumed)


def _contacts(batch: Batch, i: int) -> Iterator[CleanContact]:
    for column in ("mobile", "phone"):
        phone: Phone | None = batch.columns[column][i]
        if phone is not None:
            reason = "phone_masked" if phone.masked else ""
            yield CleanContact(
                phone.kind, phone.canonical, "" if phone.masked else phone.canonical, invalid_reason=reason
            )
    email = batch.columns["email"][i]
    if email:
        yield CleanContact(ContactKind.EMAIL, email, email)
    for column, kind in (("wechat", ContactKind.WECHAT), ("address", ContactKind.ADDRESS)):
        text = batch.columns[column][i]
        if text:
            yield _typed(kind, text)


def _typed(kind: ContactKind, text: str) -> CleanContact:
    """A contact the import's field types do not check; one that can't be read is kept with the reason."""
    try:
        return clean_contact(ContactInput(kind, text), lenient=True)
    except InvalidValue as error:
        return CleanContact(kind, text, "", invalid_reason=error.code)


def _dates(batch: Batch, i: int) -> list[DateInput]:
    solar, lunar = batch.columns["birthday"][i], batch.columns["birthday_lunar"][i]
    found = []
    if solar is not None:
        found.append(DateInput("birthday", solar.month, solar.day, year=solar.year))
    if lunar is not None:
        found.append(DateInput("birthday", lunar.month, lunar.day, calendar="lunar", leap=lunar.leap))
    return found


def _fingerprint(name: str, kind: str, contacts: list[CleanContact], region: str) -> str:
    """The key of a row whose source has none: the same row again is the same customer."""
    parts = [normalise_name(name), kind, *sorted(c.normal or c.value for c in contacts)] + (
        [] if contacts else [region]
    )
    return "~" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def _refuse_unreadable(rows: dict[int, CleanCustomer], result: BatchResult) -> None:
    for i in [i for i, row in rows.items() if not row.values["name"]]:
        result.reject(i, "required", field="name")
        del rows[i]


Matches = tuple[dict[int, int], dict[int, int], dict[int, int]]


def _match(rows: dict[int, CleanCustomer], ctx: ImportContext, result: BatchResult) -> Matches:
    """(known by row, those found by contact, rows that repeat an earlier row of this batch)."""
    refs = customer_ids_by_ref(ctx.source, [_key(row) for row in rows.values()])
    known = {i: refs[_key(row)] for i, row in rows.items() if _key(row) in refs}
    strangers = {i: row for i, row in rows.items() if i not in known}
    linked = _by_contact(strangers)
    _refuse_out_of_sight(known | linked, ctx.by, result)
    known = {i: pk for i, pk in known.items() if not result.states[i]}
    strangers = {i: row for i, row in strangers.items() if not result.states[i]}
    linked = {i: pk for i, pk in linked.items() if not result.states[i]}
    first: dict[tuple[str, str], int] = {}
    twins: dict[int, int] = {}
    for i, row in strangers.items():
        if i in linked:
            continue
        person = normalise_name(row.values["name"])
        keys = [(person, point.normal) for point in row.contacts if point.normal]
        twin = next((first[key] for key in keys if key in first), None)
        if twin is not None:
            twins[i] = twin
        else:
            first |= dict.fromkeys(keys, i)
    return known | linked, linked, twins


def _key(row: CleanCustomer) -> str:
    return row.ref[1] if row.ref else ""


def _by_contact(rows: dict[int, CleanCustomer]) -> dict[int, int]:
    """Customers that already have the row's phone or e-mail and the same name."""
    normals = {point.normal for row in rows.values() for point in row.contacts if point.normal}
    owners = customers_with_contacts(normals)
    ids = sorted({pk for found in owners.values() for pk in found})
    names: dict[int, str] = {}
    for part in in_chunks(ids):
        names.update(Customer.objects.filter(pk__in=part).values_list("pk", "name"))
    folded = {pk: normalise_name(name) for pk, name in names.items()}
    found: dict[int, int] = {}
    for i, row in rows.items():
        person = normalise_name(row.values["name"])
        candidates = [
            pk for point in row.contacts for pk in owners.get(point.normal, ()) if folded.get(pk) == person
        ]
        if candidates:
            found[i] = candidates[0]
    return found


def _refuse_out_of_sight(known: dict[int, int], by: Viewer, result: BatchResult) -> None:
    columns = scope_columns(set(known.values()))
    for i, pk in known.items():
        owner, team = columns[pk]
        if not by.sees(owner_id=owner, team_id=team):
            result.reject(i, "kept_elsewhere", field="number")


def _create(
    new: list[int], rows: dict[int, CleanCustomer], c: Change, ctx: ImportContext, result: BatchResult
) -> dict[int, int]:
    made = insert_customers([rows[i] for i in new], c, source=ctx.source)
    ids = [one.id for one in made]
    result.mark(RowState.CREATED, new)
    result.add_objects("customers.customer", new, ids, keys=[_key(rows[i]) for i in new])
    return dict(zip(new, ids, strict=True))


def _link(linked: dict[int, int], rows: dict[int, CleanCustomer]) -> None:
    """Note under which id this source knows customers that were found by their contacts."""
    refs = [
        CustomerRef(source=rows[i].ref[0], external_id=rows[i].ref[1], customer_id=pk)  # type: ignore[index]
        for i, pk in linked.items()
    ]
    CustomerRef.objects.bulk_create(refs, batch_size=1000, ignore_conflicts=True)
