"""Every place where a slice (or a third-party package) hangs something into the house.

A slice's ``plugs.py`` calls ``plugs.<point>.add(...)`` when its app is loaded; a third-party package does
the same from a module named by an entry point of the group ``zhike.plugs``. Signatures are batched and
bounded: a page asks once for many rows, and every reader gets the viewer.

======================  ====================================================================
point                   what hangs there
======================  ====================================================================
menu                    entries of the left rail
settings_pages          pages of /settings/
search                  what the one search box finds
customer_tabs           tabs of the customer page (only the open one renders)
customer_panels         cards beside the overview of the customer page
customer_figures        key figures under the customer's name
customer_columns        columns other slices add to the customer list
timeline                entries of the customer's timeline, heap-merged by time
filter_fields           fields the customer list and segments can filter by
task_sources            why somebody should be looked after today
facts                   rows a slice gives to the warehouse at refresh
importers, exporters    kinds of files that can be read and written
invariants              what ``zhike doctor`` proves
after_scores            what runs inside the refresh once new scores are in
======================  ====================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from django.http import HttpRequest

if TYPE_CHECKING:
    from zhike.core.imports.importer import Importer
    from zhike.core.permissions import Viewer

T = TypeVar("T", bound="Keyed")


class Keyed(Protocol):
    """Anything that hangs at a point has a key (unique there) and an order."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


class Point(Generic[T]):
    """One extension point: an ordered set of entries by key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def add(self, entry: T) -> T:
        """Hang an entry in; the same key twice is a mistake and raises ``ValueError``."""
        if entry.key in self._entries:
            raise ValueError(f"plug point {self.name!r} already has an entry {entry.key!r}")
        self._entries[entry.key] = entry
        return entry

    def get(self, key: str) -> T | None:
        """Return the entry with this key, or None."""
        return self._entries.get(key)

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._entries.values(), key=lambda e: (e.order, e.key)))

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the left rail; ``label`` is lazy text, ``badge`` counts what waits (None hides it)."""

    key: str
    label: Any
    url_name: str
    icon: str
    order: int
    permission: str = ""
    badge: Callable[[Viewer], int | None] | None = None


@dataclass(frozen=True)
class SettingsPage:
    """A page of /settings/; ``group`` gathers pages under a heading."""

    key: str
    label: Any
    description: Any
    url_name: str
    icon: str
    order: int
    group: str = "house"
    permission: str = ""


@dataclass(frozen=True)
class SearchHit:
    """One line of the search box; ``detail`` is grey, ``rank`` sorts (lower first)."""

    title: str
    url: str
    detail: str = ""
    icon: str = "user"
    badge: str = ""
    rank: int = 100


@dataclass(frozen=True)
class SearchSource:
    """Something the search box finds: ``find(query, viewer, limit)``."""

    key: str
    label: Any
    find: Callable[[str, Viewer, int], list[SearchHit]]
    order: int = 100


@dataclass(frozen=True)
class CustomerTab:
    """A tab of the customer page.

    ``context(customer_id, viewer, request)`` is called only for the open tab.
    """

    key: str
    label: Any
    template: str
    context: Callable[[int, Viewer, HttpRequest], dict[str, Any]]
    order: int
    count: Callable[[int, Viewer], int | str | None] | None = None
    permission: str = ""


@dataclass(frozen=True)
class CustomerPanel:
    """A card of the customer's overview; ``context`` returns None to stay away.

    ``place``: left, main or right.
    """

    key: str
    template: str
    context: Callable[[int, Viewer], dict[str, Any] | None]
    place: str
    order: int
    permission: str = ""


@dataclass(frozen=True)
class Figure:
    """One key figure: value in plain words, basis in small grey, explanation one click away."""

    label: Any
    value: str
    basis: str = ""
    tone: str = ""
    explanation: Sequence[str] = ()


@dataclass(frozen=True)
class CustomerFigures:
    """Key figures under the customer's name."""

    key: str
    figures: Callable[[int, Viewer], list[Figure]]
    order: int


@dataclass(frozen=True)
class CustomerColumn:
    """A column of the customer list: ``values(ids, viewer)`` for one page at a time.

    ``kind`` tells how to print.
    """

    key: str
    label: Any
    values: Callable[[Sequence[int], Viewer], Mapping[int, Any]]
    order: int
    kind: str = "text"


@dataclass(frozen=True, order=True)
class TimelineEntry:
    """One thing that happened; ``params`` fill the template named by the source."""

    at: datetime
    key: str
    icon: str = field(compare=False)
    title: str = field(compare=False)
    text: str = field(compare=False, default="")
    badge: str = field(compare=False, default="")
    url: str = field(compare=False, default="")
    two_way: bool = field(compare=False, default=False)
    by: str = field(compare=False, default="")
    tone: str = field(compare=False, default="")


