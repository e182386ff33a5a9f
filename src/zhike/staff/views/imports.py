"""The import pages: upload → look and map → checks → run → report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.core import plugs
from zhike.core.errors import Invalid, ZhikeError
from zhike.core.imports import wizard
from zhike.core.imports.importer import Importer, RowState, importer_for
from zhike.core.imports.mapping import ImportMap, load_mapping, read_mapping
from zhike.core.imports.problems import message
from zhike.core.permissions import Viewer
from zhike.core.worker import worker_alive
from zhike.staff.views.frame import address, viewer_of
from zhike.ui.components.parts import Step
from zhike.ui.parameters import takes
from zhike.ui.settings_frame import settings_page
from zhike.ui.toasts import toast

_FORM_METHODS = ["GET", "HEAD", "POST"]
_MAX_MAPPING = 200_000
_SHOWN_RUNS = 20
_WAITING = {"queued", "staging", "running"}


def _kinds(viewer: Viewer) -> list[Importer]:
    return [i for i in plugs.importers if viewer.can(i.permission)]


def _steps() -> list[Step]:
    return [Step(_("File")), Step(_("Columns")), Step(_("Check")), Step(_("Import"))]


@require_http_methods(_FORM_METHODS)
@takes("kind")
def imports(request: HttpRequest) -> HttpResponse:
    """List imports; take a new file."""
    viewer = viewer_of(request)
    viewer.require("import.run")
    error = ""
    if request.method == "POST":
        try:
            return redirect("staff:import_run", _upload(request, viewer))
        except Invalid as problem:
            error = str(problem)
    labels = {i.kind: i.label for i in plugs.importers}
    runs = [(run, labels.get(run.kind, run.kind)) for run in wizard.visible_runs(viewer)[:_SHOWN_RUNS]]
    context = {
        "kinds": _kinds(viewer),
        "runs": runs,
        "error": error,
        "chosen": request.POST.get("kind", request.GET.get("kind", "")),
        "steps": _steps(),
    }
    return settings_page(request, "staff/imports.html", "imports", context, 422 if error else 200)


def _upload(request: HttpRequest, viewer: Viewer) -> int:
    given = request.FILES.get("file")
    if given is None:
        raise Invalid("Choose a file first.")
    kind = request.POST.get("kind", "")[:40]
    importer_for(kind)
    mapping = _uploaded_mapping(request, kind)
    run = wizard.upload(given.chunks(), kind=kind, file_name=given.name or "", by=viewer)
    request.session[f"import-mapping-{run.pk}"] = mapping.to_dict() if mapping else {}
    return run.pk


def _uploaded_mapping(request: HttpRequest, kind: str) -> ImportMap | None:
    given = request.FILES.get("mapping")
    if given is None:
        return None
    if (given.size or 0) > _MAX_MAPPING:
        raise Invalid("The mapping file is too large.")
    try:
        text = given.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The mapping file is not UTF-8 text.") from None
    return load_mapping(text, kind=kind)


@require_http_methods(_FORM_METHODS)
@takes("step", "mapping", "encoding")
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a run stands: its columns to map, its progress, its report."""
    viewer = viewer_of(request)
    run = wizard.run_for(pk, viewer=viewer)
    if request.method == "POST":
        return _map_and_start(request, run, viewer)
    if run.state == "uploaded" or request.GET.get("step") == "columns":
        return _columns_page(request, run)
    return _report_page(request, run)


def _columns_page(
    request: HttpRequest, run: Any, *, mapping: ImportMap | None = None, error: str = ""
) -> HttpResponse:
    kept = mapping or _kept_mapping(request, run)
    try:
        look = wizard.preview(Path(run.file_path), run.kind, kept)
    except ZhikeError as problem:
        context = {
            "run": run,
            "steps": _steps(),
            "error": str(problem),
            "candidates": getattr(problem, "candidates", ()),
        }
        return settings_page(request, "staff/import_unreadable.html", "imports", context, 422)
    importer = importer_for(run.kind)
    context = {
        "run": run,
        "steps": _steps(),
        "look": look,
        "error": error or (message(look.problem) if look.problem and mapping else ""),
        "rows": _field_rows(importer, look, viewer_of(request)),
        "options": [(o, dict(look.mapping.options).get(o.name, o.default)) for o in importer.options],
        "base": json.dumps(look.mapping.to_dict(), ensure_ascii=False),
        "saved": wizard.mappings_of(run.kind),
        "rules": len(look.mapping.rules) + len(look.mapping.skips),
    }
    return settings_page(request, "staff/import_columns.html", "imports", context, 422 if error else 200)


def _kept_mapping(request: HttpRequest, run: Any) -> ImportMap | None:
    wanted = request.GET.get("mapping", "")
    if wanted:
        saved = next((m for m in wizard.mappings_of(run.kind) if str(m.pk) == wanted), None)
        if saved is None:
            raise Invalid("There is no such saved mapping.")
        return read_mapping(saved.mapping, kind=run.kind)
    data = run.mapping or request.session.get(f"import-mapping-{run.pk}") or {}
    found = read_mapping(data, kind=run.kind) if data else None
    encoding = request.GET.get("encoding", "")
    if encoding:
        found = replace(found or ImportMap(run.kind), encoding=encoding[:40])
    return found


