"""Recording contacts with customers, and keeping what was promised in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from zhike.core.changes import change
from zhike.core.clock import business_date, now, today
from zhike.core.errors import Conflict, Invalid, NotFound
from zhike.core.permissions import Scope, Viewer, scope_q
from zhike.customers.actions.inputs import FieldErrors
from zhike.customers.actions.score_rows import note_last_contact
from zhike.customers.models import Interaction
from zhike.customers.queries.people import team_of_user
from zhike.customers.queries.scope import LARGEST_ID, require_visible
from zhike.events.customers import InteractionsRecorded
from zhike.values.enums import Channel, ContentKind, Direction, Outcome
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text

MAX_MINUTES = 24 * 60
MAX_COST_MINOR = 10**12
EDITABLE = (
    "at",
    "channel",
    "direction",
    "content_kind",
    "outcome",
    "minutes",
    "cost_minor",
    "summary",
    "promise",
    "promise_due",
)
_CHOICES: dict[str, Sequence[str]] = {
    "channel": tuple(Channel),
    "direction": tuple(Direction),
    "content_kind": ("", *ContentKind),
    "outcome": ("", *Outcome),
}
_TEXTS = {"summary": 10_000, "promise": 300, "task_source": 40}
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class InteractionInput:
    """A contact with a customer. ``cost_minor`` in minor units of the firm's currency, ``minutes`` of work.

    ``user_id``: who did it, by default the one who records it. A promise has the day on which it falls due.
    """

    customer_id: int
    channel: str
    at: datetime | None = None
    direction: str = "out"
    content_kind: str = ""
    outcome: str = ""
    minutes: int = 0
    cost_minor: int = 0
    summary: str = ""
    promise: str = ""
    promise_due: date | None = None
    task_id: int | None = None
    task_source: str = ""
    client_uuid: UUID | None = None
    user_id: int | None = None


def record_interaction(data: InteractionInput, *, by: Viewer) -> int:
    """Record a contact; returns its id. The same ``client_uuid`` again returns the first one's id."""
    by.require("interactions.write")
    values = clean_interaction({name: getattr(data, name) for name in (*EDITABLE, "task_source")})
    with change("customers.record_interaction", by=by) as c:
        require_visible([data.customer_id], by)
        if data.client_uuid is not None:
            known = Interaction.objects.filter(
                client_uuid=data.client_uuid, customer=data.customer_id
            ).first()
            if known is not None:
                return int(known.pk)
        row = c.create(
            Interaction,
            customer_id=data.customer_id,
            client_uuid=data.client_uuid,
            task_id=data.task_id,
            by_id=_author(data.user_id, by),
            **values,
        )
        note_last_contact({data.customer_id: business_date(row.at)})
        c.emit(InteractionsRecorded([row.pk], [data.customer_id]))
    return int(row.pk)


def _author(user_id: int | None, by: Viewer) -> int | None:
    if user_id is None or user_id == by.user_id:
        return by.user_id
    exists, team = team_of_user(user_id)
    allowed = by.is_system or by.scope == Scope.ALL or (by.scope == Scope.TEAM and team in by.team_ids)
    if not exists or not allowed:
        raise Invalid("This is not one of your staff.")
    return user_id


def clean_interaction(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the values of an interaction; raises :class:`Invalid` that names every wrong field."""
    errors = FieldErrors()
    values = {name: errors.check(name, lambda n=name: _clean(n, given[n])) for name in given}  # type: ignore[misc]
    if "promise" in values and (values["promise"] or "") and values.get("promise_due") is None:
        errors.add("promise_due", InvalidValue("text_empty"))
    errors.raise_any()
    if "promise" in values and not values["promise"]:
        values["promise_due"] = None
    return values


def _clean(name: str, value: Any) -> Any:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise InvalidValue("choice_unknown", value=str(value)[:40])
        return str(value)
    if name in _TEXTS:
        return clean_text(value or "", _TEXTS[name], multiline=name == "summary")
    if name == "at":
        return _instant(value)
    if name == "promise_due":
        return _due(value)
    return _amount(name, value)


def _instant(value: datetime | None) -> datetime:
    if value is None:
        return now()
    latest = now() + timedelta(days=1)
    if value.tzinfo is None or not _EARLIEST <= value <= latest:
        raise InvalidValue(
            "date_out_of_range", value=f"{value:%Y-%m-%d}", first="1900-01-01", last=f"{latest:%Y-%m-%d}"
        )
    return value


def _due(value: date | None) -> date | None:
    latest = today() + timedelta(days=5 * 366)
    if value is not None and not date(1990, 1, 1) <= value <= latest:
        raise InvalidValue("date_out_of_range", value=str(value), first="1990-01-01", last=str(latest))
    return value


def _amount(name: str, value: Any) -> int:
    limit = MAX_MINUTES if name == "minutes" else MAX_COST_MINOR
    if type(value) is not int or not 0 <= value <= limit:
        raise InvalidValue(
            "amount_too_large" if type(value) is int and value > limit else "amount_not_a_number",
            value=str(value)[:40],
        )
    return value


def locked_interaction(pk: int, by: Viewer) -> Interaction:
    """Return an interaction of a customer in the viewer's sight, locked until commit."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    scope = scope_q(by, owner="customer__owner_id", team="customer__team_id")
    row = Interaction.objects.select_for_update(of=("self",)).filter(scope, pk=pk).first()
    if row is None:
        raise NotFound
    return row


def update_interaction(pk: int, *, version: int, changes: Mapping[str, Any], by: Viewer) -> int:
    """Change an interaction; returns its new version. Salespeople change what they recorded themselves."""
    by.require("interactions.write")
    unknown = sorted(set(changes) - set(EDITABLE))
    if unknown:
        raise Invalid(
            "These fields can't be set: %(names)s.", code="unknown_field", names=", ".join(unknown)[:200]
        )
    with change("customers.update_interaction", by=by) as c:
        row = locked_interaction(pk, by)
        if by.scope == Scope.OWN and not by.is_system and row.by_id != by.user_id:
            raise Invalid("Only the one who recorded it can change it.")
        if row.version != version:
            raise Conflict(
                "Somebody else has changed this entry meanwhile. Look at it again.", version=row.version
            )
        merged = {name: changes.get(name, getattr(row, name)) for name in EDITABLE}
        values = clean_interaction(merged)
        if c.update(row, **values):
            note_last_contact({row.customer_id: business_date(row.at)})
            c.emit(InteractionsRecorded([row.pk], [row.customer_id]))
    return int(row.version)


def keep_promise(pk: int, *, by: Viewer) -> None:
    """Note that what was promised has been done; a second time changes nothing."""
    by.require("interactions.write")
    with change("customers.keep_promise", by=by) as c:
        row = locked_interaction(pk, by)
        if not row.promise_due:
            raise Invalid("Nothing was promised there.")
        if row.promise_kept_at is None and c.update(row, promise_kept_at=now()):
            c.emit(InteractionsRecorded([row.pk], [row.customer_id]))
