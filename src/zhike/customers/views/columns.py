"""The columns of the customer list: which there are, which one sees, and how a cell is printed.

Cells are written in Python: a page has hundreds, and a template per cell would cost more than the query.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.core.permissions import FieldClass, Scope, Viewer
from zhike.customers.forms import labels
from zhike.customers.queries import CustomerRow
from zhike.ui import formats
from zhike.ui.components import atoms

COOKIE = "zhike_customer_columns"
NOTHING = mark_safe('<span class="faint">–</span>')
HIGH_RISK = 0.6
MOST_WRITTEN = 20_000
"""Cells kept in this process; a firm has hundreds of different ones, but for amounts."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How one column is printed and what it needs."""

    key: str
    label: Any
    write: Callable[[CustomerRow, Page], SafeString]
    sort: str = ""
    align: str = ""
    shown: bool = True
    contact: bool = False


@dataclass(slots=True)
class Page:
    """What the cells of one page share: what may be edited, other slices' values, what was written."""

    may_edit: bool = False
    may_assign: bool = False
    may_tag: bool = False
    more: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    today: date = field(default_factory=formats.today)
    written: dict[Hashable, SafeString] = field(init=False)

    def __post_init__(self) -> None:
        """Take what was written today in this language."""
        self.written = _written(get_language() or "", self.today)

    def once(self, key: Hashable, write: Callable[[], SafeString]) -> SafeString:
        """Write what many rows share (a tier, a day, an amount) once, for this page and the next ones."""
        found = self.written.get(key)
        if found is None:
            if len(self.written) >= MOST_WRITTEN:
                self.written.clear()
            found = self.written[key] = write()
        return found


@lru_cache(4)
def _written(language: str, today: date) -> dict[Hashable, SafeString]:
    """The cells of a day in a language: how long ago something was is different tomorrow."""
    return {}


def _tier(row: CustomerRow, page: Page) -> SafeString:
    return page.once(("tier", row.tier), lambda: atoms.tier(row.tier))


def _state(row: CustomerRow, page: Page) -> SafeString:
    code = row.state
    tone = labels.STATE_TONES.get(code, "grey")
    return page.once(("state", code), lambda: atoms.badge(labels.label(labels.STATES, code), tone))


def _rfm(row: CustomerRow, page: Page) -> SafeString:
    code = row.rfm_cell
    return page.once(("rfm", code), lambda: _safe(labels.label(labels.RFM_CELLS, code)) or NOTHING)


def _value(row: CustomerRow, page: Page) -> SafeString:
    return _money(row.value_12m, page) if row.orders else NOTHING


def _money(minor: int, page: Page) -> SafeString:
    return page.once(("money", minor), lambda: _safe(formats.wan(minor)))


def _risk(row: CustomerRow, page: Page) -> SafeString:
    if not row.orders:
        return NOTHING
    css = "text-amber strong" if row.risk >= HIGH_RISK and row.state != "lost" else "ink"
    shown = round(row.risk, 2)
    return page.once(
        ("risk", shown, css),
        lambda: format_html(
            '<span class="{}" title="{}">{}</span>', css, formats.percent(shown), formats.likely(shown)
        ),
    )


def _next(row: CustomerRow, page: Page) -> SafeString:
    day = row.next_purchase
    if day is None:
        return NOTHING
    css = "text-amber" if row.next_high is not None and row.next_high < page.today else ""
    return page.once(
        ("next", day, css),
        lambda: format_html(
            '<span class="{}">{}</span>', css, _("around %(day)s") % {"day": formats.day(day)}
        ),
    )


def _last_purchase(row: CustomerRow, page: Page) -> SafeString:
    return _since(row.last_purchase, page)


def _last_contact(row: CustomerRow, page: Page) -> SafeString:
    return _since(row.last_contact, page)


def _since(day: date | None, page: Page) -> SafeString:
    if day is None:
        return NOTHING
    return page.once(
        ("since", day),
        lambda: format_html(
            '<span title="{}">{}</span>', formats.day(day, "year"), formats.ago(day, page.today)
        ),
    )


def _owner(row: CustomerRow, page: Page) -> SafeString:
    return _editable(row, "owner", _safe(row.owner_name), page, allowed=page.may_assign)


def _region(row: CustomerRow, page: Page) -> SafeString:
    return _editable(row, "region", _safe(row.region), page, allowed=page.may_edit)


def _tags(row: CustomerRow, page: Page) -> SafeString:
    shown = [page.once(("tag", tag), lambda tag=tag: atoms.badge(tag)) for tag in row.tags[:3]]  # type: ignore[misc]
    if len(row.tags) > 3:
        shown.append(format_html('<span class="faint">+{}</span>', len(row.tags) - 3))
    return _editable(row, "tags", mark_safe(" ".join(shown)), page, allowed=page.may_tag)  # noqa: S308 - escaped above


def _editable(row: CustomerRow, name: str, value: SafeString, page: Page, *, allowed: bool) -> SafeString:
    """A value one may click to change it in place."""
    if not allowed:
        return value or NOTHING
    shown = value or page.once("add", lambda: format_html('<span class="faint">{}</span>', _("add")))
    return mark_safe(  # noqa: S308 - an id, a code and an escaped value
        f'<button type="button" class="inline-edit" hx-get="/customers/{row.id}/cell/{name}/">'
        f"{shown}</button>"
    )


def _team(row: CustomerRow, page: Page) -> SafeString:
    return _safe(row.team_name) or NOTHING


def _phone(row: CustomerRow, page: Page) -> SafeString:
    return format_html('<span class="num nowrap">{}</span>', row.phone) if row.phone else NOTHING


def _orders(row: CustomerRow, page: Page) -> SafeString:
    return _safe(formats.count(row.orders)) if row.orders else NOTHING