@dataclass(frozen=True)
class TimelineSource:
    """Entries of a customer's timeline before an instant, newest first.

    ``(customer_id, before, limit, viewer)``.
    """

    key: str
    label: Any
    entries: Callable[[int, datetime, int, Viewer], Iterable[TimelineEntry]]
    order: int = 100


@dataclass(frozen=True)
class FilterField:
    """A field the customer list filters by.

    ``lookups`` maps an operator (``is``, ``in``, ``gte``, ``lte``, ``contains``) to a function from the typed
    value to a Django ``Q`` on Customer; ``kind`` is text, number, money, date, choice; ``parse`` raises
    ValueError.
    """

    key: str
    label: Any
    kind: str
    lookups: Mapping[str, Callable[[Any], Any]]
    parse: Callable[[str], Any]
    choices: Callable[[Viewer], Sequence[tuple[str, Any]]] | None = None
    field_class: str = "open"
    order: int = 100


@dataclass(frozen=True)
class TaskDraft:
    """One reason to look after a customer, before ranking.

    ``why``, ``how`` and ``words`` are lists of (code, params): stored as they are, rendered in the reader's
    language. ``value_at_stake`` is in minor units of the firm's currency over the next twelve months.
    ``urgency`` and ``chance`` are in 0..1; their formulas are in docs/reference/agenda.md. ``owner_id``
    puts it on another list than that of the customer's owner; ``for_role`` on the lists of everybody of
    that role.
    """

    source: str
    customer_id: int
    subject: str
    due: date
    why: Sequence[tuple[str, dict[str, Any]]]
    words: Sequence[tuple[str, dict[str, Any]]] = ()
    channel: str = ""
    value_at_stake: int = 0
    urgency: float = 0.5
    chance: float = 0.1
    minutes: int = 10
    expires: date | None = None
    promised: bool = False
    owner_id: int | None = None
    for_role: str = ""


@dataclass(frozen=True)
class TaskContext:
    """What a task source is given: the day, how far to look, and which customers (None: all)."""

    today: date
    horizon_days: int
    customer_ids: Sequence[int] | None = None


@dataclass(frozen=True)
class TaskSource:
    """A source of tasks: yields drafts for all customers in one pass; never filtered by a viewer."""

    key: str
    label: Any
    icon: str
    tone: str
    drafts: Callable[[TaskContext], Iterable[TaskDraft]]
    order: int = 100


@dataclass(frozen=True)
class Facts:
    """Rows a slice gives to the warehouse: ``key`` names them, ``unique`` is their unique column.

    ``batches(within)`` yields ``pyarrow.RecordBatch``es of the current rows: all (None), or those in a
    :class:`~zhike.core.extract.KeyRange`; ``schema()`` is their Arrow schema. The keys of the star schema
    are in docs/reference/warehouse.md; rows of another key become a table ``fact_<key>`` as they are.
    ``buckets()``, of large tables, maps a bucket (key // :data:`zhike.core.extract.BUCKET`) to a
    fingerprint that differs once anything there came, changed or went: only those buckets are read again.
    """

    key: str
    batches: Callable[[Any], Iterable[Any]]
    unique: str
    schema: Callable[[], Any]
    buckets: Callable[[], Mapping[int, str]] | None = None
    order: int = 100


@dataclass(frozen=True)
class Exporter:
    """A kind of file that can be written: ``rows(viewer, filters)`` yields dicts in column order."""

    key: str
    label: Any
    columns: Sequence[str]
    rows: Callable[[Viewer, Mapping[str, str]], Iterable[Mapping[str, Any]]]
    permission: str
    order: int = 100


@dataclass(frozen=True)
class Invariant:
    """Something ``zhike doctor`` proves: ``check()`` returns what is wrong, empty when all is well."""

    key: str
    label: str
    check: Callable[[], list[str]]
    order: int = 100


@dataclass(frozen=True)
class AfterScores:
    """Runs inside the refresh after new scores are in: ``run(run_id, as_of)`` returns figures for the run."""

    key: str
    run: Callable[[int, date], Mapping[str, Any]]
    order: int = 100


menu: Point[MenuEntry] = Point("menu")
settings_pages: Point[SettingsPage] = Point("settings_pages")
search: Point[SearchSource] = Point("search")
customer_tabs: Point[CustomerTab] = Point("customer_tabs")
customer_panels: Point[CustomerPanel] = Point("customer_panels")
customer_figures: Point[CustomerFigures] = Point("customer_figures")
customer_columns: Point[CustomerColumn] = Point("customer_columns")
timeline: Point[TimelineSource] = Point("timeline")
filter_fields: Point[FilterField] = Point("filter_fields")
task_sources: Point[TaskSource] = Point("task_sources")
facts: Point[Facts] = Point("facts")
importers: Point[Importer] = Point("importers")
exporters: Point[Exporter] = Point("exporters")
invariants: Point[Invariant] = Point("invariants")
after_scores: Point[AfterScores] = Point("after_scores")
