"""Shapes of customers and contacts, as they go in and out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from zhike.core.rest import ClockTime, Day, Given, Instant, RecordId
from zhike.values.enums import Channel, ContactKind, ContentKind, CustomerKind, Direction, Outcome

Nothing = Literal[""]


def picked(schema: type[Schema], found: Any, **given: Any) -> dict[str, Any]:
    """Values for a schema: those given, and those the row names alike."""
    return {name: getattr(found, name) for name in schema.model_fields if hasattr(found, name)} | given


# ---------------------------------------------------------------- customers


class ContactOut(Schema):
    """A contact point; ``normal`` is its canonical form, ``invalid_reason`` says why it is not used."""

    id: int
    kind: str
    value: str
    normal: str
    label: str
    is_primary: bool
    consent: str
    invalid_reason: str


class DateOut(Schema):
    """A special date; ``next`` is the day on which it is kept next."""

    id: int
    occasion: str
    calendar: str
    month: int
    day: int
    leap: bool
    year: int | None
    whose: str
    person: str
    relation: str
    days_ahead: int | None
    note: str
    next: date
    years: int | None


class ScoreOut(Schema):
    """The numbers of a customer. What was bought is money (text), what is expected a number."""

    tier: str
    rfm_cell: str
    state: str
    orders: int
    amount_total: str
    amount_12m: str
    first_purchase: date | None
    last_purchase: date | None
    mean_gap_days: float
    value_12m: float
    value_low: float
    value_high: float
    expected_orders_12m: float
    expected_spend: float
    p_alive: float
    risk: float
    next_purchase: date | None
    next_low: date | None
    next_high: date | None
    basis: str
    last_contact: date | None


class CustomerRowOut(Schema):
    """A customer in a list; ``form_of_address`` and ``phone`` (masked) only for those who read contacts."""

    id: int
    number: int
    name: str
    kind: str
    region: str
    tier: str
    rfm_cell: str
    state: str
    orders: int
    amount_12m: str
    value_12m: float
    risk: float
    last_purchase: date | None
    next_purchase: date | None
    last_contact: date | None
    owner: int | None
    owner_name: str
    team: int | None
    team_name: str
    tags: list[str]
    version: int
    created_at: datetime
    form_of_address: str | None = None
    phone: str | None = None


class CountOut(Schema):
    """How many there are; not ``exact``: at least so many."""

    value: int
    exact: bool


class CustomersOut(Schema):
    """A page of customers; ``next`` and ``previous`` are cursors, "" where there is no such page."""

    items: list[CustomerRowOut]
    next: str
    previous: str
    count: CountOut


class CustomerOut(Schema):
    """A customer. What belongs to contacts is absent for those who may not read contacts."""

    id: int
    number: int
    name: str
    kind: str
    gender: str
    title: str
    industry: str
    credit_code: str
    region: str
    preferred_channel: str
    source_code: str
    referred_by: int | None
    customer_since: date | None
    verified_at: date | None
    owner: int | None
    owner_name: str
    team: int | None
    team_name: str
    tags: list[str]
    score: ScoreOut
    version: int
    created_at: datetime
    updated_at: datetime
    form_of_address: str | None = None
    hobbies: str | None = None
    contact_from: time | None = None
    contact_until: time | None = None
    note: str | None = None
    contacts: list[ContactOut] | None = None
    dates: list[DateOut] | None = None


class ContactIn(Given):
    """A contact point; ``id`` names one that the customer has, a masked value leaves it as it is."""

    kind: ContactKind
    value: str = Field(min_length=1, max_length=300)
    label: str = Field("", max_length=40)
    is_primary: bool = False
    consent: Literal["unknown", "given", "refused"] = "unknown"
    id: RecordId | None = None


class DateIn(Given):
    """A day to remember; ``id`` names one that the customer has."""

    occasion: Literal["birthday", "wedding", "founding", "cooperation", "memorial", "festival", "other"]
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    calendar: Literal["solar", "lunar"] = "solar"
    leap: bool = False
    year: int | None = Field(None, ge=1850, le=2100)
    whose: Literal["self", "family", "firm"] = "self"
    person: str = Field("", max_length=80)
    relation: str = Field("", max_length=20)
    days_ahead: int | None = Field(None, ge=0, le=90)
    note: str = Field("", max_length=200)
    id: RecordId | None = None


class CustomerChanges(Given):
    """Fields to change; ``contacts``, ``dates`` and ``tags`` are whole new lists."""

    name: str = Field("", max_length=200)
    kind: CustomerKind = CustomerKind.PERSON
    form_of_address: str = Field("", max_length=60)
    gender: Literal["", "male", "female"] = ""
    title: str = Field("", max_length=80)
    industry: str = Field("", max_length=80)
    credit_code: str = Field("", max_length=40)
    region: str = Field("", max_length=80)
    hobbies: str = Field("", max_length=200)
    contact_from: ClockTime | None = None
    contact_until: ClockTime | None = None
    preferred_channel: Channel | Nothing = ""
    source_code: str = Field("", max_length=40)
    note: str = Field("", max_length=10_000)
    referred_by: RecordId | None = None
    customer_since: Day | None = None
    verified_at: Day | None = None
    contacts: list[ContactIn] = Field([], max_length=50)
    dates: list[DateIn] = Field([], max_length=50)
    tags: list[str] = Field([], max_length=30)


class RefIn(Given):
    """The id under which another system knows the customer."""

    source: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
    external_id: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")


class CustomerIn(CustomerChanges):
    """A new customer. Without owner and team it is yours; the same ``client_uuid`` gives the same one."""

    name: str = Field(min_length=1, max_length=200)
    owner: RecordId | None = None
    team: RecordId | None = None
    client_uuid: UUID | None = None
    ref: RefIn | None = None
    allow_duplicate: bool = False


class SavedOut(Schema):
    """What a write made of a customer."""

    id: int
    number: int
    version: int


# ---------------------------------------------------------------- interactions


class InteractionOut(Schema):
    """A contact with a customer; ``summary`` and ``promise`` only for those who read contacts."""

    id: int
    customer: int
    customer_name: str
    at: datetime
    channel: str
    direction: str
    content_kind: str
    outcome: str
    minutes: int
    cost: str
    promise_due: date | None
    promise_kept_at: datetime | None
    user: int | None
    user_name: str
    task: int | None
    version: int
    summary: str | None = None
    promise: str | None = None


class InteractionsOut(Schema):
    """A page of contacts, newest first."""

    items: list[InteractionOut]
    next: str


class InteractionIn(Given):
    """A contact to record; without ``at``, now; ``cost`` in the firm's currency; a promise needs its day."""

    customer: RecordId
    channel: Channel
    at: Instant | None = None
    direction: Direction = Direction.OUT
    content_kind: ContentKind | Nothing = ""
    outcome: Outcome | Nothing = ""
    minutes: int = Field(0, ge=0, le=1440)
    cost: Decimal = Field(Decimal(0), ge=0, le=10**10)
    summary: str = Field("", max_length=10_000)
    promise: str = Field("", max_length=300)
    promise_due: Day | None = None
    user: RecordId | None = None
    client_uuid: UUID | None = None


class RecordedOut(Schema):
    """The key of what was recorded."""

    id: int
