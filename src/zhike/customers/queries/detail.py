"""One customer: the head, the archive, the numbers with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from zhike.core.clock import today
from zhike.core.errors import NotFound
from zhike.core.permissions import Viewer
from zhike.core.prepared import ForIds
from zhike.customers.models import ContactPoint, Customer, CustomerRelation, CustomerTag, Score, SpecialDate
from zhike.customers.queries.rows import FAR, NEVER
from zhike.customers.queries.scope import LARGEST_ID, reads_contacts, visible
from zhike.customers.rules.codes import INVERSE_RELATION
from zhike.customers.rules.dates import next_occurrence
from zhike.customers.rules.fields import CONTACT_FIELDS, PLAIN_FIELDS
from zhike.customers.rules.quality import ArchiveFacts, Quality, assess


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """The head of a customer; fields of a class that the viewer may not read are None."""

    id: int
    number: int
    name: str
    kind: str
    form_of_address: str | None
    gender: str
    title: str
    industry: str
    credit_code: str
    region: str
    hobbies: str | None
    contact_from: time | None
    contact_until: time | None
    preferred_channel: str
    source_code: str
    note: str | None
    referred_by_id: int | None
    customer_since: date | None
    verified_at: date | None
    owner_id: int | None
    owner_name: str
    team_id: int | None
    team_name: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact point, in full: only given to viewers who may read contacts."""

    id: int
    kind: str
    value: str
    normal: str
    label: str
    is_primary: bool
    consent: str
    invalid_reason: str
    source: str
    verified_at: date | None


@dataclass(frozen=True, slots=True)
class DateView:
    """A special date with the day on which it is kept next and which anniversary that is (None: unknown)."""

    id: int
    whose: str
    person: str
    relation: str
    occasion: str
    calendar: str
    month: int
    day: int
    leap: bool
    year: int | None
    days_ahead: int | None
    note: str
    next: date
    years: int | None


@dataclass(frozen=True, slots=True)
class RelationView:
    """A relation, read from this customer: the other one is their ``kind``; ``other_id`` None: only named.

    ``inverse``: it is kept with the other customer, and reads from there.
    """

    id: int
    kind: str
    name: str
    other_id: int | None
    post: str
    note: str
    inverse: bool


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The numbers of a customer; amounts in minor units of the firm's currency, None for "none" or "never".

    ``basis`` is the code of what they rest on (none, one_purchase, little_history, own_history, rule).
    """

    tier: str
    tier_pending: str
    r: int
    f: int
    m: int
    rfm_cell: str
    state: str
    orders: int
    amount_total: int
    amount_12m: int
    margin_12m: int
    first_purchase: date | None
    last_purchase: date | None
    mean_gap_days: float
    value_12m: int
    value_low: int
    value_high: int
    expected_orders_12m: float
    expected_spend: int
    p_alive: float
    risk: float
    risk_before: float
    next_purchase: date | None
    next_low: date | None
    next_high: date | None
    basis: str
    last_contact: date | None
    run_id: int

    @property
    def known(self) -> bool:
        """Whether a refresh has looked at this customer."""
        return self.run_id > 0


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What the customer page shows of the archive; lists are empty where the viewer may not read contacts."""

    customer: CustomerDetail
    score: ScoreView
    contacts: list[ContactView]
    dates: list[DateView]
    relations: list[RelationView]
    tags: list[str]
    referred_by: str | None
    referrals: int
    quality: Quality | None
    may_read_contacts: bool

    @property
    def gap(self) -> str:
        """The code of the one question to ask next, "" for none."""
        return self.quality.ask_next if self.quality else ""


_SCORES = ForIds(lambda ids: Score.objects.filter(pk=ids[0]).values_list(*ScoreView.__dataclass_fields__))
_TAGS = ForIds(
    lambda ids: CustomerTag.objects.filter(customer=ids[0]).order_by("tag__name").values_list("tag__name")
)
_BROUGHT = ForIds(lambda ids: Customer.objects.filter(referred_by=ids[0]).values_list("owner_id", "team_id"))
_CONTACTS = ForIds(
    lambda ids: (
        ContactPoint.objects.filter(customer=ids[0])
        .order_by("-is_primary", "kind", "id")
        .values_list(*ContactView.__dataclass_fields__)
    )
)
_DATE_NAMES = tuple(n for n in DateView.__dataclass_fields__ if n not in {"next", "years"})
_DATES = ForIds(lambda ids: SpecialDate.objects.filter(customer=ids[0]).values_list(*_DATE_NAMES))
_RELATIONS = ForIds(
    lambda ids: (
        CustomerRelation.objects.filter(customer=ids[0])
        .order_by("id")
        .values_list(
            "id", "kind", "name", "other__name", "other_id", "post", "note",
            "other__owner_id", "other__team_id",
        )
    )
)  # fmt: skip
_RELATED = ForIds(
    lambda ids: (
        CustomerRelation.objects.filter(other=ids[0])
        .order_by("id")
        .values_list(
            "id", "kind", "customer__name", "customer_id", "post", "note",
            "customer__owner_id", "customer__team_id",
        )
    )
)  # fmt: skip

_HEAD = (
    "id", "number", *PLAIN_FIELDS, "owner_id", "owner__name", "team_id", "team__name",
    "version", "created_at", "updated_at",
)  # fmt: skip
_HEADS = ForIds(lambda ids: Customer.objects.filter(pk=ids[0]).values_list(*_HEAD))