def _field_rows(importer: Importer, look: wizard.Preview, viewer: Viewer) -> list[dict[str, Any]]:
    """Return one row a field: its label, the column that fills it, an example from the file."""
    rows = []
    first = look.sample[0][1] if look.sample else ()
    for field in importer.fields:
        if field.permission and not viewer.can(field.permission):
            continue
        spec = look.mapping.spec(field.name)
        column = spec.column if spec else ""
        example = first[look.columns.index(column)] if column in look.columns and first else ""
        rows.append(
            {
                "field": field,
                "column": column,
                "value": spec.value if spec else "",
                "formats": ", ".join(spec.formats) if spec else "",
                "is_date": field.type.name in {"date", "date and time", "datetime"},
                "example": example,
            }
        )
    return rows


def _map_and_start(request: HttpRequest, run: Any, viewer: Viewer) -> HttpResponse:
    mapping = None
    try:
        mapping = _mapping_of(request, run, viewer)
        if name := request.POST.get("save_as", "").strip():
            wizard.save_mapping(name, mapping, by=viewer)
        wizard.start(run, mapping, by=viewer, dry_run=request.POST.get("go") != "import")
    except Invalid as problem:
        return _columns_page(request, run, mapping=mapping, error=str(problem))
    return redirect("staff:import_run", run.pk)


def _mapping_of(request: HttpRequest, run: Any, viewer: Viewer) -> ImportMap:
    """Return the mapping of the page: what stood before, with what the page's fields say."""
    try:
        data = json.loads(request.POST.get("base", "{}")[:_MAX_MAPPING])
    except (ValueError, RecursionError):
        raise Invalid("The page's data is damaged. Reload it and try again.") from None
    if not isinstance(data, dict):
        raise Invalid("The page's data is damaged. Reload it and try again.")
    importer = importer_for(run.kind)
    for name in ("source", "timezone", "encoding"):
        if name in request.POST:
            data[name] = request.POST[name].strip()[:80]
    data = {k: v for k, v in data.items() if v != ""}
    fields = data.get("fields") if isinstance(data.get("fields"), dict) else {}
    data["fields"] = _fields_of(request, importer, fields or {})
    data["options"] = {o.name: _option(request, o) for o in importer.options}
    return wizard.mapping_from_form(run.kind, data)


def _fields_of(request: HttpRequest, importer: Importer, before: dict[str, Any]) -> dict[str, Any]:
    fields = dict(before)
    for field in importer.fields:
        column = request.POST.get(f"column:{field.name}")
        if column is None:
            continue
        old = fields.get(field.name)
        kept = old if isinstance(old, dict) and old.get("column", "") == column else {}
        if column:
            formats = [
                f.strip() for f in request.POST.get(f"format:{field.name}", "").split(",") if f.strip()
            ]
            fields[field.name] = {**kept, "column": column} | ({"format": formats} if formats else {})
        elif not (isinstance(old, dict) and old.get("value")):
            fields.pop(field.name, None)
    return fields


def _option(request: HttpRequest, option: Any) -> Any:
    given = request.POST.get(f"option:{option.name}")
    if isinstance(option.default, bool):
        return given is not None
    return given if given is not None else option.default


def _report_page(request: HttpRequest, run: Any) -> HttpResponse:
    waiting = run.state in _WAITING
    context: dict[str, Any] = {
        "run": run,
        "steps": _steps(),
        "waiting": waiting,
        "progress": wizard.progress(run),
        "has_worker": worker_alive(),
        "importer": importer_for(run.kind),
    }
    if run.state in {"done", "cancelled", "stopped"}:
        context["report"] = wizard.report_of(run)
        context["issues"] = wizard.issues(run, state=RowState.REJECTED, limit=50)
    return settings_page(request, "staff/import_run.html", "imports", context)


@require_safe
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the progress bar; at the end the page reloads itself."""
    run = wizard.run_for(pk, viewer=viewer_of(request))
    if run.state not in _WAITING:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"run": run, "progress": wizard.progress(run), "has_worker": worker_alive()}
    return render(request, "staff/parts/import_progress.html", context)


@require_POST
def import_go(request: HttpRequest, pk: int) -> HttpResponse:
    """After the checks: import for good, go on after a stop, or cancel."""
    viewer = viewer_of(request)
    run = wizard.run_for(pk, viewer=viewer)
    step = request.POST.get("step")
    if step == "import":
        wizard.start(run, read_mapping(run.mapping, kind=run.kind), by=viewer, dry_run=False)
    elif step == "go_on":
        wizard.go_on(run, by=viewer)
    elif step == "cancel":
        wizard.cancel(run, by=viewer)
        return toast(
            request,
            redirect(address("imports")),
            _("The import is being stopped. What was imported so far stays."),
        )
    else:
        raise Invalid("There is no step %(value)s.", value=str(step)[:40])
    return redirect("staff:import_run", run.pk)


@require_safe
def import_errors(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Send the rejected rows as a file that can be mended and imported again."""
    viewer = viewer_of(request)
    run = wizard.run_for(pk, viewer=viewer)
    path = wizard.error_file(run, viewer=viewer)
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"import-{run.pk}-errors.csv",
        content_type="text/csv; charset=utf-8",
    )
