"""Components without a body: tiles, tabs, chips, pager, steps, charts, file drop zone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.core.serializers.json import DjangoJSONEncoder
from django.template.context import Context
from django.utils.safestring import SafeString

from zhike.ui.charts import Chart
from zhike.ui.components.blocks import draw


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab or segment: where it leads and how many wait there."""

    key: str
    label: Any
    url: str
    count: Any = None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: active ones are dark; ``remove`` is the address without it (a set filter shows a cross)."""

    label: Any
    url: str
    active: bool = False
    count: Any = None
    remove: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list someone kept: a name and its address; ``delete_url`` only for those who may."""

    label: Any
    url: str
    active: bool = False
    count: Any = None
    delete_url: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: ``sort_url`` when it may be sorted, ``sorted`` is "asc", "desc" or empty."""

    key: str
    label: Any
    shown: bool = True
    locked: bool = False
    sort_url: str = ""
    sorted: str = ""
    align: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a wizard; ``url`` only where one may go back."""

    label: Any
    url: str = ""


def figure(
    value: Any, label: Any, note: Any = "", tone: str = "", url: str = "", explain: str = "", icon: str = ""
) -> SafeString:
    """A key figure: value, label, basis in small grey.

    ``explain`` is an address loaded into a dialog, or `#id` of a dialog on the page; ``url`` a plain link.
    """
    return draw("figure", locals())


def tabs(
    items: Iterable[Tab | Mapping[str, Any]], active: str = "", label: Any = "", target: str = ""
) -> SafeString:
    """Underlined tabs. With ``target`` (a selector) htmx swaps only that part and pushes the address."""
    return draw("tabs", locals())


def segmented(items: Iterable[Tab | Mapping[str, Any]], active: str = "", label: Any = "") -> SafeString:
    """A small switch between views (links)."""
    return draw("segmented", locals())


def chips(items: Iterable[Chip | Mapping[str, Any]], label: Any = "", target: str = "") -> SafeString:
    """Filters as chips."""
    return draw("chips", locals())


def saved_views(items: Iterable[SavedView | Mapping[str, Any]], save_url: str = "") -> SafeString:
    """The bar of saved views; ``save_url`` is loaded into a dialog ("save this view")."""
    return draw("saved_views", locals())


def columns(
    context: Context, items: Sequence[Column | Mapping[str, Any]], action: str, id: str = "columns"
) -> SafeString:
    """The column chooser: posts `column=key` for each ticked one to ``action``."""
    return draw("columns", {"items": items, "action": action, "id": id}, context)


def column_head(column: Column | Mapping[str, Any]) -> SafeString:
    """A `<th>` with its sort link and `aria-sort`."""
    return draw("column_head", {"column": column})


def pager(
    prev_url: str = "",
    next_url: str = "",
    shown: Any = None,
    total: Any = None,
    capped: bool = False,
    target: str = "",
    first_url: str = "",
    last_url: str = "",
) -> SafeString:
    """Previous and next page of a keyset list, and its two ends where given.

    ``capped``: the total is only a lower bound and says so.
    """
    return draw("pager", locals())


def steps(items: Iterable[Step | Mapping[str, Any] | str], current: int = 1, label: Any = "") -> SafeString:
    """Where one is in a wizard; ``current`` counts from 1."""
    made = [{"label": item} if isinstance(item, str) else item for item in items]
    return draw("steps", {"items": made, "current": int(current), "label": label})


def dropzone(
    name: str,
    label: Any = "",
    hint: Any = "",
    accept: str = "",
    max_mb: int = 0,
    multiple: bool = False,
    id: str = "",
) -> SafeString:
    """A file field one can drop onto; works without script as a plain file field."""
    return draw("dropzone", {**locals(), "id": id or f"id_{name}"})


def skeleton(lines: int = 3, css: str = "") -> SafeString:
    """Grey lines that hold the place of something loading."""
    return draw("skeleton", {"lines": range(int(lines)), "css": css})


def search_input(
    name: str = "q", value: Any = "", label: Any = "", url: str = "", target: str = "", placeholder: Any = ""
) -> SafeString:
    """A search field; with ``url`` and ``target`` it filters while one types."""
    return draw("search_input", locals())


def progress_job(
    url: str, value: Any = None, maximum: Any = 100, label: Any = "", every: int = 2
) -> SafeString:
    """A progress bar that asks ``url`` every few seconds; the answer replaces it (end = without polling)."""
    return draw("progress_job", locals())


def facts(items: Iterable[tuple[Any, Any]]) -> SafeString:
    """Label and value pairs (`<dl>`); empty values are left out."""
    return draw("facts", {"items": [(k, v) for k, v in items if v not in (None, "")]})


def chart(
    drawing: Chart, title: Any, sub: Any = "", height: str = "m", id: str = "", css: str = "", note: Any = ""
) -> SafeString:
    """A chart card: the finding as title, the drawing, its data as a table one click away.

    What to draw stands in an attribute: scripts, even those that hold only data, are cut from swapped parts.
    """
    spec = json.dumps(drawing.spec, cls=DjangoJSONEncoder, ensure_ascii=False)
    name = id or f"chart-{crc32(repr(drawing.spec).encode())}"
    return draw("chart", {**locals(), "id": name, "drawing": drawing})
