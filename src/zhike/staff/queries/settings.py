"""What the pages of /settings/ show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from zhike.core.errors import Invalid, NotFound
from zhike.core.models import ChangelogEntry, Job, OutboxDelivery, Schedule
from zhike.core.permissions import Viewer
from zhike.staff.models import Holiday, Team, User

_PAGE = 50
JOBS: dict[str, Any] = {
    "refresh.run": _("Refresh: facts in, scores and tasks out"),
    "imports.run": _("Import of a file"),
    "core.seal_changelog": _("Sealing of the changelog"),
    "core.clear_expired": _("Clearing of what has expired"),
    "core.clear_imports": _("Clearing of old import files"),
}
"""What the jobs do, in words; a job of another package goes by its name."""


@dataclass(frozen=True, slots=True)
class ChangelogPage:
    """A page of the changelog, newest first; ``before`` leads to the next one, 0 on the last."""

    entries: list[ChangelogEntry]
    before: int


def users(*, viewer: Viewer) -> list[User]:
    """Return all users, by name."""
    viewer.require("settings.people")
    return list(User.objects.select_related("team").order_by("-is_active", "name_key", "id"))


def get_user(pk: int, *, viewer: Viewer) -> User:
    """Return one user: oneself, or anybody for those who manage people."""
    user = User.objects.select_related("team").filter(pk=pk).first()
    if user is None or (pk != viewer.user_id and not viewer.can("settings.people")):
        raise NotFound
    return user


def colleagues(viewer: Viewer) -> list[User]:
    """Return active users a viewer may give work to: their teams' for a team scope, everybody for all."""
    rows = User.objects.filter(is_active=True).select_related("team")
    if viewer.scope == "team":
        rows = rows.filter(team_id__in=viewer.team_ids)
    elif viewer.scope == "own":
        rows = rows.filter(pk=viewer.user_id or 0)
    return list(rows.order_by("name_key", "id"))


def user_names() -> Mapping[int, str]:
    """Return id → name of all users."""
    return dict(User.objects.values_list("id", "name"))


def teams(viewer: Viewer | None = None) -> list[Team]:
    """Return teams with their number of members (``members_count``): all, or those within a team scope."""
    rows = Team.objects.select_related("parent").annotate(members_count=Count("members"))
    if viewer is not None and viewer.scope == "team":
        rows = rows.filter(pk__in=viewer.team_ids)
    return list(rows.order_by("name"))


def get_team(pk: int, *, viewer: Viewer) -> Team:
    """Return one team."""
    viewer.require("settings.people")
    team = Team.objects.filter(pk=pk).first()
    if team is None:
        raise NotFound
    return team


def any_user() -> bool:
    """Tell whether the installation was set up."""
    return User.objects.exists()


def holidays(year: int) -> list[Holiday]:
    """Return the firm's own holidays and working days of a year."""
    return list(Holiday.objects.filter(day__year=year).order_by("day"))


def holiday_table() -> dict[date, tuple[bool, str]]:
    """Return the firm's exceptions from the built-in calendar: day → (is a workday, name)."""
    return {h.day: (h.is_workday, h.name) for h in Holiday.objects.all()}


def jobs(*, viewer: Viewer, state: str = "") -> list[Job]:
    """Return the latest jobs, of one state where given."""
    viewer.require("settings.jobs")
    rows = Job.objects.all()
    if state:
        if state not in Job.State.values:
            raise Invalid("There is no state %(value)s.", value=state[:40])
        rows = rows.filter(state=state)
    found = list(rows.order_by("-id")[:_PAGE])
    for row in found:
        row.label = JOBS.get(row.name, row.name)  # type: ignore[attr-defined]  # for the page's template
    return found


def schedules(*, viewer: Viewer) -> list[Schedule]:
    """Return the recurring jobs."""
    viewer.require("settings.jobs")
    found = list(Schedule.objects.order_by("next_run_at"))
    for row in found:
        row.label = JOBS.get(row.job, row.job)  # type: ignore[attr-defined]  # for the page's template
        row.minutes = max(round((row.every_seconds or 0) / 60), 1)  # type: ignore[attr-defined]
    return found


def dead_letters(*, viewer: Viewer) -> list[OutboxDelivery]:
    """Return deliveries that were given up, newest first."""
    viewer.require("settings.jobs")
    rows = OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD).select_related("event")
    return list(rows.order_by("-id")[:_PAGE])


def changelog(
    *, viewer: Viewer, before: int = 0, by_id: int | None = None, action: str = ""
) -> ChangelogPage:
    """Return a page of the changelog, of one person or kind of action where given."""
    viewer.require("settings.changelog")
    rows = ChangelogEntry.objects.all()
    if before:
        rows = rows.filter(pk__lt=before)
    if by_id:
        rows = rows.filter(by_id=by_id)
    if action:
        rows = rows.filter(action__startswith=action[:80])
    found = list(rows.order_by("-id")[: _PAGE + 1])
    return ChangelogPage(found[:_PAGE], found[_PAGE - 1].pk if len(found) > _PAGE else 0)
