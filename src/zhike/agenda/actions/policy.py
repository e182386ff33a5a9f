"""Changing the care policy and the agenda's settings."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, Final

from django.utils.translation import gettext_noop

from zhike.agenda.models import CarePolicy
from zhike.agenda.queries.settings import SETTINGS_KEY, agenda_settings
from zhike.agenda.rules.settings import DEFAULT_POLICY, AgendaSettings, PolicyLine
from zhike.core import settings_store
from zhike.core.changes import Change, change
from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import Viewer
from zhike.staff.rules.roles import Role
from zhike.values.enums import Channel, Tier

LONGEST_DAYS: Final = 730
MOST_MINUTES: Final = 600
MOST_BUDGET_MINOR: Final = 10**10
_CHOICES: Final[dict[str, frozenset[str]]] = {
    "kind": frozenset({"contact", "date"}),
    "tier": frozenset(Tier),
    "channel": frozenset(Channel) - {Channel.OTHER},
    "whose": frozenset({"", "self", "family", "firm"}),
    "shift": frozenset({"none", "before", "after"}),
    "by_role": frozenset({"", Role.SERVICE_AGENT.value}),
}
_BOUNDS: Final = {
    "every_days": LONGEST_DAYS,
    "days_ahead": 60,
    "minutes": MOST_MINUTES,
    "budget_minor": MOST_BUDGET_MINOR,
}


def _seed(c: Change) -> None:
    """Put the shipped policy into the table at the firm's first change: from then on the table counts."""
    if not CarePolicy.objects.exists():
        rows = CarePolicy.objects.bulk_create([CarePolicy(**asdict(line)) for line in DEFAULT_POLICY])
        c.created(*rows)


def save_policy_line(
    line: PolicyLine, *, pk: int | None = None, shipped: int | None = None, is_active: bool = True, by: Viewer
) -> int:
    """Add a line to the care policy, or change one; it works from the next refresh on.

    ``shipped`` changes the line at this place (from 1) of the shipped policy, which no row holds before the
    firm's first change.
    """
    by.require("agenda.policy")
    _check(line)
    with change("agenda.save_policy_line", by=by) as c:
        _seed(c)
        if shipped is not None:
            pk = _row_of_shipped(shipped)
        same = CarePolicy.objects.filter(
            kind=line.kind, tier=line.tier, whose=line.whose, channel=line.channel
        )
        if same.exclude(pk=pk or 0).exists():
            raise Invalid(gettext_noop("The policy has such a line already; change that one."))
        if pk is None:
            return int(c.create(CarePolicy, **asdict(line), is_active=is_active).pk)
        row = CarePolicy.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound
        c.update(row, **asdict(line), is_active=is_active)
    return int(row.pk)


def _row_of_shipped(position: int) -> int:
    if not 1 <= position <= len(DEFAULT_POLICY):
        raise NotFound
    line = DEFAULT_POLICY[position - 1]
    row = CarePolicy.objects.filter(
        kind=line.kind, tier=line.tier, whose=line.whose, channel=line.channel
    ).first()
    if row is None:
        raise NotFound
    return int(row.pk)


def remove_policy_line(pk: int, *, by: Viewer) -> None:
    """Take a line out of the care policy; the last one stays, for an empty policy means the shipped one."""
    by.require("agenda.policy")
    with change("agenda.remove_policy_line", by=by) as c:
        row = CarePolicy.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound
        if not CarePolicy.objects.exclude(pk=pk).exists():
            raise Invalid(gettext_noop("This is the last line of the policy. Switch it off instead."))
        c.delete(row)


def _check(line: PolicyLine) -> None:
    errors: dict[str, list[str]] = {}
    for name, allowed in _CHOICES.items():
        if getattr(line, name) not in allowed:
            errors[name] = [str(getattr(line, name))[:40]]
    for name, most in _BOUNDS.items():
        if not 0 <= getattr(line, name) <= most:
            errors[name] = [str(getattr(line, name))]
    if line.kind == "contact" and (line.every_days < 1 or line.whose):
        errors["every_days"] = [gettext_noop("Say after how many days a contact is due.")]
    if line.kind == "date" and not line.whose:
        errors["whose"] = [gettext_noop("Say whose days are meant.")]
    if errors:
        raise Invalid(gettext_noop("Please check the marked fields."), fields=errors)


def save_settings(values: dict[str, Any], *, by: Viewer) -> AgendaSettings:
    """Change the agenda's numbers; unknown names and values out of bounds are refused."""
    by.require("agenda.policy")
    known = {f.name for f in fields(AgendaSettings)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise Invalid(gettext_noop("These settings do not exist: %(names)s."), names=", ".join(unknown)[:200])
    merged = agenda_settings().as_dict() | values
    wrong = {name: [str(value)] for name, value in values.items() if not _fits(name, value)}
    if wrong:
        raise Invalid(gettext_noop("Please check the marked fields."), fields=wrong)
    with change("agenda.save_settings", by=by) as c:
        settings_store.put(SETTINGS_KEY, merged)
        c.touched("core.setting", [0], sorted(values))
    return AgendaSettings(**merged)


def _fits(name: str, value: Any) -> bool:
    default = getattr(AgendaSettings(), name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if name.endswith("_chance") or name.startswith("date_chance") or name == "slipping_risk":
        return 0 <= value <= 1
    if isinstance(default, int):
        return isinstance(value, int) and 0 <= value <= MOST_BUDGET_MINOR
    return 0 < value <= 1000
