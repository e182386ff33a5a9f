"""What the import pages call: look at an upload, check it, start it, follow it, fetch what was rejected.

Uploads are stored under a name of our own in the run's folder; the name they came with is only shown.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from zhike.core import jobs
from zhike.core.changes import change, log_only
from zhike.core.errors import Conflict, Invalid, NotFound, StorageFull
from zhike.core.imports import runs
from zhike.core.imports.cells import damage
from zhike.core.imports.importer import Importer, RowState, importer_for
from zhike.core.imports.mapping import ImportMap, check_against, check_filled, read_mapping, suggest
from zhike.core.imports.problems import MESSAGES, FileProblem, Problem, message
from zhike.core.imports.readers import Table, open_table, question_of
from zhike.core.imports.report import error_of
from zhike.core.imports.runner import labels_of, prepare, report
from zhike.core.imports.sniff import Candidate
from zhike.core.models.imports import ImportChunk, ImportMapping, ImportRun
from zhike.core.permissions import Scope, Viewer

State = ImportRun.State
JOB = "imports.run"
SAMPLE_ROWS = 20
MAX_UPLOAD = 1 << 30
_CHUNK = 1 << 20


# ---------------------------------------------------------------- an upload


def upload(
    pieces: Iterable[bytes], *, kind: str, file_name: str, by: Viewer, limit: int = MAX_UPLOAD
) -> ImportRun:
    """Store an uploaded file and return its run (state ``uploaded``); too large.

    :class:`Invalid`, nothing kept.
    """
    importer = importer_for(kind)
    by.require(importer.permission)
    shown = "".join(c for c in file_name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())[-120:]
    run = ImportRun.objects.create(
        kind=kind, source="", file_name=shown or "file", by_id=by.user_id, by_login=by.login
    )
    folder = runs.folder_of(run)
    try:
        path = _store(folder, pieces, limit, shown)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        run.delete()
        raise
    run.file_path, run.file_size, run.file_sha256 = str(path), path.stat().st_size, runs.sha256_of(path)
    run.save(update_fields=["file_path", "file_size", "file_sha256"])
    return run


def _store(folder: Path, pieces: Iterable[bytes], limit: int, shown: str) -> Path:
    part, final = folder / "upload.part", folder / "upload"
    size = 0
    shutil.rmtree(folder, ignore_errors=True)  # left by a run of this number in a database that is gone
    try:
        folder.mkdir(parents=True, mode=0o700)
        with part.open("wb") as handle:
            for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise FileProblem("file_too_large", file=shown, max=limit >> 20)
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError:
        raise StorageFull(MESSAGES["disk_full"]) from None
    part.replace(final)
    return final


def run_for(pk: int, *, viewer: Viewer) -> ImportRun:
    """Return a run the viewer may see: their own, or any for those who see everything.

    Else it does not exist.
    """
    run = visible_runs(viewer).filter(pk=pk).first()
    if run is None:
        raise NotFound
    return run


def visible_runs(viewer: Viewer) -> QuerySet[ImportRun]:
    """Return the runs within the viewer's scope, newest first."""
    found = ImportRun.objects.order_by("-created_at", "-id")
    if viewer.is_system or (viewer.scope == Scope.ALL and viewer.can("import.run")):
        return found
    return found.filter(by_id=viewer.user_id) if viewer.user_id is not None else found.none()


# ---------------------------------------------------------------- a look at it


@dataclass(frozen=True, slots=True)
class Preview:
    """What the mapping page shows.

    ``candidates``: more than one when the encoding is a question, each with lines to judge it by. ``sample``:
    the first rows, ``(row number, cells)``, cells in the order of ``columns``; a damaged cell is shown as
    text.
    ``problem``: why the mapping does not do yet, None when it does. ``issues``: faults found in the sample.
    """

    format: str
    encoding: str
    candidates: tuple[Candidate, ...]
    delimiter: str
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    sample: tuple[tuple[int, tuple[str, ...]], ...]
    mapping: ImportMap
    problem: Problem | None
    duplicates: tuple[str, ...] = ()
    issues: tuple[dict[str, Any], ...] = field(default=())


