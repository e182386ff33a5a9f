"""The firm's particulars."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_noop

from zhike.core import settings_store
from zhike.core.changes import change
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.values.money import check_currency


def set_firm(*, by: Viewer, **values: Any) -> settings_store.Firm:
    """Change the firm's name, time zone, currency, margin or language.

    The business day of orders that stand keeps the zone they were recorded in; import them again to change
    it.
    """
    by.require("settings.firm")
    known = asdict(settings_store.firm())
    unknown = set(values) - set(known)
    if unknown:
        raise Invalid(gettext_noop("There is no setting %(name)s."), name=min(unknown))
    merged = known | values
    _check(merged)
    with change("staff.set_firm", by=by) as c:
        settings_store.put("firm", merged)
        c.touched("core.setting", [0], [name for name, value in values.items() if known[name] != value])
    return settings_store.firm()


def _check(values: dict[str, Any]) -> None:
    if not 1 <= len(str(values["name"]).strip()) <= 80:
        raise Invalid(gettext_noop("A name has 1 to 80 characters."))
    try:
        ZoneInfo(str(values["timezone"]))
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(
            gettext_noop("%(value)s is not a time zone. Write it as Asia/Shanghai."), value=values["timezone"]
        ) from None
    try:
        check_currency(str(values["currency"]))
    except ValueError:
        raise Invalid(
            gettext_noop("%(value)s is not a currency. Write it as CNY."), value=values["currency"]
        ) from None
    if not 0 <= int(values["margin_percent"]) <= 100:
        raise Invalid(gettext_noop("A margin is between 0 and 100 percent."))
