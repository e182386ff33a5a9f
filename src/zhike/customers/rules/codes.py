"""Codes that are stored with customers. Labels in the reader's language belong to the pages.

A code never changes its meaning; a firm's own codes may be added to sources and stay as they are written.
"""

from __future__ import annotations

from typing import Final

SOURCES: Final = (
    "door_to_door",
    "advertising",
    "directory",
    "conference",
    "club",
    "telephone",
    "consultant",
    "competitor",
    "direct_mail",
    "referral",
    "opinion_leader",
    "flagship",
    "text_message",
    "internet",
    "walk_in",
    "import",
)
"""Ways of finding customers; ``walk_in`` came by themselves, ``import`` from a file of another system."""

GENDERS: Final = ("", "male", "female")

OCCASIONS: Final = ("birthday", "wedding", "founding", "cooperation", "memorial", "festival", "other")
"""What a special date remembers; ``cooperation`` is the day on which the firm's relation with them began."""

WHOSE: Final = ("self", "family", "firm")

CALENDARS: Final = ("solar", "lunar")

RELATION_KINDS: Final = (
    "spouse",
    "parent",
    "child",
    "sibling",
    "relative",
    "friend",
    "colleague",
    "superior",
    "employee",
    "employer",
    "contact_person",
    "decision_maker",
    "influencer",
    "branch",
    "head_office",
    "supplier",
    "client",
    "introduced",
    "introduced_by",
    "other",
)
"""What the other one is to the customer: ``spouse`` reads "the other is the customer's spouse"."""

INVERSE_RELATION: Final = {
    "spouse": "spouse",
    "parent": "child",
    "child": "parent",
    "sibling": "sibling",
    "relative": "relative",
    "friend": "friend",
    "colleague": "colleague",
    "superior": "employee",
    "employee": "employer",
    "employer": "employee",
    "contact_person": "employer",
    "decision_maker": "employer",
    "influencer": "other",
    "branch": "head_office",
    "head_office": "branch",
    "supplier": "client",
    "client": "supplier",
    "introduced": "introduced_by",
    "introduced_by": "introduced",
    "other": "other",
}
"""How the same relation reads from the other side."""

FAMILY_RELATIONS: Final = ("spouse", "parent", "child", "sibling", "relative")

CONSENTS: Final = ("unknown", "given", "refused")

STATES: Final = ("prospect", "new", "active", "lapsing", "lost", "returned")

GAPS: Final = (
    "no_contact",
    "invalid_contact",
    "no_owner",
    "no_birthday",
    "no_founding_date",
    "no_form_of_address",
    "no_contact_hours",
    "no_preferred_channel",
    "no_region",
    "no_industry",
    "no_source",
    "not_verified",
)
"""What is still missing in an archive, in the order in which it hurts."""
