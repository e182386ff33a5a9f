"""Contact points, special dates and relations as the page words them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhike.customers import queries
from zhike.customers.forms import labels
from zhike.customers.views.changes import day_words
from zhike.ui import formats

SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact point with its words."""

    contact: queries.ContactView
    kind: str
    icon: str
    shown: str
    href: str = ""

    @property
    def menu_id(self) -> str:
        """The id of its menu on the page."""
        return f"contact-{self.contact.id}"


@dataclass(frozen=True, slots=True)
class DateLine:
    """A special date with its words: whose, what, when in its own calendar, and when next."""

    entry: queries.DateView
    title: str
    tone: str
    day: str
    next: str
    years: str
    soon: bool


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation with its words."""

    relation: queries.RelationView
    kind: str


def contact_lines(contacts: Sequence[queries.ContactView]) -> list[ContactLine]:
    """Return contact points as the page shows them; valid ones first."""
    ordered = sorted(contacts, key=lambda c: (bool(c.invalid_reason), not c.is_primary))
    return [
        ContactLine(
            c,
            labels.label(labels.CONTACT_KINDS, c.kind),
            labels.CONTACT_ICONS.get(c.kind, "at"),
            formats.phone(c.normal) if c.kind in {"mobile", "phone"} and c.normal else c.value,
            _href(c),
        )
        for c in ordered
    ]


def _href(contact: queries.ContactView) -> str:
    if contact.invalid_reason:
        return ""
    if contact.kind in {"mobile", "phone"} and contact.normal:
        return f"tel:{contact.normal}"
    return f"mailto:{contact.value}" if contact.kind == "email" else ""


def date_lines(dates: Sequence[queries.DateView]) -> list[DateLine]:
    """Return special dates as the page shows them, the next one first."""
    return [_date_line(entry) for entry in dates]


def _date_line(entry: queries.DateView) -> DateLine:
    who = ""
    if entry.whose == "family":
        relation = labels.label(labels.RELATIONS, entry.relation)
        who = " ".join(part for part in (relation, entry.person) if part) or labels.label(
            labels.WHOSE, entry.whose
        )
    occasion = labels.label(labels.OCCASIONS, entry.occasion)
    days = (entry.next - formats.today()).days
    return DateLine(
        entry,
        _("%(who)s: %(occasion)s") % {"who": who, "occasion": occasion} if who else occasion,
        labels.WHOSE_TONES.get(entry.whose, "grey"),
        day_words(entry.calendar, entry.month, entry.day, leap=entry.leap, year=entry.year),
        f"{formats.day(entry.next)} · {formats.ago(entry.next)}",
        _years(entry),
        0 <= days <= SOON_DAYS,
    )


def _years(entry: queries.DateView) -> str:
    if entry.years is None or entry.years <= 0:
        return ""
    if entry.occasion == "birthday":
        return ngettext("turns %(n)s", "turns %(n)s", entry.years) % {"n": entry.years}
    return ngettext("%(n)s year", "%(n)s years", entry.years) % {"n": entry.years}


def relation_lines(relations: Sequence[queries.RelationView]) -> list[RelationLine]:
    """Return relations as the page shows them."""
    return [RelationLine(relation, labels.label(labels.RELATIONS, relation.kind)) for relation in relations]
