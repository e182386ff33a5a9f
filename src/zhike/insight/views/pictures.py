"""The charts of the overview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhike.insight.rules import findings
from zhike.refresh.queries import Insight
from zhike.ui import charts
from zhike.ui.charts import Axis, Band, Chart, Heat, Link, Mark, Node, Series

_TIERS = ("A", "B", "C", "D")
_STEPS = (1, 2, 3, 4, 5)


def heat(found: Insight) -> Chart:
    """Recency by frequency: people in the cell, colour by their mean value; a cell opens its customers."""
    sums: dict[tuple[int, int], list[int]] = {}
    for row in found.rfm:
        cell = sums.setdefault((row["f"], row["r"]), [0, 0])
        cell[0] += row["customers"]
        cell[1] += row["value"]
    top = max((v / n for n, v in sums.values() if n), default=0) or 1
    cells = [
        Heat(f - 1, 5 - r, n, (v / n / top) ** 0.5 if n else 0.0, url=_customers(r=r, f=f))
        for (f, r), (n, v) in sums.items()
    ]
    columns = [_("rarely"), "2", "3", "4", _("often")]
    lines = [_("lately"), "4", "3", "2", _("long ago")]
    return charts.heatmap(columns, lines, cells, corner=_("Last purchase"))


def _customers(**filters: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse('customers:list')}?{query}"


def concentration(found: Insight) -> Chart:
    """Share of value over share of customers; dashed is the run before."""
    points = [(p["customers"], p["value"]) for p in found.concentration]
    before = [(p["customers"], p["value"]) for p in found.concentration_before]
    share = next((t["share_of_customers"] for t in found.tiers if t["tier"] == "A"), 0.0)
    marks = (
        [Mark(share, findings.share_at(found.concentration, share), _("Tier A"), "tier-a")]
        if share and points
        else []
    )
    return charts.curve(
        points,
        name=_("Now"),
        x=Axis(_("Share of customers"), "percent", 0, 1),
        y=Axis(_("Share of the value"), "percent", 0, 1),
        compare=before,
        compare_name=_("Before"),
        marks=marks,
    )


def migration(found: Insight) -> Chart:
    """Tiers at the run before and now."""
    rows = [r for r in found.migration if r["from"] in _TIERS and r["to"] in _TIERS]
    nodes = [
        Node(f"{side}{t}", t, f"tier-{t.lower()}", depth)
        for depth, side in enumerate(("from", "to"))
        for t in _TIERS
    ]
    links = [Link(f"from{r['from']}", f"to{r['to']}", r["customers"]) for r in rows]
    return charts.sankey(nodes, links, heads=[_("Before"), _("Now"), _("Customers")])


def pyramid(found: Insight) -> Chart:
    """Each tier's share of people and of value."""
    bands = [
        Band(
            t["tier"],
            t["share_of_customers"],
            t["share_of_value"],
            f"tier-{t['tier'].lower()}",
            url=_customers(tier=t["tier"]),
        )
        for t in found.tiers
        if t["tier"]
    ]
    return charts.pyramid(bands, heads=[_("Tier"), _("Customers"), _("Value")])


def flow(found: Insight) -> Chart:
    """New, active, returned, slipping and lost customers by month."""
    months = [f"{row['month'][2:4]}-{row['month'][5:]}" for row in found.flow]
    series = [
        Series(pgettext("customer state", "Active"), _column(found.flow, "active"), "jade", stack="all"),
        Series(pgettext("customer state", "New"), _column(found.flow, "new"), "mint", stack="all"),
        Series(
            pgettext("customer state", "Back again"), _column(found.flow, "returned"), "blue", stack="all"
        ),
        Series(
            pgettext("customer state", "Slipping away"), _column(found.flow, "lapsing"), "amber", stack="all"
        ),
        Series(pgettext("customer state", "Lost"), _column(found.flow, "lost"), "red", stack="all"),
    ]
    return charts.line(months, series, x=Axis(_("Month")), y=Axis(_("Customers")), area=True)


def _column(rows: Sequence[dict[str, Any]], name: str) -> list[int]:
    return [row[name] for row in rows]


def calibration(found: Insight) -> Chart:
    """Predicted against actual purchases of groups of customers in the backtest."""
    points = [(p["predicted"], p["actual"]) for p in found.calibration]
    return charts.scatter(
        points,
        x=Axis(_("Predicted purchases"), "number"),
        y=Axis(_("Actual purchases"), "number"),
        diagonal=True,
    )
