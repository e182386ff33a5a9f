"""Files of imports go after their time; those of a run that can go on stay."""

import os
from datetime import timedelta

import pytest
from django.utils.translation import override

from zhike.core.clock import now
from zhike.core.errors import Invalid, NotFound
from zhike.core.imports import retention, runs, wizard
from zhike.core.jobs import JobContext
from zhike.core.jobs_builtin import clear_imports
from zhike.core.models import ImportRun
from zhike.core.permissions import SYSTEM
from zhike.core.tests.imports.factories import mapping
from zhike.core.tests.imports.test_wizard import upload, work

pytestmark = pytest.mark.django_db
State = ImportRun.State


def aged(run, days, **values):
    ImportRun.objects.filter(pk=run.pk).update(
        created_at=now() - timedelta(days=days), finished_at=now() - timedelta(days=days), **values
    )
    return run


def imported():
    """An import that ended, with a file of rejected rows."""
    run = wizard.start(upload(), mapping(), by=SYSTEM, dry_run=False)
    work(run)
    assert run.error_file
    return run


def test_uploads_and_error_files_go_after_their_days(settings):
    settings.IMPORTS_KEEP_DAYS = 10
    old, young = aged(imported(), 11), aged(imported(), 9)
    done = clear_imports(JobContext(0, "test", _renewed=float("inf")))
    assert done == {"folders": 1}
    assert not runs.folder_of(old).exists()
    assert runs.folder_of(young).exists()
    old.refresh_from_db()
    assert (old.error_file, old.rejected) == ("", 1)
    assert wizard.report_of(old)["error_file"] is False
    with pytest.raises(NotFound):
        wizard.error_file(old, viewer=SYSTEM)


@pytest.mark.parametrize("state", [State.QUEUED, State.STAGING, State.RUNNING, State.STOPPED])
def test_a_run_that_can_go_on_keeps_its_files_however_old(state):
    run = aged(upload(), 1000, state=state)
    assert retention.clear(1) == 0
    assert (runs.folder_of(run) / "upload").exists()


def test_a_run_that_somebody_works_on_keeps_its_files():
    run = aged(upload(), 1000, lease_owner="a worker")
    assert retention.clear(1) == 0
    assert (runs.folder_of(run) / "upload").exists()


def test_an_upload_that_nobody_began_is_cancelled():
    run = aged(upload(), 11)
    assert retention.clear(10) == 1
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert not runs.folder_of(run).exists()


def test_after_the_checks_the_import_says_when_its_file_is_gone():
    run = wizard.start(upload(), mapping(), by=SYSTEM, dry_run=True)
    work(run)
    aged(run, 11)
    assert retention.clear(10) == 1
    with override("en"), pytest.raises(Invalid, match="no longer kept"):
        wizard.start(run, mapping(), by=SYSTEM, dry_run=False)


def test_folders_without_a_run_go_by_their_own_age(settings):
    for name, days in (("check-abc", 11), ("check-def", 9), ("987654321", 11)):
        folder = settings.IMPORTS_DIR / name
        folder.mkdir(parents=True)
        at = (now() - timedelta(days=days)).timestamp()
        os.utime(folder, (at, at))
    assert retention.clear(10) == 2
    assert [path.name for path in settings.IMPORTS_DIR.iterdir()] == ["check-def"]


def test_a_file_that_somebody_keeps_elsewhere_is_never_touched(tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("number,article,amount\nA,pen,1\n")
    run = runs.find_or_make(mine, mapping(), by=SYSTEM)
    runs.folder_of(run).mkdir(parents=True)
    aged(run, 11, state=State.DONE)
    assert retention.clear(10) == 1
    assert mine.exists()
