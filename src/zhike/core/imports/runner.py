"""Runs imports: stage the file, apply it chunk by chunk, report.

Each chunk is one transaction that also moves the run's position. After a kill, the same file with the same
kind, source and mapping finds its unfinished run and goes on behind the last chunk that was committed.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from zhike.core import clock
from zhike.core.errors import StorageFull, ZhikeError
from zhike.core.imports import lease, runs
from zhike.core.imports.chunks import Outcome, apply_chunk, rows_by_state
from zhike.core.imports.importer import ImportContext, Importer, RowState, importer_for
from zhike.core.imports.mapping import ImportMap, check_against, check_filled, read_mapping, suggest
from zhike.core.imports.problems import MESSAGES, FileProblem, Problem, message
from zhike.core.imports.readers import Table, open_table
from zhike.core.imports.report import add_reasons, error_of, objects_of, reasons_of, write_error_file
from zhike.core.imports.staging import STAGED, disk_space, read_chunks, stage
from zhike.core.imports.transform import Chunk, Issue, Transform
from zhike.core.imports.usage import peak_rss_mb
from zhike.core.jobs import LeaseLost
from zhike.core.models.imports import ImportChunk, ImportRun
from zhike.core.permissions import Viewer
from zhike.core.settings_store import firm
from zhike.values.periods import zone

logger = logging.getLogger(__name__)
State = ImportRun.State

Watch = Callable[[str, int, int | None], None]
"""``watch(phase, done, total)``: called at least every second or so; may raise to interrupt."""

FIRST_CHUNK, SMALLEST, LARGEST = 1000, 200, 5000
CHUNK_SECONDS = 0.4
"""Chunks are sized to take this long: short enough for pages that wait for SQLite's one writer."""

_BEAT_SECONDS = 1.0
_TRIES = 6
_ISSUES_OF_DRY_RUN = 1000


class Cancelled(Exception):
    """The run was asked to stop."""


def quiet(phase: str, done: int, total: int | None) -> None:
    """Watch nothing."""


def prepare(path: Path, mapping: ImportMap, *, by: Viewer) -> tuple[Importer, Table]:
    """Open the file and check rights and mapping; raises before anything is written."""
    importer = importer_for(mapping.kind)
    by.require(importer.permission)
    check_against(mapping, importer.fields, importer.option_defaults())
    for name in mapping.filled():
        if permission := importer.field(name).permission:
            by.require(permission)
    table = open_table(path, mapping.read_options(), ask=True)
    try:
        check_filled(mapping, importer.fields, table)
    except BaseException:
        table.close()
        raise
    return importer, table


def mapping_for(path: Path, kind: str, *, source: str = "", encoding: str = "") -> ImportMap:
    """Return the mapping that the column names suggest, for files without one."""
    importer = importer_for(kind)
    table = open_table(path, ImportMap(kind, encoding=encoding).read_options(), ask=True)
    try:
        return replace(suggest(importer.fields, table, kind=kind, source=source), encoding=encoding)
    finally:
        table.close()


def run_import(
    path: Path, mapping: ImportMap, *, by: Viewer, dry_run: bool = False, watch: Watch = quiet
) -> dict[str, Any]:
    """Import one file from its beginning or from where it was interrupted; returns the report."""
    importer, table = prepare(path, mapping, by=by)
    with_table = (importer, table)
    if dry_run:
        run = ImportRun(kind=mapping.kind, source=mapping.source, dry_run=True, file_name=path.name)
    else:
        run = runs.find_or_make(path, mapping, by=by)
    return _execute(run, mapping, with_table, by=by, watch=watch)


def resume(run: ImportRun, *, by: Viewer, watch: Watch = quiet) -> dict[str, Any]:
    """Work on a stored run (the background job of an upload); returns the report."""
    mapping = read_mapping(run.mapping, kind=run.kind)
    try:
        with_table = prepare(Path(run.file_path), mapping, by=by)
    except ZhikeError as error:
        stop = {"state": State.STOPPED, "error": runs.problem_json(problem_of_stop(error))}
        ImportRun.objects.filter(pk=run.pk, lease_owner="").update(**stop)
        raise
    return _execute(run, mapping, with_table, by=by, watch=watch)


