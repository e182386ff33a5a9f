"""Jobs of the house itself: sealing the changelog, clearing what has expired."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from zhike.core.clock import now
from zhike.core.imports import retention
from zhike.core.jobs import JobContext, job
from zhike.core.models import ChangelogEntry, IdempotencyKey, Job, OutboxEvent

_STEP = 2000
_KEEP_DAYS = 30


def seal_of(entry: ChangelogEntry, previous: str) -> str:
    """Return the link of the hash chain for one entry.

    SHA-256 over the previous seal and the entry's content.
    """
    content = [
        entry.pk,
        entry.at.isoformat(),
        entry.by_id,
        entry.by_login,
        entry.ip,
        entry.action,
        entry.model,
        entry.object_id,
        entry.rows,
        entry.objects_touched,
        entry.fields,
        entry.history_ids,
        entry.note,
    ]
    text = json.dumps([previous, *content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@job("core.seal_changelog")
def seal_changelog(ctx: JobContext) -> dict[str, Any]:
    """Chain the entries that are not sealed yet, in the order of their ids.

    Entries younger than a minute wait: a transaction that began earlier may still commit a smaller id.
    """
    sealed = 0
    while True:
        with transaction.atomic():
            last = ChangelogEntry.objects.exclude(seal="").order_by("-id").first()
            rows = ChangelogEntry.objects.filter(seal="", at__lt=now() - timedelta(minutes=1))
            batch = list(rows.order_by("id")[:_STEP])
            previous = last.seal if last else ""
            for entry in batch:
                entry.seal = previous = seal_of(entry, previous)
            ChangelogEntry.objects.bulk_update(batch, ["seal"])
        sealed += len(batch)
        ctx.progress(sealed)
        if len(batch) < _STEP:
            return {"sealed": sealed}


@job("core.clear_expired")
def clear_expired(ctx: JobContext) -> dict[str, Any]:
    """Remove idempotency answers after a day, delivered events and finished jobs after thirty."""
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=now() - timedelta(days=1)).delete()
    old = now() - timedelta(days=_KEEP_DAYS)
    events, _ = (
        OutboxEvent.objects.filter(created_at__lt=old)
        .exclude(deliveries__state__in=["pending", "dead"])
        .delete()
    )
    jobs, _ = Job.objects.filter(finished_at__lt=old, state__in=["done", "cancelled"]).delete()
    ctx.progress(keys + events + jobs)
    return {"keys": keys, "events": events, "jobs": jobs}


@job("core.clear_imports")
def clear_imports(ctx: JobContext) -> dict[str, Any]:
    """Remove uploads and files of rejected rows that are older than ``ZHIKE_IMPORTS_KEEP_DAYS``."""
    folders = retention.clear(settings.IMPORTS_KEEP_DAYS)
    ctx.progress(folders)
    return {"folders": folders}
