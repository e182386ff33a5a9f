"""Writes for many customers at once: tags and handing over. One foreign id, and nothing happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhike.core.changes import Change, change, snapshot
from zhike.core.clock import now
from zhike.core.permissions import Viewer
from zhike.customers.actions.batch import link_tags, refresh_search
from zhike.customers.actions.inputs import FieldErrors, clean_tags
from zhike.customers.actions.owners import checked_owner
from zhike.customers.actions.score_rows import repeat_on_scores
from zhike.customers.models import Customer, CustomerTag
from zhike.customers.queries.scope import require_visible
from zhike.events.customers import CustomersChanged


def set_tags(ids: Iterable[int], *, add: Sequence[str] = (), remove: Sequence[str] = (), by: Viewer) -> int:
    """Put tags on customers and take tags off; returns how many customers were touched."""
    if not by.can("customers.tags"):
        by.require("customers.edit")
    errors = FieldErrors()
    new, gone = clean_tags(add, errors), clean_tags(remove, errors)
    errors.raise_any()
    with change("customers.set_tags", by=by) as c:
        wanted = require_visible(ids, by)
        if gone:
            _take_off(wanted, gone, c)
        if new:
            link_tags(dict.fromkeys(wanted, new))
        refresh_search(wanted)
        c.touched("customers.customer", wanted, ["tags"])
        c.emit(CustomersChanged(wanted, ["tags"]))
    return len(wanted)


def _take_off(ids: Sequence[int], names: Sequence[str], c: Change) -> None:
    links = CustomerTag.objects.filter(customer__in=ids, tag__name__in=names)
    c.touched("customers.customertag", list(links.values_list("pk", flat=True)))
    links.delete()


def assign(ids: Iterable[int], *, owner_id: int | None, team_id: int | None = None, by: Viewer) -> int:
    """Hand customers over to an owner (or, with None, to nobody in a team); returns how many changed hands.

    The team is the owner's unless given. What the score rows repeat of it changes in the same transaction.
    """
    by.require("customers.assign")
    owner, team = checked_owner(owner_id, team_id, by=by)
    with change("customers.assign", by=by) as c:
        wanted = require_visible(ids, by)
        rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        moving = [row for row in rows if (row.owner_id, row.team_id) != (owner, team)]
        hand_over(moving, owner, team, c)
        if moving:
            c.emit(CustomersChanged([row.pk for row in moving], ["owner_id", "team_id"]))
    return len(moving)


def hand_over(rows: Sequence[Customer], owner: int | None, team: int | None, c: Change) -> None:
    """Set owner and team of locked rows and of their score rows."""
    befores = [snapshot(row) for row in rows]
    at = now()
    for row in rows:
        row.owner_id, row.team_id = owner, team
        row.version += 1
        row.updated_at = at
    c.update_many(rows, befores, ["owner_id", "team_id", "version", "updated_at"])
    repeat_on_scores([row.pk for row in rows], owner_id=owner, team_id=team)
