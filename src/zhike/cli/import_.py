"""``zhike import``: bring the rows of files into the house."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhike.cli import house
from zhike.cli.app import fail

if TYPE_CHECKING:
    from zhike.core.imports.mapping import ImportMap
    from zhike.core.permissions import Viewer

_COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "rejected")
_USAGE_PROBLEMS = {"unknown_kind", "unknown_encoding", "mapping_kind"}


def command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    kind: Annotated[str, typer.Argument(help="What the files hold, e.g. orders (see --kinds).")] = "",
    files: Annotated[list[Path] | None, typer.Argument(help="CSV, xlsx, Parquet …, told by content.")] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Mapping of columns to fields (TOML).")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="Name of the system the numbers come from.")] = "",
    login: Annotated[str, typer.Option("--as", help="Import with the rights of this user.")] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", help="Encoding of text files, where it is not certain.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    kinds: Annotated[bool, typer.Option("--kinds", help="List what can be imported.")] = False,
) -> None:
    """Import files: checked row by row, resumed after an interruption, and repeated without effect."""
    if not kinds and (not kind or not files):
        raise fail(
            "Usage: zhike import KIND FILE… [--map FILE.toml] [--source NAME]. Kinds: zhike import --kinds",
            2,
        )
    if kinds:
        house.setup()
        _list_kinds(as_json=as_json)
        return
    house.ready()
    with house.expected_errors(), _usage():
        _import(kind, files or [], _Given(map_file, source, login, encoding, dry_run), as_json=as_json)


class _Given:
    """What the command line states."""

    def __init__(self, map_file: Path | None, source: str, login: str, encoding: str, dry_run: bool) -> None:
        self.map_file, self.source, self.login = map_file, source, login
        self.encoding, self.dry_run = encoding, dry_run

    def viewer(self) -> Viewer:
        """Return whose rights the import has."""
        from zhike.core.permissions import SYSTEM
        from zhike.staff.queries import viewer_by_login

        return viewer_by_login(self.login) if self.login else SYSTEM

    def mapping(self, kind: str, path: Path) -> ImportMap:
        """Return the mapping for one file: the stated one, else what its column names suggest."""
        from zhike.core.imports.mapping import load_mapping
        from zhike.core.imports.runner import mapping_for

        if self.map_file is None:
            return mapping_for(path, kind, source=self.source, encoding=self.encoding)
        found = load_mapping(self._text(), kind=kind)
        return replace(found, source=self.source or found.source, encoding=self.encoding or found.encoding)

    def _text(self) -> str:
        assert self.map_file is not None  # noqa: S101 - asked by the caller
        try:
            return self.map_file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            detail = error.strerror if isinstance(error, OSError) else "UTF-8"
            raise fail(f"{self.map_file}: {detail}") from None


def _import(kind: str, files: list[Path], given: _Given, *, as_json: bool) -> None:
    from zhike.core.imports.importer import importer_for
    from zhike.core.imports.runner import run_import

    importer_for(kind)
    by = given.viewer()
    reports = []
    for path in files:
        mapping = given.mapping(kind, path)
        with _progress(path.name) as watch, _interruptible():
            reports.append(
                run_import(path, mapping, by=by, dry_run=given.dry_run, watch=watch) | {"file": str(path)}
            )
    total = together(reports)
    if as_json:
        print(json.dumps(total, ensure_ascii=False, default=str))
    else:
        _print(total)
    if total["rows"] and total["rows"] == total["rejected"]:
        raise typer.Exit(1)


def together(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one report for several files: counts added up, first hundred errors, every file's own beside."""
    if len(reports) == 1:
        return reports[0]
    total: dict[str, Any] = {name: sum(r[name] for r in reports) for name in _COUNTS}
    total["reasons"] = [reason | {"file": r["file"]} for r in reports for reason in r["reasons"]]
    total["errors"] = [error | {"file": r["file"]} for r in reports for error in r["errors"]][:100]
    total["error_file"] = next((r["error_file"] for r in reports if r["error_file"]), None)
    total["objects"] = _added([r["objects"] for r in reports])
    total["seconds"] = round(sum(r["seconds"] for r in reports), 2)
    total["rows_per_second"] = round(total["rows"] / total["seconds"]) if total["seconds"] else 0
    total["peak_rss_mb"] = max(r["peak_rss_mb"] for r in reports)
    return total | {"dry_run": reports[0]["dry_run"], "files": reports}


