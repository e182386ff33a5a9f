"""The columns of the customer list: which there are, which one sees, and how a cell is printed.

Cells are written in Python: a page has hundreds, and a template per cell would cost more than the query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers.forms import labels
from zhike.customers.queries import CustomerRow
from zhike.ui import formats
from zhike.ui.components import atoms

COOKIE = "zhike_customer_columns"
NOTHING = mark_safe('<span class="faint">–</span>')
HIGH_RISK = 0.6


@dataclass(frozen=True, slots=True)
class Cell:
    """How one column is printed and what it needs."""

    key: str
    label: Any
    write: Callable[[CustomerRow, Page], Any]
    sort: str = ""
    align: str = ""
    shown: bool = True
    contact: bool = False


@dataclass(slots=True)
class Page:
    """What the cells of one page share: what may be edited, and values of other slices."""

    may_edit: bool = False
    may_assign: bool = False
    may_tag: bool = False
    more: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)


def _tier(row: CustomerRow, _page: Page) -> SafeString:
    return atoms.tier(row.tier)


def _state(row: CustomerRow, _page: Page) -> SafeString:
    return atoms.badge(labels.label(labels.STATES, row.state), labels.STATE_TONES.get(row.state, "grey"))


def _rfm(row: CustomerRow, _page: Page) -> Any:
    return labels.label(labels.RFM_CELLS, row.rfm_cell) or NOTHING


def _value(row: CustomerRow, _page: Page) -> Any:
    return formats.wan(row.value_12m) if row.orders else NOTHING


def _risk(row: CustomerRow, _page: Page) -> Any:
    if not row.orders:
        return NOTHING
    css = "text-amber strong" if row.risk >= HIGH_RISK and row.state != "lost" else "ink"
    return format_html(
        '<span class="{}" title="{}">{}</span>', css, formats.percent(row.risk), formats.likely(row.risk)
    )


def _next(row: CustomerRow, _page: Page) -> Any:
    if row.next_purchase is None:
        return NOTHING
    late = row.next_high is not None and row.next_high < formats.today()
    text = _("around %(day)s") % {"day": formats.day(row.next_purchase)}
    return format_html('<span class="{}">{}</span>', "text-amber" if late else "", text)


def _last_purchase(row: CustomerRow, _page: Page) -> Any:
    return _since(row.last_purchase)


def _last_contact(row: CustomerRow, _page: Page) -> Any:
    return _since(row.last_contact)


def _since(day: Any) -> Any:
    if day is None:
        return NOTHING
    return format_html('<span title="{}">{}</span>', formats.day(day, "year"), formats.ago(day))


def _owner(row: CustomerRow, page: Page) -> Any:
    return _editable(row, "owner", row.owner_name, allowed=page.may_assign)


def _region(row: CustomerRow, page: Page) -> Any:
    return _editable(row, "region", row.region, allowed=page.may_edit)


def _tags(row: CustomerRow, page: Page) -> Any:
    shown = mark_safe("".join(atoms.badge(tag) + " " for tag in row.tags[:3]))  # noqa: S308 - badges are escaped
    if len(row.tags) > 3:
        shown += format_html('<span class="faint">+{}</span>', len(row.tags) - 3)
    return _editable(row, "tags", shown, allowed=page.may_tag)


def _editable(row: CustomerRow, name: str, value: Any, *, allowed: bool) -> Any:
    """A value one may click to change it in place."""
    if not allowed:
        return value or NOTHING
    return format_html(
        '<button type="button" class="inline-edit" hx-get="/customers/{}/cell/{}/">{}</button>',
        row.id, name, value or format_html('<span class="faint">{}</span>', _("add")),
    )  # fmt: skip


def _team(row: CustomerRow, _page: Page) -> Any:
    return row.team_name or NOTHING


def _phone(row: CustomerRow, _page: Page) -> Any:
    return format_html('<span class="num nowrap">{}</span>', row.phone) if row.phone else NOTHING


def _orders(row: CustomerRow, _page: Page) -> Any:
    return formats.count(row.orders) if row.orders else NOTHING


def _amount(row: CustomerRow, _page: Page) -> Any:
    return formats.wan(row.amount_12m) if row.amount_12m else NOTHING


def _created(row: CustomerRow, _page: Page) -> Any:
    return formats.day(row.created_at, "year")


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


def _from_slice(column: plugs.CustomerColumn) -> Callable[[CustomerRow, Page], Any]:
    write = {"money": formats.wan, "date": formats.day, "number": formats.count}.get(column.kind, str)

    def cell(row: CustomerRow, page: Page) -> Any:
        value = page.more.get(column.key, {}).get(row.id)
        return NOTHING if value is None else write(value)

    return cell


def chosen(wanted: Sequence[str], cookie: str, viewer: Viewer) -> list[Cell]:
    """Return the columns to show: those of the address (unknown ones raise), of the cookie, or the usual."""
    known = {cell.key: cell for cell in cells_for(viewer)}
    for key in wanted:
        if key not in known:
            raise Invalid("There is no column %(name)s.", name=key[:40])
    keys = list(wanted) or [key for key in cookie.split(".") if key in known]
    if not keys:
        return [cell for cell in known.values() if cell.shown]
    return [known[key] for key in dict.fromkeys(keys)]


def values_of_slices(
    cells: Sequence[Cell], ids: Sequence[int], viewer: Viewer
) -> dict[str, Mapping[int, Any]]:
    """Ask other slices for their columns of one page."""
    wanted = {cell.key.removeprefix(_MORE) for cell in cells if cell.key.startswith(_MORE)}
    return {c.key: c.values(ids, viewer) for c in plugs.customer_columns if c.key in wanted} if ids else {}


def write_rows(rows: Sequence[CustomerRow], cells: Sequence[Cell], page: Page) -> list[SafeString]:
    """Return the cells of each row behind its name."""
    heads = [
        (cell.write, format_html('<td{} data-label="{}">', _css(cell), str(cell.label))) for cell in cells
    ]  # opened once a column, not once a cell
    return [mark_safe("".join(_parts(row, heads, page))) for row in rows]  # noqa: S308 - parts are escaped


def _css(cell: Cell) -> SafeString:
    css = "wide" if cell.key == "tags" else cell.align
    return format_html(' class="{}"', css) if css else mark_safe("")


def _parts(row: CustomerRow, heads: Sequence[tuple[Callable[..., Any], SafeString]], page: Page) -> list[str]:
    parts = []
    for write, opening in heads:
        value = write(row, page)
        shown = value if isinstance(value, SafeString) else format_html("{}", value)
        parts.append(f"{opening}{shown}</td>")
    return parts
