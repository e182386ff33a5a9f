"""How long files of imports are kept: uploads and files of rejected rows hold people's data."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from zhike.core.clock import now
from zhike.core.models.imports import ImportRun

State = ImportRun.State


def clear(days: int) -> int:
    """Remove the folders of imports that ended, or were never begun, so many days ago; returns how many.

    A run that is queued, running or stopped keeps its files however old it is: it can go on. What was
    imported, the report and its reasons stay in the database.
    """
    old = now() - timedelta(days=days)
    base = Path(settings.IMPORTS_DIR)
    folders = [path for path in base.iterdir() if path.is_dir()] if base.is_dir() else []
    return sum(_clear(folder, old) for folder in folders)


def _clear(folder: Path, old: datetime) -> bool:
    run = ImportRun.objects.filter(pk=int(folder.name)).first() if _is_number(folder.name) else None
    if run is None:  # a check whose process was killed, or a run of a database that is gone
        forgotten = datetime.fromtimestamp(folder.stat().st_mtime, UTC) < old
    else:
        forgotten = _forget(run, old)
    if forgotten:
        shutil.rmtree(folder, ignore_errors=True)
    return forgotten


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 19


def _forget(run: ImportRun, old: datetime) -> bool:
    """Take the run's files out of its row, in one statement: whoever starts it meanwhile keeps them."""
    rows = ImportRun.objects.filter(pk=run.pk, lease_owner="")
    ended = Q(state__in=[State.DONE, State.CANCELLED], finished_at__lt=old)
    if rows.filter(ended).update(error_file=""):
        return True
    never = rows.filter(state=State.UPLOADED, created_at__lt=old)
    return bool(never.update(state=State.CANCELLED, finished_at=now()))