def _added(objects: list[dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {}
    for one in objects:
        for kind, counts in one.items():
            before = total.setdefault(kind, {"created": 0, "updated": 0})
            total[kind] = {name: before[name] + counts[name] for name in before}
    return total


@contextmanager
def _usage() -> Iterator[None]:
    """Wrong usage is exit status 2."""
    from zhike.core.imports.problems import FileProblem

    try:
        yield
    except FileProblem as problem:
        if problem.code not in _USAGE_PROBLEMS:
            raise
        raise fail(str(problem), 2) from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say after Ctrl-C and after faults that nothing is lost."""
    from django.utils.translation import gettext

    from zhike.core.errors import StorageFull
    from zhike.core.imports.runner import Cancelled
    from zhike.core.jobs import LeaseLost

    note = gettext("What was imported so far is kept; the same command goes on from there.")
    try:
        yield
    except (KeyboardInterrupt, Cancelled):
        raise fail(gettext("The import was stopped.") + " " + note) from None
    except LeaseLost:
        raise fail(gettext("Another process has taken over this import.")) from None
    except StorageFull as error:
        raise fail(f"{error} {note}") from None


@contextmanager
def _progress(name: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """Show progress on standard error where a person looks at it."""
    if not sys.stderr.isatty():
        yield lambda _phase, _done, _total: None
        return
    from django.utils.translation import gettext
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    words = {"reading": gettext("Reading"), "applying": gettext("Importing")}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def watch(phase: str, done: int, total: int | None) -> None:
            bar.update(task, description=f"{words.get(phase, phase)} {name}", completed=done, total=total)

        yield watch


def _print(total: dict[str, Any]) -> None:
    from django.utils.translation import gettext

    line = gettext(
        "%(rows)s rows: %(created)s created, %(updated)s updated, %(unchanged)s unchanged,"
        " %(skipped)s skipped, %(rejected)s rejected; %(seconds)s s, %(rows_per_second)s rows a second."
    )
    if total["dry_run"]:
        print(gettext("Only checked, nothing was written."))
    print(line % {name: f"{total[name]:,}" for name in (*_COUNTS, "seconds", "rows_per_second")})
    for reason in total["reasons"][:20]:
        print(f"  {reason['rows']:>9,}  {reason['reason']}")
    for error in total["errors"][:10]:
        where = gettext("row %(row)s") % {"row": error["row"]}
        with suppress(KeyError):
            where = f"{error['file']} {where}"
        print(f"  {where} · {error['column']} · {error['value']}: {error['message']}")
    if total["error_file"]:
        print(gettext("Rejected rows, to mend and import again: %(file)s") % {"file": total["error_file"]})


def _list_kinds(*, as_json: bool) -> None:
    from zhike.core import plugs

    found: list[dict[str, Any]] = [
        {
            "kind": importer.kind,
            "label": str(importer.label),
            "identity": list(importer.identity),
            "fields": [
                {"name": f.name, "label": str(f.label), "type": f.type.name, "required": f.required}
                for f in importer.fields
            ],
            "options": importer.option_defaults(),
        }
        for importer in plugs.importers
    ]
    if as_json:
        print(json.dumps({"kinds": found}, ensure_ascii=False, default=str))
        return
    for entry in found:
        print(f"{entry['kind']}  {entry['label']}")
        for field in entry["fields"]:
            print(
                f"    {field['name']}{' *' if field['required'] else ''}  {field['label']} ({field['type']})"
            )