def preview(path: Path, kind: str, mapping: ImportMap | None = None, *, today: Any = None) -> Preview:
    """Open a file and return what it holds with the mapping given, else with the one its names suggest.

    Raises :class:`FileProblem` when the file as a whole cannot be read.
    """
    importer = importer_for(kind)
    given = mapping or ImportMap(kind)
    table = open_table(path, given.read_options())
    try:
        question = question_of(table)
        used = mapping if mapping and mapping.fields else _suggested(importer, table, given)
        problem = _problem_of(importer, used, table)
        rows, cells = _sample(table)
        return Preview(
            format=table.format,
            encoding=table.encoding,
            candidates=question.candidates if question else (),
            delimiter=table.delimiter,
            sheets=tuple(table.sheets),
            columns=table.columns,
            sample=tuple(zip(rows, cells, strict=True)),
            mapping=used,
            problem=problem,
            duplicates=tuple(c for c in table.columns if len(table.same_named(c)) > 1),
        )
    finally:
        table.close()


def _suggested(importer: Importer, table: Table, given: ImportMap) -> ImportMap:
    return replace(given, fields=suggest(importer.fields, table, kind=importer.kind).fields)


def _problem_of(importer: Importer, mapping: ImportMap, table: Table) -> Problem | None:
    try:
        check_against(mapping, importer.fields, importer.option_defaults())
        check_filled(mapping, importer.fields, table)
    except FileProblem as problem:
        return problem.problem
    return None


def _sample(table: Table) -> tuple[list[int], list[tuple[str, ...]]]:
    batch = next(iter(table.batches(SAMPLE_ROWS)), None)
    if batch is None:
        return [], []
    shown = [[damage(c)[1] if c else "" for c in column] for column in batch.columns]
    return batch.rows, list(zip(*shown, strict=True))


# ---------------------------------------------------------------- checks and the run


def start(run: ImportRun, mapping: ImportMap, *, by: Viewer, dry_run: bool) -> ImportRun:
    """Queue the checks (``dry_run``) or the import of an upload; raises where file or mapping cannot do.

    After the checks the same run is started for good. The background job is one per run, however often
    the button is pressed; where this very import is unfinished already, :class:`Conflict` names it.
    """
    if run.state not in {State.UPLOADED, State.DONE, State.STOPPED} or (
        run.state == State.DONE and not run.dry_run
    ):
        raise Conflict("This import is already running or done.")
    if not Path(run.file_path).is_file():
        raise Invalid("The file of this import is no longer kept. Upload it again.")
    _, table = prepare(Path(run.file_path), mapping, by=by)
    table.close()
    values: dict[str, Any] = _cleared() | {
        "source": mapping.source,
        "mapping": mapping.to_dict(),
        "mapping_hash": mapping.digest(),
        "dry_run": dry_run,
        "state": State.QUEUED,
        "by_id": by.user_id,
        "by_login": by.login,
    }
    with change("core.start_import", by=by) as c:
        _refuse_twin(run, mapping, dry_run=dry_run)
        ImportChunk.objects.filter(run=run).delete()
        ImportRun.objects.filter(pk=run.pk).update(**values)
        c.touched("core.importrun", [run.pk], ["state"])
        jobs.enqueue(JOB, {"run_id": run.pk}, by=by, key=f"{JOB}:{run.pk}")
    run.refresh_from_db()
    return run


def _refuse_twin(run: ImportRun, mapping: ImportMap, *, dry_run: bool) -> None:
    same = ImportRun.objects.filter(
        file_sha256=run.file_sha256,
        kind=run.kind,
        source=mapping.source,
        mapping_hash=mapping.digest(),
        dry_run=False,
    )
    twin = None if dry_run else same.filter(state__in=runs.UNFINISHED).exclude(pk=run.pk).first()
    if twin:
        raise Conflict("The same file is already being imported (number %(number)s).", number=twin.pk)


def _cleared() -> dict[str, Any]:
    zeros = (
        "position",
        "created",
        "updated",
        "unchanged",
        "skipped",
        "rejected",
        "rows_read",
        "seconds",
        "peak_rss_mb",
    )
    cleared: dict[str, Any] = dict.fromkeys(zeros, 0)
    return cleared | {
        "objects_count": {},
        "reasons": [],
        "error": None,
        "error_file": "",
        "cancel_requested": False,
        "rows_total": None,
        "started_at": None,
        "finished_at": None,
    }