def get_customer(pk: int, *, viewer: Viewer) -> CustomerDetail:
    """Return a customer; :class:`NotFound` where there is none in the viewer's sight."""
    if not 0 < pk <= LARGEST_ID:
        raise NotFound
    viewer.require("customers.read")
    found = _HEADS([pk])
    row: dict[str, Any] = dict(zip(_HEAD, found[0], strict=True)) if found else {}
    if not row or not viewer.sees(owner_id=row["owner_id"], team_id=row["team_id"]):
        raise NotFound
    row["owner_name"], row["team_name"] = row.pop("owner__name") or "", row.pop("team__name") or ""
    if not reads_contacts(viewer):
        row.update({name: None for name in CONTACT_FIELDS if name in row})
    return CustomerDetail(**row)


def score_of(pk: int) -> ScoreView:
    """Return the numbers of a customer whose scope the caller has checked."""
    names = tuple(ScoreView.__dataclass_fields__)
    found = _SCORES([pk])
    row: dict[str, Any] = dict(zip(names, found[0], strict=True)) if found else _no_score(names)
    for name in ("first_purchase", "last_purchase", "last_contact", "next_purchase"):
        if row[name] in {NEVER, FAR}:
            row[name] = None
    if row["next_purchase"] is None:
        row["next_low"] = row["next_high"] = None
    return ScoreView(**row)


def _no_score(names: tuple[str, ...]) -> dict[str, Any]:
    empty = Score()
    return {
        n: date.fromisoformat(v) if isinstance(v := getattr(empty, n), str) and v.count("-") == 2 else v
        for n in names
    }


def customer_page(pk: int, viewer: Viewer) -> CustomerPage:
    """Return everything about one customer that this slice keeps (eight queries)."""
    customer = get_customer(pk, viewer=viewer)
    contacts_readable = reads_contacts(viewer)
    score = score_of(pk)
    contacts = contacts_of(pk) if contacts_readable else []
    dates = dates_of(pk) if contacts_readable else []
    return CustomerPage(
        customer=customer,
        score=score,
        contacts=contacts,
        dates=dates,
        relations=relations_of(pk, viewer) if contacts_readable else [],
        tags=[name for (name,) in _TAGS([pk])],
        referred_by=_name_of(customer.referred_by_id, viewer),
        referrals=_referrals(pk, viewer),
        quality=_quality(customer, score, contacts, dates) if contacts_readable else None,
        may_read_contacts=contacts_readable,
    )


def _referrals(pk: int, viewer: Viewer) -> int:
    """How many customers this one brought, of those the viewer sees.

    The scope is judged here: as a filter it makes SQLite walk a whole team to find a handful of rows.
    """
    return sum(viewer.sees(owner_id=owner, team_id=team) for owner, team in _BROUGHT([pk]))


def _name_of(pk: int | None, viewer: Viewer) -> str | None:
    return visible(viewer).filter(pk=pk).values_list("name", flat=True).first() if pk else None


def contacts_of(pk: int) -> list[ContactView]:
    """Return contact points, primary ones first; the caller has checked scope and field class."""
    return [ContactView(*row) for row in _CONTACTS([pk])]


def dates_of(pk: int) -> list[DateView]:
    """Return special dates, the next one first; the caller has checked scope and field class."""
    day = today()
    found = []
    for values in _DATES([pk]):
        row = dict(zip(_DATE_NAMES, values, strict=True))
        kept = next_occurrence(
            row["calendar"], row["month"], row["day"], leap=row["leap"], year=row["year"], on_or_after=day
        )
        found.append(DateView(**row, next=kept.on, years=kept.years))
    return sorted(found, key=lambda d: (d.next, d.id))


def relations_of(pk: int, viewer: Viewer) -> list[RelationView]:
    """Return relations in both directions; another customer out of sight is left out."""
    named, linked = [], []
    for pk_, kind, name, other, other_id, post, note, owner, team in _RELATIONS([pk]):
        if other_id is None:
            named.append(RelationView(pk_, kind, name, None, post, note, inverse=False))
        elif viewer.sees(owner_id=owner, team_id=team):
            linked.append(RelationView(pk_, kind, other, other_id, post, note, inverse=False))
    backwards = [
        RelationView(pk_, INVERSE_RELATION.get(kind, "other"), name, other_id, post, note, inverse=True)
        for pk_, kind, name, other_id, post, note, owner, team in _RELATED([pk])
        if viewer.sees(owner_id=owner, team_id=team)
    ]
    return [*named, *linked, *backwards]


def _quality(
    customer: CustomerDetail, score: ScoreView, contacts: list[ContactView], dates: list[DateView]
) -> Quality:
    own = {d.occasion for d in dates if d.whose in {"self", "firm"}}
    facts = ArchiveFacts(
        kind=customer.kind,
        tier=score.tier,
        has_contact=any(not c.invalid_reason for c in contacts),
        has_invalid_contact=any(c.invalid_reason for c in contacts),
        has_owner=customer.owner_id is not None,
        has_birthday="birthday" in own,
        has_founding_date="founding" in own,
        has_form_of_address=bool(customer.form_of_address),
        has_contact_hours=customer.contact_from is not None,
        has_preferred_channel=bool(customer.preferred_channel),
        has_region=bool(customer.region),
        has_industry=bool(customer.industry),
        has_source=bool(customer.source_code),
        verified_at=customer.verified_at,
        since=customer.created_at.date(),
    )
    return assess(facts, today())
