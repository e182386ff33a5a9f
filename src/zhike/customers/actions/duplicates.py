"""One person, one record: a contact that is already kept is told before a second record is made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import connection

from zhike.core.errors import Conflict
from zhike.core.permissions import Viewer
from zhike.customers.models import Customer
from zhike.customers.queries.lookup import customers_with_contacts
from zhike.customers.queries.scope import visible
from zhike.customers.rules.contacts import CleanContact


def refuse_duplicates(contacts: Sequence[CleanContact], credit_code: str, *, by: Viewer) -> None:
    """Raise :class:`Conflict` where another customer has one of these contacts or this credit code.

    A customer outside the viewer's sight is never named: the message is neutral. Two people who enter the
    same contact at the same moment wait for each other, so one of them is told.
    """
    normals = sorted({c.normal for c in contacts if c.normal})
    lock([*normals, credit_code] if credit_code else normals)
    ids = {pk for found in customers_with_contacts(normals).values() for pk in found}
    if credit_code:
        ids.update(Customer.objects.filter(credit_code=credit_code).values_list("pk", flat=True)[:10])
    if ids:
        _refuse(sorted(ids)[:100], by)


def _refuse(ids: list[int], by: Viewer) -> None:
    seen = visible(by).filter(pk__in=ids).order_by("pk").values_list("pk", "number", "name").first()
    if seen is None:
        raise Conflict(
            "This contact is already kept in the house. Ask your manager.", code="duplicate_contact"
        )
    raise Conflict(
        "%(name)s (no. %(number)s) already has this contact.",
        code="duplicate_contact",
        customer_id=seen[0],
        number=seen[1],
        name=seen[2],
    )


def lock(keys: Sequence[str]) -> None:
    """Let writers of the same contact wait for each other until commit (SQLite has one writer anyway)."""
    if connection.vendor != "postgresql" or not keys:
        return
    numbers = sorted({_number(key) for key in keys})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)
