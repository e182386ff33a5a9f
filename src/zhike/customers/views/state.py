"""What an address of the customer list asks for, and how addresses beside it are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_noop

from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.customers.queries.filters import parse_filters
from zhike.customers.queries.sorts import parse_sort
from zhike.ui.context import address

OWN = ("sort", "cursor", "q", "columns")
"""Parameters of the list itself; every other one is a filter."""
DEFAULT_SORT = "-value"
MAX_QUERY = 80


@dataclass(frozen=True, slots=True)
class ListState:
    """Filters (key with operator → value), sort, where the page begins, what is searched, which columns."""

    filters: tuple[tuple[str, str], ...] = ()
    sort: str = DEFAULT_SORT
    cursor: str = ""
    q: str = ""
    columns: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that are not what they are anyway."""
        own = [
            ("q", self.q),
            ("sort", "" if self.sort == DEFAULT_SORT else self.sort),
            ("columns", ",".join(self.columns)),
            ("cursor", self.cursor),
        ]
        return [*self.filters, *((key, value) for key, value in own if value)]

    @property
    def query(self) -> str:
        """The parameters as they stand in an address, without the question mark."""
        return urlencode(self.pairs())

    @property
    def url(self) -> str:
        """The address of this state."""
        return address("customers:list") + (f"?{self.query}" if self.pairs() else "")

    def at(self, cursor: str) -> ListState:
        """The same list at another page."""
        return replace(self, cursor=cursor)

    def sorted_by(self, sort: str) -> ListState:
        """The first page by another sort."""
        return replace(self, sort=sort, cursor="")

    def without(self, key: str) -> ListState:
        """The first page without a filter."""
        return replace(self, filters=tuple(f for f in self.filters if f[0] != key), cursor="")

    def filtered_by(self, filters: Iterable[tuple[str, str]]) -> ListState:
        """The first page with these filters instead."""
        return replace(self, filters=tuple(sorted(filters)), cursor="")

    @property
    def first(self) -> ListState:
        """The first page."""
        return replace(self, cursor="")


def state_of(request: HttpRequest) -> ListState:
    """Read the address of the list; a parameter given twice raises :class:`Invalid`."""
    return _read(request.GET)


def state_of_query(raw: str) -> ListState:
    """Read the parameters of a list address (``back`` of its dialogs)."""
    return _read(QueryDict(raw[:8000]))


def _read(given: QueryDict) -> ListState:
    for name in given:
        if len(given.getlist(name)) > 1:
            raise Invalid(gettext_noop("The parameter %(name)s is given twice."), name=name[:40])
    q = given.get("q", "").strip()
    if len(q) > MAX_QUERY:
        raise Invalid(gettext_noop("Search for at most %(max)s characters."), max=MAX_QUERY)
    columns = tuple(c for c in given.get("columns", "").split(",") if c)
    filters = tuple(sorted((k, str(v)) for k, v in given.items() if k not in OWN and v != ""))
    return ListState(filters, given.get("sort") or DEFAULT_SORT, given.get("cursor", ""), q, columns)


def state_of_view(query: Mapping[str, object]) -> ListState:
    """Return the list that a saved view describes."""
    filters = query.get("filters")
    columns = query.get("columns")
    return ListState(
        filters=tuple(sorted(filters.items())) if isinstance(filters, Mapping) else (),
        sort=str(query.get("sort") or DEFAULT_SORT),
        columns=tuple(columns) if isinstance(columns, Sequence) and not isinstance(columns, str) else (),
    )


def check(state: ListState, viewer: Viewer) -> None:
    """Raise :class:`Invalid` where the state holds something the list does not know."""
    parse_filters(state.filters, viewer)
    parse_sort(state.sort)


def same_list(a: ListState, b: ListState) -> bool:
    """Tell whether two states show the same customers in the same order."""
    return a.filters == b.filters and a.sort == b.sort and not a.q and not b.q
