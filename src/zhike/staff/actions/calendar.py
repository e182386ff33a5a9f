"""The firm's work calendar."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop

from zhike.core.changes import change
from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import Viewer
from zhike.staff.models import Holiday


def set_holiday(*, day: date, is_workday: bool, name: str, by: Viewer) -> Holiday:
    """Make a day a holiday or a working day, whatever the built-in calendar says."""
    by.require("settings.holidays")
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid(gettext_noop("A day's name has 1 to 60 characters."))
    with change("staff.set_holiday", by=by) as c:
        row = Holiday.objects.select_for_update().filter(day=day).first()
        if row is None:
            row = c.create(Holiday, day=day, is_workday=is_workday, name=name.strip())
        else:
            c.update(row, is_workday=is_workday, name=name.strip())
    return row


def remove_holiday(pk: int, *, by: Viewer) -> None:
    """Let the built-in calendar decide about this day again."""
    by.require("settings.holidays")
    with change("staff.remove_holiday", by=by) as c:
        row = Holiday.objects.filter(pk=pk).first()
        if row is None:
            raise NotFound
        c.delete(row)
