"""Task sources that failed when the list was last built: their tasks are missing from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhike.agenda.models import Build
from zhike.core import plugs
from zhike.core.permissions import Viewer

FIGURE = "failed_sources"
"""Name among a build's figures: source → kind of error. The next build begins without any."""


@dataclass(frozen=True, slots=True)
class FailedSource:
    """A source that raised; ``error`` is the kind of error, the log holds the rest."""

    key: str
    label: Any
    error: str


def latest_build() -> Build | None:
    """Return the build that made the list."""
    return Build.objects.order_by("-built_at", "-id").first()


def failed_sources(viewer: Viewer) -> list[FailedSource]:
    """Return what failed, for those who run the agenda; nothing for everybody else."""
    return _failed() if viewer.can("agenda.policy") else []


def _failed() -> list[FailedSource]:
    build = latest_build()
    labels = {source.key: source.label for source in plugs.task_sources}
    found = build.figures.get(FIGURE, {}) if build else {}
    return [FailedSource(key, labels.get(key, key), error) for key, error in found.items()]


def sources_work() -> list[str]:
    """Invariant of ``zhike doctor``: no source failed when the list was last built."""
    return [
        f"the source {one.key} raised {one.error}; its tasks are missing, the log says why"
        for one in _failed()
    ]
