"""Changing how customers are scored."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from zhike.core import settings_store
from zhike.core.changes import change
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.refresh.queries.scoring import scoring
from zhike.refresh.rules.settings import BOUNDS, KEY, FirmScoring

RANGE = gettext_noop("Give a number from %(low)s to %(high)s.")
SUM = gettext_noop("A, B and C together must leave at least 1 % for D.")


def set_scoring(values: dict[str, Any], *, by: Viewer) -> FirmScoring:
    """Change shares of the tiers and the horizons; it works from the next refresh on.

    Raises :class:`Invalid` with ``fields`` for unknown names and values out of bounds.
    """
    by.require("settings.firm")
    before = scoring().as_dict()
    if unknown := sorted(set(values) - set(before)):
        raise Invalid(gettext_noop("There is no setting %(name)s."), name=unknown[0][:60])
    wanted = FirmScoring(**(before | values))
    if problems := wanted.problems():
        raise Invalid(gettext_noop("Please check the marked fields."), fields=_messages(problems))
    with change("refresh.set_scoring", by=by) as c:
        settings_store.put(KEY, wanted.as_dict())
        c.touched("core.setting", [0], [name for name, value in values.items() if before[name] != value])
    return wanted


def _messages(problems: dict[str, str]) -> dict[str, list[str]]:
    from django.utils.translation import gettext

    return {
        name: [
            gettext(SUM)
            if kind == "sum"
            else gettext(RANGE) % {"low": f"{BOUNDS[name][0]:g}", "high": f"{BOUNDS[name][1]:g}"}
        ]
        for name, kind in problems.items()
    }
