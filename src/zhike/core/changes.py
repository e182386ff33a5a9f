"""The one way to write: a transaction that keeps history, one changelog entry and the events it caused.

Every action of every slice looks like this::

    def rename_team(*, team: Team, name: str, by: Viewer) -> Team:
        by.require("settings.people")
        with change("staff.rename_team", by=by) as c:
            c.update(team, name=name)
            c.emit(TeamRenamed(team_id=team.pk))
        return team
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from zhike.core import outbox
from zhike.core.clock import now
from zhike.core.models import ChangelogEntry, HistoryVersion
from zhike.core.permissions import Viewer
from zhike.events.base import Event

MAX_IDS_IN_CHANGELOG = 1000
_BULK = 1000


def snapshot(obj: models.Model) -> dict[str, Any]:
    """Return the row's concrete fields as JSON values, keyed by attribute name."""
    return {f.attname: _plain(getattr(obj, f.attname)) for f in obj._meta.concrete_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


class Change:
    """What one write did so far; made by :func:`change`, never directly."""

    def __init__(self, action: str, by: Viewer, note: str) -> None:
        self.action = action
        self.by = by
        self.note = note
        self.at = now()
        self._objects: dict[str, list[int]] = {}
        self._fields: set[str] = set()
        self._history: list[HistoryVersion] = []
        self._events: list[Event] = []

    def created(self, *objects: models.Model) -> None:
        """Note rows that were just inserted."""
        for obj in objects:
            self.touched(obj._meta.label_lower, [obj.pk])

    def touched(self, model_label: str, ids: Iterable[int], fields: Iterable[str] = ()) -> None:
        """Note rows of a set-based write, and which fields it set."""
        touched = list(ids)
        if touched:
            self._objects.setdefault(model_label, []).extend(touched)
            self._fields.update(fields)

    def create(self, model: type[models.Model], **values: Any) -> Any:
        """Insert one row and note it."""
        obj = model._default_manager.create(**values)
        self.created(obj)
        return obj

    def update(self, obj: models.Model, **values: Any) -> bool:
        """Set fields of one row (locked by the caller where it matters); the old version goes to history.

        Returns whether anything differed. Fields are given by attribute name (``owner_id=3`` or
        ``owner=user``).
        """
        before = snapshot(obj)
        for name, value in values.items():
            setattr(obj, name, value)
        after = snapshot(obj)
        changed = [name for name in after if after[name] != before[name]]
        if not changed:
            return False
        if "version" in after and "version" not in changed:
            obj.version += 1  # type: ignore[attr-defined]  # the models that have an optimistic lock
            changed.append("version")
        if any(f.attname == "updated_at" for f in obj._meta.concrete_fields):
            changed.append("updated_at")
        obj.save(update_fields=[_field_name(obj, name) for name in changed])
        self._keep(obj, before)
        self.touched(
            obj._meta.label_lower, [obj.pk], [n for n in changed if n not in {"version", "updated_at"}]
        )
        return True

    def update_many(
        self, objects: Sequence[models.Model], befores: Sequence[dict[str, Any]], fields: Sequence[str]
    ) -> None:
        """Save rows already altered in memory; ``befores`` are their snapshots from before."""
        if not objects:
            return
        model = type(objects[0])
        model._default_manager.bulk_update(objects, list(fields), batch_size=_BULK)
        for obj, before in zip(objects, befores, strict=True):
            self._keep(obj, before)
        self.touched(model._meta.label_lower, [o.pk for o in objects], fields)

    def delete(self, obj: models.Model) -> None:
        """Delete one row; its last version goes to history."""
        self._keep(obj, snapshot(obj), deleted=True)
        self.touched(obj._meta.label_lower, [obj.pk])
        obj.delete()

    def emit(self, event: Event) -> None:
        """Put an event into the outbox; its handlers run after commit."""
        self._events.append(event)

    def _keep(self, obj: models.Model, before: Mapping[str, Any], *, deleted: bool = False) -> None:
        """Put the replaced version into history, without what its model calls ``history_secrets``."""
        secrets = getattr(obj, "history_secrets", ())
        self._history.append(
            HistoryVersion(
                model=obj._meta.label_lower,
                object_id=obj.pk,
                replaced_at=self.at,
                by_id=self.by.user_id,
                deleted=deleted,
                data={name: value for name, value in before.items() if name not in secrets},
            )
        )

    def flush(self) -> None:
        """Write history, the changelog entry and the events; called once, before commit."""
        HistoryVersion.objects.bulk_create(self._history, batch_size=_BULK)
        if self._objects:
            self._log()
        outbox.publish(self._events, by=self.by, at=self.at)

    def _log(self) -> None:
        rows = sum(len(ids) for ids in self._objects.values())
        label, ids = next(iter(self._objects.items()))
        single = rows == 1 or len(set(ids)) == 1
        ChangelogEntry.objects.create(
            at=self.at,
            by_id=self.by.user_id,
            by_login=self.by.login,
            ip=self.by.ip,
            action=self.action,
            model=label,
            object_id=ids[0] if single else None,
            rows=rows,
            objects_touched={k: v[:MAX_IDS_IN_CHANGELOG] for k, v in self._objects.items()},
            fields=sorted(self._fields),
            history_ids=[h.pk for h in self._history][:MAX_IDS_IN_CHANGELOG],
            note=self.note,
        )


def _field_name(obj: models.Model, attname: str) -> str:
    return next(f.name for f in obj._meta.concrete_fields if attname in {f.attname, f.name})


@contextmanager
def change(action: str, *, by: Viewer, note: str = "") -> Iterator[Change]:
    """Open the transaction of one write.

    ``action`` is ``room.verb_object``, ``note`` never holds personal data.
    """
    with transaction.atomic():
        current = Change(action, by, note)
        yield current
        current.flush()


def log_only(
    action: str, *, by: Viewer, model: str = "", object_id: int | None = None, note: str = ""
) -> None:
    """Write a changelog entry for something that changes no row (a refusal, a reveal, an export)."""
    ChangelogEntry.objects.create(
        at=now(),
        by_id=by.user_id,
        by_login=by.login,
        ip=by.ip,
        action=action,
        model=model,
        object_id=object_id,
        note=note,
    )
