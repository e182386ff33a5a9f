"""How delicate each field of a customer is: the class a viewer needs to read, filter, sort or write it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

CONTACT_FIELDS: Final = frozenset(
    {
        "contacts",
        "dates",
        "relations",
        "form_of_address",
        "hobbies",
        "note",
        "contact_from",
        "contact_until",
    }
)
"""What is needed to look after somebody, and nobody else's business. All other fields are open."""

PLAIN_FIELDS: Final = (
    "name",
    "kind",
    "form_of_address",
    "gender",
    "title",
    "industry",
    "credit_code",
    "region",
    "hobbies",
    "contact_from",
    "contact_until",
    "preferred_channel",
    "source_code",
    "note",
    "referred_by_id",
    "customer_since",
    "verified_at",
)
"""Columns of the head row that a form, the API or an import may set; owner and team go through ``assign``."""


def field_class(name: str) -> str:
    """Return the class (``open`` or ``contact``) of a field."""
    return "contact" if name in CONTACT_FIELDS else "open"


def unreadable(names: Iterable[str], readable: Iterable[str]) -> list[str]:
    """Return those names whose class is not among the readable classes."""
    classes = set(readable)
    return sorted(name for name in names if field_class(name) not in classes)