def _execute(
    run: ImportRun, mapping: ImportMap, opened: tuple[Importer, Table], *, by: Viewer, watch: Watch
) -> dict[str, Any]:
    importer, table = opened
    work = _Work(run, importer, mapping, table, by, watch)
    try:
        work.go()
    except (ZhikeError, LeaseLost, Cancelled):
        raise
    except Exception as error:
        logger.exception("import: stopped", extra={"run": run.pk})
        raise _interrupted(run, error) from None
    finally:
        table.close()
    return report(run, importer, mapping, work.dry_issues if run.dry_run else None)


def _interrupted(run: ImportRun, error: Exception) -> FileProblem:
    why = message(problem_of_stop(error))
    return FileProblem("run_interrupted", position=run.position, total=run.rows_total or "?", error=why)


class _Work:
    """One process's work on one run.

    A run without primary key (dry run from the command line) is not stored.
    """

    def __init__(
        self, run: ImportRun, importer: Importer, mapping: ImportMap, table: Table, by: Viewer, watch: Watch
    ) -> None:
        self.run, self.importer, self.mapping, self.table, self.watch = run, importer, mapping, table, watch
        options = importer.option_defaults() | dict(mapping.options)
        zone_name = mapping.timezone or firm().timezone
        self.transform = Transform(importer, mapping, table.find, timezone=zone_name, today=clock.today())
        self.context = ImportContext(
            run.pk, mapping.kind, mapping.source, by, run.dry_run, zone(zone_name), mapping.filled(), options
        )
        self.owner = ""
        self.size = FIRST_CHUNK
        self.started = time.monotonic()
        self.before = run.seconds
        self.beaten = 0.0
        self.phase = "reading"
        self.dry_issues: list[Issue] = []
        self.dry_keys: dict[str, set[int]] = {}
        self.folder = runs.folder_of(run)
        if run.dry_run:
            self.folder = Path(settings.IMPORTS_DIR) / f"check-{secrets.token_hex(8)}"

    # -------------------------------------------------------- the course of a run

    def go(self) -> None:
        if self.run.pk:
            self.owner = lease.acquire(self.run)
        try:
            with disk_space():
                self._stage()
                self._apply()
                self._finish()
        except BaseException as error:
            self._stopped(error)
            raise
        finally:
            if self.run.dry_run:
                shutil.rmtree(self.folder, ignore_errors=True)

    def _stage(self) -> None:
        self._keep(state=State.STAGING, started_at=self.run.started_at or clock.now(), error=None)
        rows = stage(self.table, self.transform, self.folder, self._read_rows)
        self._keep(state=State.RUNNING, rows_total=rows, rows_read=rows)
        self.phase = "applying"

    def _read_rows(self, rows: int) -> None:
        self._beat(rows, None, rows_read=rows)

    def _apply(self) -> None:
        columns = sorted({n for n in self.transform.columns.values() if n is not None})
        staged = self.folder / STAGED
        for chunk in read_chunks(staged, self.run.position, columns, lambda: self.size):
            began = time.monotonic()
            cancel = self._dry(chunk) if self.run.dry_run else self._commit(chunk)
            self._resize(len(chunk), time.monotonic() - began)
            self.watch(self.phase, self.run.position, self.run.rows_total)
            if cancel:
                raise Cancelled

    def _resize(self, rows: int, seconds: float) -> None:
        ideal = rows * CHUNK_SECONDS / max(seconds, 0.001)
        self.size = int(min(max(ideal, self.size / 2, SMALLEST), self.size * 2, LARGEST))

    def _commit(self, chunk: Chunk) -> bool:
        """Apply one chunk and move the position, in one transaction; a busy database is tried again."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._try_commit(chunk)
            except (OperationalError, InterfaceError) as error:
                self.context.cache.clear()
                if "full" in str(error) or "No space" in str(error):
                    raise StorageFull(MESSAGES["disk_full"]) from None
                if attempt == _TRIES:
                    raise
                logger.warning("import: the database did not take a chunk", extra={"run": self.run.pk})
                if not connection.in_atomic_block:
                    connection.close()
                time.sleep(0.1 * 2**attempt)
        return False

    def _try_commit(self, chunk: Chunk) -> bool:
        judged = self.transform.judge(chunk)
        with transaction.atomic():
            outcome = apply_chunk(self.importer, self.transform, chunk, judged, self.context)
            values = runs.record(self.run, chunk, outcome)
            values |= {"seconds": self._seconds(), "peak_rss_mb": self._peak()}
            cancel = lease.keep(self.run, self.owner, **values)
        self._set(values)
        return cancel

    def _dry(self, chunk: Chunk) -> bool:
        """Do all that a real run does, then roll it back; what became of the rows is only counted."""
        judged = self.transform.judge(chunk)
        with transaction.atomic():
            outcome = apply_chunk(self.importer, self.transform, chunk, judged, self.context)
            transaction.set_rollback(True)
        self.context.cache.clear()
        run = self.run
        for name, count in rows_by_state(outcome.states).items():
            setattr(run, name, getattr(run, name) + count)
        run.position = chunk.start + len(chunk)
        run.reasons = add_reasons(run.reasons, outcome.issues)
        run.objects_count = self._dry_objects(outcome)
        self.dry_issues += outcome.issues[: max(0, _ISSUES_OF_DRY_RUN - len(self.dry_issues))]
        return self._beat(run.position, run.rows_total)

    def _dry_objects(self, outcome: Outcome) -> dict[str, list[int]]:
        """Objects so far; those with a key are counted once however many rolled-back chunks made them."""
        total = dict(self.run.objects_count)
        for kind, (created, updated) in outcome.objects.items():
            before = total.get(kind, [0, 0])
            if kind in outcome.keys:
                seen = self.dry_keys.setdefault(kind, set())
                seen.update(map(hash, outcome.keys[kind]))
                total[kind] = [len(seen), before[1] + updated]
            else:
                total[kind] = [before[0] + created, before[1] + updated]
        return total

    def _finish(self) -> None:
        if self.run.dry_run:
            self._finish_dry()
            return
        written = write_error_file(
            self.folder,
            self.folder / STAGED,
            runs.issues_of(self.run),
            headers=self.table.headers if self.mapping.header else self.table.columns,
            labels=labels_of(self.importer, self.mapping),
            layout={k: getattr(self.mapping, k) for k in ("delimiter", "header", "header_row")},
        )
        with transaction.atomic():
            if self.importer.finish:
                self.importer.finish(self.context)
            self._keep(**runs.finished(self.run, State.DONE), error_file=written.name if written else "")
        lease.release(self.run, self.owner)
        for leftover in self.folder.iterdir():
            if leftover.is_dir():  # of a process that was killed while it staged
                shutil.rmtree(leftover, ignore_errors=True)
            elif leftover.name != (written.name if written else ""):
                leftover.unlink(missing_ok=True)

    def _finish_dry(self) -> None:
        run = self.run
        run.seconds, run.peak_rss_mb = self._seconds(), self._peak()
        if not run.pk:
            return
        counts = {s.name.lower(): getattr(run, s.name.lower()) for s in RowState}
        with transaction.atomic():
            ImportChunk.objects.filter(run=run).delete()
            ImportChunk.objects.create(run=run, start=0, stop=run.position, issues=self.dry_issues, **counts)
            self._keep(**runs.finished(run, State.DONE), **self._figures())
        lease.release(run, self.owner)

    def _figures(self) -> dict[str, Any]:
        names = [s.name.lower() for s in RowState]
        names += ["position", "objects_count", "reasons", "seconds", "peak_rss_mb"]
        return {name: getattr(self.run, name) for name in names}

    # -------------------------------------------------------- interruptions

    def _stopped(self, error: BaseException) -> None:
        """Leave the run so that it can go on, and say why it stopped; never hides the error itself."""
        if not self.run.pk or isinstance(error, LeaseLost):
            return
        state = State.STOPPED
        if isinstance(error, Cancelled):
            state = State.UPLOADED if self.run.dry_run else State.CANCELLED
        try:
            values: dict[str, Any] = {"state": state, "error": runs.problem_json(problem_of_stop(error))}
            if state == State.CANCELLED:
                values["finished_at"] = clock.now()
            self._keep(**values, seconds=self._seconds(), peak_rss_mb=self._peak())
            lease.release(self.run, self.owner)
        except Exception:  # noqa: BLE001 - the disk or the database that stopped us may stop this too
            logger.warning("import: could not note why the run stopped", extra={"run": self.run.pk})
        if state == State.CANCELLED:
            shutil.rmtree(self.folder, ignore_errors=True)

    # -------------------------------------------------------- the run's row

    def _beat(self, done: int, total: int | None, **values: Any) -> bool:
        """Show progress and renew the lease, at most once a second; raises when a cancel was asked for."""
        if time.monotonic() - self.beaten < _BEAT_SECONDS:
            return False
        self.beaten = time.monotonic()
        self.watch(self.phase, done, total)
        if self.run.dry_run and self.run.pk:
            values |= self._figures()
        if self._keep(**values):
            raise Cancelled
        return False

    def _keep(self, **values: Any) -> bool:
        self._set(values)
        return bool(self.run.pk) and lease.keep(self.run, self.owner, **values)

    def _set(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self.run, name, value)

    def _seconds(self) -> float:
        return round(self.before + time.monotonic() - self.started, 3)

    def _peak(self) -> float:
        return max(self.run.peak_rss_mb, peak_rss_mb())


def problem_of_stop(error: BaseException) -> Problem:
    """Return why a run stopped, as code and parameters."""
    if isinstance(error, FileProblem):
        return error.problem
    if isinstance(error, StorageFull):
        return Problem("disk_full")
    if isinstance(error, ZhikeError):
        return Problem(error.message, error.params)
    if isinstance(error, OperationalError | InterfaceError):
        return Problem("database_unavailable")
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return Problem("stopped_by_person")
    return Problem("internal_fault", {"error": type(error).__name__})


def labels_of(importer: Importer, mapping: ImportMap) -> dict[str, str]:
    """Return the name under which a person knows each field: its column, else its label."""
    columns = {s.field: s.column for s in mapping.fields if s.column}
    return {f.name: columns.get(f.name) or str(f.label) for f in importer.fields}


def report(
    run: ImportRun, importer: Importer, mapping: ImportMap, dry_issues: list[Issue] | None = None
) -> dict[str, Any]:
    """Return what came of a run, as ``zhike import --json`` prints it."""
    labels = labels_of(importer, mapping)
    rejected = RowState.REJECTED
    if dry_issues is None:
        primary = runs.first_issues(run, 100_000 if run.rejected <= 100_000 else 1000, state=rejected)
    else:
        primary = [i for i in dry_issues if i.state == rejected]
    errors = sorted((i for i in primary if i.code != "group_rejected"), key=lambda i: i.row)
    counts = {s.name.lower(): getattr(run, s.name.lower()) for s in RowState}
    return {
        "rows": run.position,
        **{name: counts[name] for name in ("created", "updated", "unchanged", "skipped", "rejected")},
        "reasons": reasons_of(run.reasons, labels),
        "errors": [error_of(i, labels) for i in errors[:100]],
        "error_file": str(runs.folder_of(run) / run.error_file) if run.error_file else None,
        "objects": objects_of(run.objects_count),
        "seconds": round(run.seconds, 2),
        "rows_per_second": round(run.position / run.seconds) if run.seconds else 0,
        "peak_rss_mb": run.peak_rss_mb,
        "dry_run": run.dry_run,
        "run": run.pk,
        "state": run.state if run.pk else "done",
    }
