from pathlib import Path

import pytest

from zhike.core.errors import Conflict, Forbidden, NotFound
from zhike.core.imports import runs, wizard
from zhike.core.imports.background import run_upload
from zhike.core.imports.importer import RowState
from zhike.core.imports.invariants import wrong_runs
from zhike.core.imports.problems import FileProblem
from zhike.core.jobs import JobCancelled, JobContext
from zhike.core.models import ChangelogEntry, IdempotencyKey, ImportRun, Job
from zhike.core.permissions import SYSTEM, Scope, Viewer
from zhike.core.tests.imports.factories import FIELDS, HOOKS, many, mapping, stored

pytestmark = pytest.mark.django_db

TEXT = "number,article,amount\nA,pen,1\nB,ink,x\n"


def upload(text=TEXT, by=SYSTEM, name="bills.csv", **more):
    content = text if isinstance(text, bytes) else text.encode()
    return wizard.upload([content[:7], content[7:]], kind="bills", file_name=name, by=by, **more)


def work(run):
    """Do what the worker would."""
    job = Job.objects.filter(name=wizard.JOB, state="queued").latest("pk")
    job.state, job.lease_owner = "running", "me"
    job.save()
    try:
        return run_upload(JobContext(job.pk, "me"), **job.args)
    finally:
        Job.objects.filter(pk=job.pk).update(state="done")
        run.refresh_from_db()


def test_from_upload_over_checks_to_report():
    run = upload()
    look = wizard.preview(Path(run.file_path), "bills")
    assert (look.columns, look.problem, look.candidates) == (("number", "article", "amount"), None, ())
    assert look.sample == ((2, ("A", "pen", "1")), (3, ("B", "ink", "x")))
    run = wizard.start(run, look.mapping, by=SYSTEM, dry_run=True)
    assert wizard.progress(run).state == "queued"
    work(run)
    assert (run.state, run.created, run.rejected) == ("done", 1, 1)
    assert IdempotencyKey.objects.count() == 0
    assert [i["row"] for i in wizard.issues(run, state=RowState.REJECTED)] == [3]
    run = wizard.start(run, look.mapping, by=SYSTEM, dry_run=False)
    assert work(run) == {"rows": 2, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 1}
    assert wizard.progress(run).finished
    assert list(stored()) == ["A"]
    assert wizard.report_of(run)["error_file"] is True
    assert (
        wizard.error_file(run, viewer=SYSTEM)
        .read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .startswith("B,ink,x,3,")
    )
    assert ChangelogEntry.objects.filter(action="core.download_import_errors").count() == 1
    assert not Path(run.file_path).exists()
    assert wrong_runs() == []


def test_a_preview_asks_for_the_encoding_and_takes_the_answer():
    run = upload("number,amount\n模,1\n".encode("gbk"))
    look = wizard.preview(Path(run.file_path), "bills")
    assert [c.encoding for c in look.candidates] == ["utf-8", "gb18030"]
    with pytest.raises(FileProblem, match="gb18030"):
        wizard.start(run, look.mapping, by=SYSTEM, dry_run=False)
    chosen = wizard.preview(Path(run.file_path), "bills", mapping({}, encoding="gb18030"))
    assert (chosen.sample[0][1][0], chosen.candidates) == ("模", ())
    assert chosen.mapping.encoding == "gb18030"


def test_a_preview_says_what_the_mapping_lacks():
    look = wizard.preview(Path(upload("bill,other\n1,2\n").file_path), "bills")
    assert look.problem.code == "mapping_required"


@pytest.mark.parametrize(
    "name", ["../../x.py", "C:\\x\\y.csv", "a\x00b.csv", "名" * 300, "CON", "trailing.", ""]
)
def test_names_of_uploads_are_only_shown(name, settings):
    run = upload(name=name)
    assert Path(run.file_path) == settings.IMPORTS_DIR / str(run.pk) / "upload"
    assert 0 < len(run.file_name) <= 120
    assert "/" not in run.file_name
    assert "\x00" not in run.file_name


def test_too_large_an_upload_leaves_nothing(settings):
    with pytest.raises(FileProblem):
        upload("x" * 2000, limit=1000)
    assert ImportRun.objects.count() == 0
    assert list(settings.IMPORTS_DIR.iterdir()) == []


def test_runs_of_others_do_not_exist():
    anna = Viewer(1, "anna", scope=Scope.TEAM, permissions=frozenset({"import.run"}))
    berta = Viewer(2, "berta", scope=Scope.TEAM, permissions=frozenset({"import.run"}))
    boss = Viewer(3, "boss", scope=Scope.ALL, permissions=frozenset({"import.run"}))
    run = upload(by=anna)
    assert wizard.run_for(run.pk, viewer=anna) == wizard.run_for(run.pk, viewer=boss) == run
    with pytest.raises(NotFound):
        wizard.run_for(run.pk, viewer=berta)
    with pytest.raises(Forbidden):
        upload(by=Viewer(4, "carl"))


def test_started_twice_it_runs_once():
    run = upload()
    wizard.start(run, mapping(), by=SYSTEM, dry_run=False)
    with pytest.raises(Conflict):
        wizard.start(run, mapping(), by=SYSTEM, dry_run=False)
    assert Job.objects.filter(name=wizard.JOB).count() == 1
    with pytest.raises(Conflict):
        wizard.start(upload(), mapping(), by=SYSTEM, dry_run=False)


def test_cancel_before_it_begins_and_in_the_middle():
    run = upload()
    wizard.cancel(run, by=SYSTEM)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not runs.folder_of(run).exists()
    run = wizard.start(upload(many(4000)), mapping(FIELDS), by=SYSTEM, dry_run=False)
    HOOKS.append(lambda _batch, ctx: wizard.cancel(ImportRun.objects.get(pk=ctx.run_id), by=SYSTEM))
    with pytest.raises(JobCancelled):
        work(run)
    assert run.state == "cancelled"
    assert 0 < run.created == len([line for lines in stored().values() for line in lines]) < 4000


def test_a_stopped_run_goes_on_with_the_rights_of_its_person():
    run = wizard.start(upload(many(3000)), mapping(FIELDS), by=SYSTEM, dry_run=False)

    def fail(batch, ctx):
        raise RuntimeError

    HOOKS.append(fail)
    with pytest.raises(FileProblem):
        work(run)
    HOOKS.clear()
    assert wizard.progress(run).state == "stopped"
    assert "RuntimeError" in wizard.progress(run).message
    wizard.go_on(run, by=SYSTEM)
    assert work(run)["created"] == 3000


def test_mappings_are_kept_by_name():
    saved = wizard.save_mapping(" 小票 ", mapping(), by=SYSTEM)
    wizard.save_mapping("小票", mapping({**FIELDS, "type": "t"}), by=SYSTEM)
    found = wizard.mappings_of("bills")
    assert [m.pk for m in found] == [saved.pk]
    assert wizard.mapping_from_form("bills", found[0].mapping).spec("type").column == "t"
