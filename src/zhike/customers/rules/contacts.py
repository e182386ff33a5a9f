"""Contact points: typed, checked, one primary of each kind, masked for those who need not read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from zhike.customers.rules.codes import CONSENTS
from zhike.values.contacts import (
    is_masked,
    mask_contact,
    mask_matches,
    parse_email,
    parse_phone,
    parse_wechat,
)
from zhike.values.enums import ContactKind
from zhike.values.problems import InvalidValue
from zhike.values.text import clean_text

MAX_CONTACTS: Final = 50
_PHONES: Final = (ContactKind.PHONE, ContactKind.MOBILE)


@dataclass(frozen=True, slots=True)
class ContactInput:
    """A contact point as given; ``id`` names one that exists. ``consent``: unknown, given, refused."""

    kind: str
    value: str
    label: str = ""
    is_primary: bool = False
    id: int | None = None
    consent: str = "unknown"


@dataclass(frozen=True, slots=True)
class CleanContact:
    """The same, checked; ``normal`` is its canonical form, "" for what has none or is not valid."""

    kind: str
    value: str
    normal: str
    label: str = ""
    is_primary: bool = False
    id: int | None = None
    consent: str = "unknown"
    invalid_reason: str = ""


def clean_contact(given: ContactInput, *, lenient: bool = False) -> CleanContact:
    """Check one contact point; raises :class:`InvalidValue`.

    With ``lenient`` (imports) a number masked by a shop platform is kept with the reason instead of refused.
    A phone is filed under the kind its number has: what takes text messages is ``mobile``.
    """
    kind = _kind(given.kind)
    value = clean_text(given.value, 300)
    if not value:
        raise InvalidValue("text_empty")
    kind, normal, reason = _canonical(kind, value, lenient=lenient)
    if given.consent not in CONSENTS:
        raise InvalidValue("consent_unknown", value=str(given.consent)[:40])
    label = clean_text(given.label, 40)
    return CleanContact(kind, value, normal, label, given.is_primary, given.id, given.consent, reason)


def _kind(raw: str) -> ContactKind:
    try:
        return ContactKind(raw)
    except ValueError:
        raise InvalidValue("choice_unknown", value=raw[:40]) from None


def _canonical(kind: ContactKind, value: str, *, lenient: bool) -> tuple[ContactKind, str, str]:
    if kind in _PHONES:
        phone = parse_phone(value)
        if phone.masked and not lenient:
            raise InvalidValue("phone_masked")
        return phone.kind, "" if phone.masked else phone.canonical, "phone_masked" if phone.masked else ""
    if kind == ContactKind.EMAIL:
        return kind, parse_email(value), ""
    if kind == ContactKind.WECHAT:
        return kind, parse_wechat(value), ""
    return kind, "", ""


def one_primary(contacts: Sequence[CleanContact]) -> list[CleanContact]:
    """Leave one primary per kind: the first marked one, or the first of its kind that is valid."""
    chosen: dict[str, int] = {}
    for index, contact in enumerate(contacts):
        if contact.kind not in chosen and contact.is_primary:
            chosen[contact.kind] = index
    for index, contact in enumerate(contacts):
        if contact.kind not in chosen and not contact.invalid_reason:
            chosen[contact.kind] = index
    return [
        contact
        if contact.is_primary == (chosen.get(contact.kind) == i)
        else replace(contact, is_primary=not contact.is_primary)
        for i, contact in enumerate(contacts)
    ]


def without_repeats(contacts: Sequence[CleanContact]) -> list[CleanContact]:
    """Drop a contact point that says the same as an earlier one of the same customer."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for contact in contacts:
        key = (contact.kind, contact.normal or contact.value)
        if key not in seen:
            seen.add(key)
            kept.append(contact)
    return kept


def is_write_back_of_mask(kind: str, value: str) -> bool:
    """Tell whether a form sent back what it was shown masked: such a value counts as not submitted."""
    if "*" not in value:
        return False
    return kind not in _PHONES or is_masked(value)


def mask(kind: str, value: str, normal: str = "") -> str:
    """The contact point as those see it who only need to know that it exists."""
    return mask_contact(ContactKind(kind), normal or value)


def mask_fits(masked: str, canonical: str) -> bool:
    """Tell whether a full number may be the one behind a mask."""
    return bool(canonical) and mask_matches(masked, canonical)
