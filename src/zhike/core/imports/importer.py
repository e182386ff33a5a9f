"""What a slice hangs in to make its records importable: an :class:`Importer`.

Added in the slice's ``plugs.py`` with ``plugs.importers.add(Importer(...))``.

The runner reads the file, maps and parses its columns, and hands complete batches of good rows to
``Importer.apply``, which writes them set-based (a form is a batch of one) and says what became of each row::

    def import_products(batch: Batch, ctx: ImportContext) -> BatchResult:
        result = BatchResult(len(batch))
        ...one query for the existing rows, one bulk_create, one bulk_update...
        result.mark(RowState.CREATED, new_indexes)
        result.add_objects("catalog.product", new_indexes, new_ids)
        return result

``apply`` runs inside one transaction per chunk, which also moves the run's position: a kill at any moment
loses at most the open chunk, and the same command goes on behind the last committed one. It must be
idempotent by (``ctx.source``, the record's identity): a second run of the same file writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from zhike.core.imports.fields import Field
from zhike.core.imports.problems import MESSAGES, FileProblem, Problem
from zhike.core.permissions import Viewer


class RowState(IntEnum):
    """What became of one row of the file; every row has exactly one."""

    UNCHANGED = 0
    CREATED = 1
    UPDATED = 2
    SKIPPED = 3
    REJECTED = 4


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that passed every check, as columns.

    ``rows``: the file's own row numbers. ``columns``: field name → parsed values, each as long as ``rows``;
    ``None`` is a blank cell; fields the mapping does not fill are all ``None`` and absent from ``mapped``
    (so that an update leaves them alone). ``groups``: one slice of indexes per record: the lines of one
    order, or one row each where the importer has no lines. Groups are complete, in order of their first
    row, lines in file order. ``positions``: 1-based place of the row among *all* rows of its group in the
    file, skipped ones included: a line's key where the file has none of its own.
    """

    rows: Sequence[int]
    columns: Mapping[str, list[Any]]
    groups: Sequence[slice]
    positions: Sequence[int]
    mapped: frozenset[str]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> list[Any]:
        """Return the values of one field."""
        return self.columns[name]


@dataclass(slots=True)
class ImportContext:
    """The circumstances of a run, handed to every ``apply``.

    ``cache`` lives as long as the process works on the run and may hold what can be looked up again (ids by
    key); it is emptied whenever a chunk is rolled back. ``options`` holds every declared option.
    """

    run_id: int | None
    kind: str
    source: str
    by: Viewer
    dry_run: bool
    timezone: ZoneInfo
    mapped: frozenset[str]
    options: Mapping[str, Any] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)


class BatchResult:
    """What ``apply`` did, row by row; rows not mentioned are unchanged.

    In an importer with lines a rejected or skipped row of a group must be decided before the group is
    written: the runner rejects the other rows of a group of which ``apply`` rejected one.
    """

    def __init__(self, size: int) -> None:
        self.states = bytearray(size)
        self.problems: dict[int, tuple[str, Problem]] = {}
        self.objects: dict[str, list[int]] = {}
        self.created_objects: list[tuple[str, int, int]] = []
        self.keys: dict[str, set[Any]] = {}

    def mark(self, state: RowState, indexes: Iterable[int]) -> None:
        """Set the state of rows (indexes into the batch)."""
        for index in indexes:
            self.states[index] = state

    def reject(self, index: int, code: str, *, field: str = "", **params: Any) -> None:
        """Reject one row; ``code`` is in ``problems.MESSAGES`` or in the importer's ``messages``."""
        self.states[index] = RowState.REJECTED
        self.problems[index] = (field, Problem(code, params))

    def skip(self, index: int, code: str, *, field: str = "", **params: Any) -> None:
        """Leave out one row for a reason that is no fault."""
        self.states[index] = RowState.SKIPPED
        self.problems[index] = (field, Problem(code, params))

    def add_objects(
        self, kind: str, indexes: Sequence[int], ids: Sequence[int], *, keys: Sequence[Any] = ()
    ) -> None:
        """Note created objects: their kind (``sales.order``), the row each comes from, their primary keys.

        One row makes at most one object of a kind. ``keys`` (natural keys) let a dry run, whose chunks are
        rolled back, count an object that several chunks would create once.
        """
        self.created_objects += [(kind, index, pk) for index, pk in zip(indexes, ids, strict=True)]
        self.count(kind, created=len(ids))
        if keys:
            self.keys.setdefault(kind, set()).update(keys)

    def count(self, kind: str, *, created: int = 0, updated: int = 0) -> None:
        """Count updates, and created parts of a record that its own note covers (:attr:`Importer.parts`)."""
        counts = self.objects.setdefault(kind, [0, 0])
        counts[0] += created
        counts[1] += updated


Apply = Callable[[Batch, ImportContext], BatchResult]


@dataclass(frozen=True, slots=True)
class Option:
    """A switch of a kind that a mapping may set under ``[options]``, e.g. ``create_missing``."""

    name: str
    default: bool | int | str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of record that can be imported.

    ``identity``: the fields that identify a record within a source. With ``lines`` the rows that share it are
    the lines of one record (orders); without, the second such row is a repetition: skipped when equal,
    rejected when not. Rows with a blank identity stand alone. ``permission``: the function the importing
    person
    needs. ``label`` and the labels of fields are lazy translations. ``messages``: code → English message id
    for the slice's own reasons. ``parts``: kinds of created objects that are counted without a note of their
    row: the record they belong to has one (order lines). ``finish`` runs once, in the transaction that
    ends the run.
    """

    kind: str
    label: Any
    permission: str
    fields: tuple[Field, ...]
    apply: Apply
    identity: tuple[str, ...] = ()
    lines: bool = False
    options: tuple[Option, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    finish: Callable[[ImportContext], None] | None = None
    help: str = ""
    order: int = 100

    @property
    def key(self) -> str:
        """The kind, by which the plug point keeps it."""
        return self.kind

    def field(self, name: str) -> Field:
        """Return the field of this name; raises ``KeyError``."""
        return next((f for f in self.fields if f.name == name), None) or _no_field(name)

    def option_defaults(self) -> dict[str, bool | int | str]:
        """Return every option with its default."""
        return {o.name: o.default for o in self.options}


def _no_field(name: str) -> Field:
    raise KeyError(name)


def importer_for(kind: str) -> Importer:
    """Return the importer that hangs in :data:`zhike.core.plugs.importers`.

    Else a problem that lists them.
    """
    from zhike.core import plugs

    importer = plugs.importers.get(kind)
    if importer is None:
        known = ", ".join(sorted(i.kind for i in plugs.importers)) or "–"
        raise FileProblem("unknown_kind", kind=kind, known=known)
    MESSAGES.update(importer.messages)
    return importer