def go_on(run: ImportRun, *, by: Viewer) -> None:
    """Queue a stopped run again; it goes on at its position."""
    if run.state != State.STOPPED:
        raise Conflict("This import is already running or done.")
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk, state=State.STOPPED).update(state=State.QUEUED, error=None)
        jobs.enqueue(JOB, {"run_id": run.pk}, by=by, key=f"{JOB}:{run.pk}")


def cancel(run: ImportRun, *, by: Viewer) -> None:
    """Ask a run to stop for good; it does within two seconds. What was imported so far is kept."""
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=[State.UPLOADED, State.QUEUED, State.STOPPED])
    with transaction.atomic():
        if waiting.update(**runs.finished(run, State.CANCELLED)):
            shutil.rmtree(runs.folder_of(run), ignore_errors=True)
        else:
            ImportRun.objects.filter(pk=run.pk, state__in=[State.STAGING, State.RUNNING]).update(
                cancel_requested=True
            )
        log_only("core.cancel_import", by=by, model="core.importrun", object_id=run.pk)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``done`` of ``total`` rows (None while reading); ``message`` says why it stopped."""

    state: str
    done: int
    total: int | None
    finished: bool
    cancelling: bool
    message: str


def progress(run: ImportRun) -> Progress:
    """Return how far a run is."""
    reading = run.state in {State.QUEUED, State.STAGING}
    return Progress(
        state=run.state,
        done=run.rows_read if reading else run.position,
        total=None if reading else run.rows_total,
        finished=run.state in {State.DONE, State.CANCELLED, State.STOPPED},
        cancelling=run.cancel_requested,
        message=message(Problem(run.error[0], run.error[1])) if run.error else "",
    )


def report_of(run: ImportRun) -> dict[str, Any]:
    """Return the report of a run, as the command prints it, without paths of this machine."""
    found = report(run, importer_for(run.kind), read_mapping(run.mapping, kind=run.kind))
    return found | {"error_file": bool(run.error_file)}


def issues(run: ImportRun, *, state: RowState | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """Return the first rows that were rejected or skipped, with column, value and message."""
    importer, mapping = importer_for(run.kind), read_mapping(run.mapping, kind=run.kind)
    labels = labels_of(importer, mapping)
    return [
        error_of(i, labels) | {"state": RowState(i.state).name.lower()}
        for i in runs.first_issues(run, limit, state=state)
    ]


def error_file(run: ImportRun, *, viewer: Viewer) -> Path:
    """Return the file with the rejected rows (noted in the changelog: it holds people's data)."""
    path = runs.folder_of(run) / run.error_file
    if not run.error_file or not path.exists():
        raise NotFound
    log_only("core.download_import_errors", by=viewer, model="core.importrun", object_id=run.pk)
    return path


# ---------------------------------------------------------------- mappings kept by name


def mappings_of(kind: str) -> list[ImportMapping]:
    """Return the saved mappings of a kind, by name."""
    return list(ImportMapping.objects.filter(kind=kind).order_by("name"))


def save_mapping(name: str, mapping: ImportMap, *, by: Viewer) -> ImportMapping:
    """Keep a mapping under a name; the same name again replaces it."""
    importer = importer_for(mapping.kind)
    by.require(importer.permission)
    clean = name.strip()
    if not 0 < len(clean) <= 80:
        raise Invalid("A name has 1 to 80 characters.")
    with change("core.save_import_mapping", by=by) as c:
        saved, _ = ImportMapping.objects.update_or_create(
            name=clean, defaults={"kind": mapping.kind, "mapping": mapping.to_dict(), "by_id": by.user_id}
        )
        c.touched("core.importmapping", [saved.pk], ["mapping"])
    return saved


def mapping_from_form(kind: str, data: Mapping[str, Any]) -> ImportMap:
    """Return the mapping that a page sends as plain values.

    Raises :class:`FileProblem` for anything unknown.
    """
    return read_mapping(data, kind=kind)
