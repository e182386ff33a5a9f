"""What must hold after every fault: each row of each run is accounted for exactly once."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, Sum

from zhike.core import plugs
from zhike.core.models.imports import ImportChunk, ImportedObject, ImportRun

_STATES = ("created", "updated", "unchanged", "skipped", "rejected")


def wrong_runs() -> list[str]:
    """Return what is wrong with the accounts of imports; empty when all is well.

    For every real run: rows per state sum to the position; the position is not beyond the staged rows, and at
    their end when the run is done; the chunks are without gap or overlap and add up to the run.
    """
    runs = ImportRun.objects.filter(dry_run=False).annotate(
        rows=F("created") + F("updated") + F("unchanged") + F("skipped") + F("rejected")
    )
    wrong = (
        Q(position__gt=F("rows_total"))
        | Q(state="done") & ~Q(position=F("rows_total"))
        | ~Q(rows=F("position"))
    )
    found = [f"import {r.pk}: rows do not add up" for r in runs.filter(wrong)[:20]]
    return found + _wrong_chunks()


def _wrong_chunks() -> list[str]:
    found = []
    totals = (
        ImportChunk.objects.filter(run__dry_run=False)
        .values("run_id")
        .annotate(rows=Sum(F("stop") - F("start")), **{f"sum_{s}": Sum(s) for s in _STATES})
    )
    by_run: dict[int, dict[str, Any]] = {t["run_id"]: dict(t) for t in totals}
    for run in ImportRun.objects.filter(dry_run=False, position__gt=0).iterator():
        total = by_run.get(run.pk, {})
        same = total.get("rows") == run.position
        same = same and all(total[f"sum_{s}"] == getattr(run, s) for s in _STATES)
        if not same:
            found.append(f"import {run.pk}: chunks do not add up to the run")
    return found[:20]


def records_without_row() -> list[str]:
    """Return runs that created records without keeping which row each came from; empty when all is well."""
    noted: dict[int, dict[str, int]] = {}
    for run, kind, count in ImportedObject.objects.values_list("run_id", "kind").annotate(n=Count("id")):
        noted.setdefault(run, {})[kind] = count
    parts = {importer.kind: importer.parts for importer in plugs.importers}
    found = []
    for run in ImportRun.objects.filter(dry_run=False, created__gt=0).iterator():
        for kind, (created, _updated) in run.objects_count.items():
            kept = noted.get(run.pk, {}).get(kind, 0)
            if created != kept and kind not in parts.get(run.kind, frozenset()):
                found.append(f"import {run.pk}: {created} created of {kind}, the row is kept of {kept}")
    return found[:20]


plugs.invariants.add(
    plugs.Invariant("imports.origin", "every imported record tells its row", records_without_row)
)
plugs.invariants.add(
    plugs.Invariant("imports.rows", "every row of every import is accounted for", wrong_runs)
)
