"""The change history in words: which field went from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.core.permissions import Viewer
from zhike.customers.forms import labels
from zhike.customers.queries.history import ChangeView, FieldChange
from zhike.staff.queries import teams, user_names
from zhike.ui import formats
from zhike.values.lunar import LunarDate

ACTIONS: labels.Labels = {
    "customers.create": gettext_lazy("Entered"),
    "customers.update": gettext_lazy("Changed"),
    "customers.assign": gettext_lazy("Handed over"),
    "customers.verify": gettext_lazy("Verified"),
    "customers.set_tags": gettext_lazy("Tags changed"),
    "customers.add_special_date": gettext_lazy("Special date added"),
    "customers.update_special_date": gettext_lazy("Special date changed"),
    "customers.remove_special_date": gettext_lazy("Special date removed"),
    "customers.add_relation": gettext_lazy("Relation added"),
    "customers.remove_relation": gettext_lazy("Relation removed"),
}
_CODED: dict[str, labels.Labels] = {
    "kind": labels.KINDS,
    "gender": labels.GENDERS,
    "preferred_channel": labels.CHANNELS,
    "source_code": labels.SOURCES,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a write; ``note`` where the values cannot be told."""

    label: str
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One write as it is shown."""

    at: Any
    who: str
    what: str
    lines: Sequence[Line]


def words(entries: Sequence[ChangeView], viewer: Viewer) -> list[Entry]:
    """Return the writes in the reader's language."""
    people = user_names()
    names = {team.pk: team.name for team in teams()} if _needs_teams(entries) else {}
    return [
        Entry(
            view.at,
            people.get(view.by_id or 0) or (_("Import or system") if view.by_id is None else "–"),
            labels.label(ACTIONS, view.action) if view.action in ACTIONS else _("Changed"),
            [_line(change, people, names) for change in view.fields],
        )
        for view in entries
    ]


def _needs_teams(entries: Sequence[ChangeView]) -> bool:
    return any(change.field == "team_id" for view in entries for change in view.fields)


def _line(change: FieldChange, people: Any, names: Any) -> Line:
    label = str(labels.FIELDS.get(change.field, change.field))
    if change.hidden:
        return Line(label, note=_("not visible to you"))
    if isinstance(change.before, dict):
        note = _("removed") if change.removed else _("this was there before")
        return Line(label, before=_part(change.field, change.before), note=note)
    if change.before is None and change.after is None:
        return Line(label, note=_("added or changed"))
    return Line(
        label,
        _shown(change.field, change.before, people, names),
        _shown(change.field, change.after, people, names),
    )


def _shown(name: str, value: Any, people: Any, names: Any) -> str:
    if value is None:
        return _("empty")
    if name == "owner_id":
        return str(people.get(value, value))
    if name == "team_id":
        return str(names.get(value, value))
    if name in _CODED:
        return labels.label(_CODED[name], value)
    if name in {"customer_since", "verified_at"}:
        return formats.day(date.fromisoformat(value), "year")
    return str(value)[:300]


def _part(name: str, data: dict[str, Any]) -> str:
    """What stood in a contact point, a special date, a relation or a tag."""
    if name == "contacts":
        return f"{labels.label(labels.CONTACT_KINDS, data.get('kind'))} {data.get('value', '')}"
    if name == "dates":
        return f"{labels.label(labels.OCCASIONS, data.get('occasion'))} {_stored_day(data)}"
    if name == "relations":
        return f"{labels.label(labels.RELATIONS, data.get('kind'))} {data.get('name', '')}".strip()
    return str(data.get("name", ""))


def _stored_day(data: dict[str, Any]) -> str:
    leap, year = bool(data.get("leap")), data.get("year")
    return day_words(data.get("calendar", "solar"), data["month"], data["day"], leap=leap, year=year)


def day_words(calendar: str, month: int, day: int, *, leap: bool, year: int | None) -> str:
    """Month and day of a special date in its own calendar, with the year where it is known."""
    if calendar == "lunar":
        text = formats.lunar(LunarDate(month, day, leap))
        return _("%(day)s (%(year)s)") % {"day": text, "year": year} if year else text
    return _solar(month, day, year)


def _solar(month: int, day: int, year: int | None) -> str:
    """`1954年6月25日`, `25 Jun 1954`; 2000 had every day there is."""
    if formats.is_chinese():
        return f"{year}年{month}月{day}日" if year else f"{month}月{day}日"
    text = f"{day} {date(2000, month, day):%b}"
    return f"{text} {year}" if year else text
