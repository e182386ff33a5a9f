"""What the actions are given, and how it is checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from zhike.core.clock import today
from zhike.core.errors import Invalid
from zhike.core.imports.problems import message, problem_of
from zhike.customers.rules import codes
from zhike.customers.rules.contacts import (
    MAX_CONTACTS,
    CleanContact,
    ContactInput,
    clean_contact,
    is_write_back_of_mask,
    one_primary,
    without_repeats,
)
from zhike.customers.rules.dates import MAX_DATES, DateInput, clean_date
from zhike.values.dates import EARLIEST
from zhike.values.enums import Channel, CustomerKind
from zhike.values.identity import parse_credit_code
from zhike.values.names import NameIndex, index_name
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text

MAX_TAGS = 30
CHECK_FIELDS = "Please look at the marked fields again."


@dataclass(frozen=True, slots=True)
class CustomerInput:
    """A customer as a form, the API or an import gives it.

    ``ref`` is (source, external id) where another system knows the customer. Without ``owner_id`` the one who
    enters the customer becomes the owner, unless they look after the whole firm.
    """

    name: str
    kind: str = "person"
    form_of_address: str = ""
    gender: str = ""
    title: str = ""
    industry: str = ""
    credit_code: str = ""
    region: str = ""
    hobbies: str = ""
    contact_from: time | None = None
    contact_until: time | None = None
    preferred_channel: str = ""
    source_code: str = ""
    note: str = ""
    referred_by_id: int | None = None
    owner_id: int | None = None
    team_id: int | None = None
    customer_since: date | None = None
    verified_at: date | None = None
    client_uuid: UUID | None = None
    ref: tuple[str, str] | None = None
    contacts: Sequence[ContactInput] = ()
    dates: Sequence[DateInput] = ()
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write made of a customer."""

    id: int
    number: int
    version: int


@dataclass(slots=True)
class CleanCustomer:
    """The same, checked: ``values`` are columns of the head row; ``index`` is the name's key and tokens.

    ``assumed``: columns of which the source said nothing, filled for a new customer only.
    """

    values: dict[str, Any]
    index: NameIndex
    contacts: list[CleanContact] = field(default_factory=list)
    dates: list[DateInput] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ref: tuple[str, str] | None = None
    assumed: tuple[str, ...] = ()


_TEXTS = {
    "name": 200,
    "form_of_address": 60,
    "title": 80,
    "industry": 80,
    "region": 80,
    "hobbies": 200,
    "source_code": 40,
}
_CHOICES: dict[str, Sequence[str]] = {
    "kind": tuple(CustomerKind),
    "gender": codes.GENDERS,
    "preferred_channel": ("", *Channel),
}


class FieldErrors:
    """Collects what is wrong, field by field, so that a form shows everything at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def add(self, name: str, error: InvalidValue) -> None:
        """Note a refused value in the reader's language."""
        self.found.setdefault(name, []).append(message(problem_of(error)))

    def check(self, name: str, read: Callable[[], Any]) -> Any:
        """Return what ``read`` returns, or None with its refusal noted."""
        try:
            return read()
        except InvalidValue as error:
            self.add(name, error)
            return None

    def raise_any(self) -> None:
        """Raise :class:`Invalid` where anything was noted."""
        if self.found:
            raise Invalid(CHECK_FIELDS, fields=self.found)


def clean_value(name: str, value: Any) -> Any:
    """Check one plain column; raises :class:`InvalidValue`."""
    if name in _TEXTS:
        return _text(name, value)
    if name == "note":
        return clean_text(value or "", 10_000, multiline=True)
    if name in _CHOICES:
        return _choice(value or "", _CHOICES[name])
    if name == "credit_code":
        return parse_credit_code(value) if value else ""
    if name in {"customer_since", "verified_at"}:
        return _past(value)
    return value


def _text(name: str, value: str | None) -> str:
    text = clean_text(value or "", _TEXTS[name])
    if name == "name" and not text:
        raise InvalidValue("text_empty")
    return text


def _choice(value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise InvalidValue("choice_unknown", value=str(value)[:40])
    return str(value)


def _past(value: date | None) -> date | None:
    latest = today()
    if value is not None and not EARLIEST <= value <= latest:
        raise InvalidValue("date_out_of_range", value=str(value), first=str(EARLIEST), last=str(latest))
    return value


def clean_contacts(
    given: Sequence[ContactInput], errors: FieldErrors, *, lenient: bool = False
) -> list[CleanContact]:
    """Check contact points; masked values and repeats are left out, each kind gets one primary."""
    if len(given) > MAX_CONTACTS:
        raise Invalid("A customer has at most %(max)s contact points.", max=MAX_CONTACTS)
    clean = [
        errors.check("contacts", lambda c=c: clean_contact(c, lenient=lenient))  # type: ignore[misc]
        for c in given
        if lenient or not is_write_back_of_mask(c.kind, c.value)
    ]
    return one_primary(without_repeats([c for c in clean if c is not None]))


def clean_dates(given: Sequence[DateInput], errors: FieldErrors) -> list[DateInput]:
    """Check special dates."""
    if len(given) > MAX_DATES:
        raise Invalid("A customer has at most %(max)s special dates.", max=MAX_DATES)
    return [d for d in (errors.check("dates", lambda g=g: clean_date(g)) for g in given) if d is not None]  # type: ignore[misc]


def clean_tags(given: Sequence[str], errors: FieldErrors) -> list[str]:
    """Check tags: short words, without repeats."""
    if len(given) > MAX_TAGS:
        raise Invalid("A customer has at most %(max)s tags.", max=MAX_TAGS)
    words = [errors.check("tags", lambda t=t: clean_text(t, 40)) for t in given]  # type: ignore[misc]
    return list(dict.fromkeys(word for word in words if word))


_COLUMNS = (
    *_TEXTS,
    *_CHOICES,
    "note",
    "credit_code",
    "customer_since",
    "verified_at",
    "contact_from",
    "contact_until",
    "referred_by_id",
    "owner_id",
    "team_id",
    "client_uuid",
)


def clean_customer(given: CustomerInput, *, lenient: bool = False) -> CleanCustomer:
    """Check a whole customer; raises :class:`Invalid` that names every field that is not acceptable."""
    errors = FieldErrors()
    values = {name: errors.check(name, lambda n=name: clean_value(n, getattr(given, n))) for name in _COLUMNS}  # type: ignore[misc]
    contacts = clean_contacts(given.contacts, errors, lenient=lenient)
    dates = clean_dates(given.dates, errors)
    tags = clean_tags(given.tags, errors)
    check_hours(values["contact_from"], values["contact_until"], errors)
    errors.raise_any()
    index = index_name(values["name"], CustomerKind(values["kind"]))
    return CleanCustomer(values, index, contacts, dates, tags, given.ref)


def check_hours(start: time | None, end: time | None, errors: FieldErrors) -> None:
    """The hours in which somebody likes to be called begin before they end."""
    if start is not None and end is not None and start >= end:
        errors.add("contact_until", InvalidValue("period_reversed"))
