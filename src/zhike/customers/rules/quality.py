"""What is still missing in an archive, and the one thing to ask next.

The four dimensions: accurate (checked, valid), enough (filled), detailed, true (verified by somebody lately).
Weights say how much a gap costs at each tier: a birthday matters with an A customer, hardly with a D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhike.customers.rules.codes import GAPS

VERIFY_AFTER_DAYS: Final = {"A": 180, "B": 270, "C": 365, "D": 730, "": 730}
"""After so many days somebody should make sure that the data are still right."""

_WEIGHTS: Final[Mapping[str, tuple[int, int, int, int]]] = {
    # gap: weight for A, B, C, D (customers without a tier count as D)
    "no_contact": (30, 30, 30, 30),
    "invalid_contact": (15, 15, 12, 10),
    "no_owner": (12, 10, 4, 2),
    "no_birthday": (10, 8, 4, 1),
    "no_founding_date": (4, 3, 1, 0),
    "no_form_of_address": (8, 6, 4, 2),
    "no_contact_hours": (6, 4, 2, 1),
    "no_preferred_channel": (5, 4, 3, 2),
    "no_region": (3, 3, 2, 2),
    "no_industry": (4, 4, 3, 2),
    "no_source": (2, 2, 2, 2),
    "not_verified": (10, 8, 5, 2),
}
_PERSON_ONLY: Final = frozenset({"no_birthday", "no_form_of_address"})
_ORGANISATION_ONLY: Final = frozenset({"no_founding_date", "no_industry"})


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the rules need to know of one archive."""

    kind: str
    tier: str
    has_contact: bool
    has_invalid_contact: bool
    has_owner: bool
    has_birthday: bool
    has_founding_date: bool
    has_form_of_address: bool
    has_contact_hours: bool
    has_preferred_channel: bool
    has_region: bool
    has_industry: bool
    has_source: bool
    verified_at: date | None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How complete an archive is: ``score`` 0..100 of what its tier asks for, and the gaps, worst first."""

    score: int
    gaps: tuple[str, ...]

    @property
    def ask_next(self) -> str:
        """The code of the one gap to close next, "" when nothing is missing."""
        return self.gaps[0] if self.gaps else ""


def weight(gap: str, tier: str) -> int:
    """Return how much a gap costs at a tier."""
    return _WEIGHTS[gap]["ABCD".find(tier) if tier and tier in "ABCD" else 3]


def applies(gap: str, kind: str) -> bool:
    """Tell whether the question makes sense for a person or an organisation."""
    return gap not in (_ORGANISATION_ONLY if kind == "person" else _PERSON_ONLY)


def needs_verification(verified_at: date | None, since: date | None, tier: str, today: date) -> bool:
    """Tell whether the data were looked at too long ago (never: counted from the day the record was made)."""
    seen = verified_at or since
    return seen is None or (today - seen).days > VERIFY_AFTER_DAYS.get(tier, VERIFY_AFTER_DAYS[""])


def assess(facts: ArchiveFacts, today: date) -> Quality:
    """Weigh an archive."""
    missing = {
        "no_contact": not facts.has_contact,
        "invalid_contact": facts.has_invalid_contact,
        "no_owner": not facts.has_owner,
        "no_birthday": not facts.has_birthday,
        "no_founding_date": not facts.has_founding_date,
        "no_form_of_address": not facts.has_form_of_address,
        "no_contact_hours": not facts.has_contact_hours,
        "no_preferred_channel": not facts.has_preferred_channel,
        "no_region": not facts.has_region,
        "no_industry": not facts.has_industry,
        "no_source": not facts.has_source,
        "not_verified": needs_verification(facts.verified_at, facts.since, facts.tier, today),
    }
    asked = [gap for gap in GAPS if applies(gap, facts.kind) and weight(gap, facts.tier)]
    open_gaps = [gap for gap in asked if missing[gap]]
    possible = sum(weight(gap, facts.tier) for gap in asked)
    lost = sum(weight(gap, facts.tier) for gap in open_gaps)
    ordered = sorted(open_gaps, key=lambda gap: -weight(gap, facts.tier))
    return Quality(round(100 * (possible - lost) / possible), tuple(ordered))