def _amount(row: CustomerRow, page: Page) -> SafeString:
    return _money(row.amount_12m, page) if row.amount_12m else NOTHING


def _created(row: CustomerRow, page: Page) -> SafeString:
    day = formats.as_day(row.created_at)
    return page.once(("created", day), lambda: _safe(formats.day(day, "year")))


def _safe(text: str) -> SafeString:
    return escape(text)


CELLS: tuple[Cell, ...] = (
    Cell("tier", gettext_lazy("Tier"), _tier, align="tight"),
    Cell("state", pgettext_lazy("customer column", "State"), _state),
    Cell("value", gettext_lazy("Value in 12 months"), _value, sort="value", align="num"),
    Cell("risk", gettext_lazy("Churn risk"), _risk, sort="risk"),
    Cell("next_purchase", gettext_lazy("Next purchase"), _next, sort="next_purchase"),
    Cell("last_purchase", gettext_lazy("Last purchase"), _last_purchase, sort="last_purchase"),
    Cell("last_contact", gettext_lazy("Last contact"), _last_contact),
    Cell("owner", gettext_lazy("Owner"), _owner),
    Cell("tags", gettext_lazy("Tags"), _tags),
    Cell("region", gettext_lazy("Region"), _region, shown=False),
    Cell("phone", gettext_lazy("Phone number"), _phone, shown=False, contact=True),
    Cell("rfm", gettext_lazy("RFM cell"), _rfm, shown=False),
    Cell("orders", gettext_lazy("Orders"), _orders, align="num", shown=False),
    Cell("amount_12m", gettext_lazy("Last 12 months"), _amount, align="num", shown=False),
    Cell("team", gettext_lazy("Team"), _team, shown=False),
    Cell("created", gettext_lazy("Added on"), _created, shown=False),
)
_MORE = "more:"


def cells_for(viewer: Viewer) -> list[Cell]:
    """Return every column this viewer may choose, those of other slices last."""
    own = [c for c in CELLS if not c.contact or viewer.reads(FieldClass.CONTACT)]
    return own + [Cell(_MORE + c.key, c.label, _from_slice(c), shown=False) for c in plugs.customer_columns]


def _from_slice(column: plugs.CustomerColumn) -> Callable[[CustomerRow, Page], SafeString]:
    write = {"money": formats.wan, "date": formats.day, "number": formats.count}.get(column.kind, str)

    def cell(row: CustomerRow, page: Page) -> SafeString:
        value = page.more.get(column.key, {}).get(row.id)
        return NOTHING if value is None else _safe(write(value))

    return cell


def chosen(wanted: Sequence[str], cookie: str, viewer: Viewer) -> list[Cell]:
    """Return the columns to show: those of the address (unknown ones raise), of the cookie, or the usual."""
    known = {cell.key: cell for cell in cells_for(viewer)}
    for key in wanted:
        if key not in known:
            raise Invalid("There is no column %(name)s.", name=key[:40])
    keys = list(wanted) or [key for key in cookie.split(".") if key in known]
    if not keys:
        return [
            cell for cell in known.values() if cell.shown and not (cell.key == "owner" and _is_own(viewer))
        ]
    return [known[key] for key in dict.fromkeys(keys)]


def _is_own(viewer: Viewer) -> bool:
    """Whoever sees only their own customers need not read their own name on every line."""
    return viewer.scope == Scope.OWN and not viewer.is_system


def values_of_slices(
    cells: Sequence[Cell], ids: Sequence[int], viewer: Viewer
) -> dict[str, Mapping[int, Any]]:
    """Ask other slices for their columns of one page."""
    wanted = {cell.key.removeprefix(_MORE) for cell in cells if cell.key.startswith(_MORE)}
    return {c.key: c.values(ids, viewer) for c in plugs.customer_columns if c.key in wanted} if ids else {}


def write_rows(rows: Sequence[CustomerRow], cells: Sequence[Cell], page: Page) -> SafeString:
    """Return the rows of the table."""
    openings = [
        (cell.write, format_html('<td{} data-label="{}">', _css(cell), str(cell.label))) for cell in cells
    ]  # written once a column, not once a cell
    return mark_safe("".join(_row(row, openings, page) for row in rows))  # noqa: S308 - every part is escaped


def _css(cell: Cell) -> SafeString:
    css = "wide" if cell.key == "tags" else cell.align
    return format_html(' class="{}"', css) if css else mark_safe("")


def _row(
    row: CustomerRow, openings: Sequence[tuple[Callable[..., SafeString], SafeString]], page: Page
) -> str:
    url, name = f"/customers/{row.id}/", escape(row.name)
    cells = "".join(f"{opening}{write(row, page)}</td>" for write, opening in openings)
    return (
        f'<tr data-row data-href="{url}"><td class="pick"><label>'
        f'<input type="checkbox" name="id" value="{row.id}"'
        f' data-select aria-label="{name}"></label></td><th scope="row" class="lead"><span class="who">'
        f'{atoms.avatar(row.name)}<span><a href="{url}" data-open-row>{name}</a><small>'
        f"{_below(row)}</small></span>"
        f"</span>{_edit(url) if page.may_edit else ''}</th>{cells}</tr>"
    )


def _below(row: CustomerRow) -> SafeString:
    if row.form_of_address and row.form_of_address != row.name:
        return format_html("{} · {}", row.form_of_address, row.number)
    return escape(str(row.number))


def _edit(url: str) -> str:
    """What the key ``e`` presses; the row's own link is what people see."""
    return (
        f'<a class="visually-hidden" tabindex="-1" aria-hidden="true" href="{url}edit/"'
        f' data-dialog="{url}edit/" data-edit></a>'
    )
