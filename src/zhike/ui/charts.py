"""Charts as plain data: what a page hands over, what the browser draws, what the table shows.

A builder (:func:`line`, :func:`bars`, :func:`heatmap`, :func:`scatter`, :func:`sankey`, :func:`pyramid`)
returns a :class:`Chart`; `{% chart drawing title=… %}` renders it. Number formats are names: ``int``,
``number``, ``percent`` (of a share 0…1), ``money`` (whole currency units), ``wan`` (short money), ``text``.
Tones are those of the design tokens: jade, mint, blue, amber, red, violet, green, grey, tier-a … tier-d.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhike.ui import formats

Cell = int | float | str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw (``spec``, JSON) and the same data as a table (column names, rows of shown text)."""

    spec: dict[str, Any]
    columns: list[str]
    rows: list[list[str]]

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: show what to do next instead."""
        return not self.rows


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars; ``values`` are numbers, None where there is a gap."""

    name: str
    values: Sequence[float | int | None]
    tone: str = "jade"
    dashed: bool = False
    stack: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """Name and number format of an axis; ``low`` and ``high`` fix its reach."""

    name: str = ""
    format: str = "int"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with a label on a line or scatter chart."""

    x: float | str
    y: float
    label: str
    tone: str = "amber"


@dataclass(frozen=True, slots=True)
class Node:
    """One box of a sankey chart; ``label`` is what is shown, ``key`` what links refer to."""

    key: str
    label: str
    tone: str = "grey"
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A flow between two nodes."""

    source: str
    target: str
    value: float


@dataclass(frozen=True, slots=True)
class Heat:
    """A cell of a heat map: column and row, ``value`` shown, ``weight`` 0…1 for the colour, address."""

    x: int
    y: int
    value: float
    weight: float
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a pyramid: label, share of people and share of value (0…1), tone."""

    label: str
    people: float
    value: float
    tone: str = "grey"
    url: str = ""
    note: str = field(default="")


WRITERS: dict[str, Callable[[float], str]] = {
    "int": formats.count,
    "percent": lambda value: formats.percent(value, 1),
    "money": lambda value: formats.money(round(value * 100), "round"),
    "wan": lambda value: formats.wan(round(value * 100)),
    "number": lambda value: f"{value:,.2f}",
}
"""Number formats by name; ``text`` and unknown names print the value as it is."""


def shown(value: Cell, form: str) -> str:
    """A number as the table and the labels write it."""
    if value is None:
        return "–"
    return WRITERS[form](value) if form in WRITERS and not isinstance(value, str) else str(value)


def _axis(axis: Axis) -> dict[str, Any]:
    return {"name": str(axis.name), "format": axis.format, "min": axis.low, "max": axis.high}


def _series(items: Sequence[Series]) -> list[dict[str, Any]]:
    return [
        {"name": str(s.name), "values": list(s.values), "tone": s.tone, "dashed": s.dashed, "stack": s.stack}
        for s in items
    ]


def _by_label(
    kind: str, labels: Sequence[str], series: Sequence[Series], x: Axis, y: Axis, **more: Any
) -> Chart:
    names = [str(label) for label in labels]
    spec = {"kind": kind, "labels": names, "series": _series(series), "x": _axis(x), "y": _axis(y), **more}
    rows = [[name, *(shown(s.values[i], y.format) for s in series)] for i, name in enumerate(names)]
    return Chart(spec, [str(x.name), *(str(s.name) for s in series)], rows)


def line(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    x: Axis | None = None,
    y: Axis | None = None,
    area: bool = False,
    marks: Sequence[Mark] = (),
) -> Chart:
    """Lines over named positions (months); ``area`` fills below, stacked where the series share ``stack``."""
    drawn = [{"x": m.x, "y": m.y, "label": str(m.label), "tone": m.tone} for m in marks]
    return _by_label("area" if area else "line", labels, series, x or Axis(), y or Axis(), marks=drawn)


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    x: Axis | None = None,
    y: Axis | None = None,
    horizontal: bool = False,
) -> Chart:
    """Bars over names; horizontal for long names."""
    return _by_label("bar", labels, series, x or Axis(), y or Axis(), horizontal=horizontal)


def curve(
    points: Sequence[tuple[float, float]],
    *,
    name: str,
    x: Axis,
    y: Axis,
    compare: Sequence[tuple[float, float]] = (),
    compare_name: str = "",
    marks: Sequence[Mark] = (),
) -> Chart:
    """A curve over numbers (concentration), with an older one dashed beside it."""
    curves = [{"name": str(name), "points": [list(p) for p in points], "tone": "jade", "dashed": False}]
    if compare:
        curves.append(
            {"name": str(compare_name), "points": [list(p) for p in compare], "tone": "mint", "dashed": True}
        )
    drawn = [{"x": m.x, "y": m.y, "label": str(m.label), "tone": m.tone} for m in marks]
    rows = [[shown(a, x.format), shown(b, y.format)] for a, b in points]
    spec = {"kind": "curve", "curves": curves, "x": _axis(x), "y": _axis(y), "marks": drawn}
    return Chart(spec, [str(x.name), str(y.name)], rows)


def scatter(
    points: Sequence[tuple[float, float]], *, x: Axis, y: Axis, diagonal: bool = False, tone: str = "jade"
) -> Chart:
    """Points; ``diagonal`` draws y = x, for predicted against actual."""
    rows = [[shown(a, x.format), shown(b, y.format)] for a, b in points]
    spec = {
        "kind": "scatter", "points": [list(p) for p in points], "x": _axis(x), "y": _axis(y),
        "diagonal": diagonal, "tone": tone,
    }  # fmt: skip
    return Chart(spec, [str(x.name), str(y.name)], rows)


def heatmap(
    columns: Sequence[str],
    lines: Sequence[str],
    cells: Sequence[Heat],
    *,
    corner: str = "",
    form: str = "int",
) -> Chart:
    """A grid of cells: number shown, colour by weight; a cell with an address can be clicked."""
    spec = {
        "kind": "heatmap",
        "columns": [str(c) for c in columns],
        "lines": [str(r) for r in lines],
        "format": form,
        "cells": [
            {"x": c.x, "y": c.y, "value": c.value, "weight": c.weight, "url": c.url, "note": str(c.note)}
            for c in cells
        ],
    }
    by_place = {(c.x, c.y): shown(c.value, form) for c in cells}
    rows = [
        [str(name), *(by_place.get((x, y), "–") for x in range(len(columns)))] for y, name in enumerate(lines)
    ]
    return Chart(spec, [str(corner), *(str(c) for c in columns)], rows if cells else [])


def sankey(nodes: Sequence[Node], links: Sequence[Link], *, heads: Sequence[str], form: str = "int") -> Chart:
    """Flows between boxes (tier then → tier now). ``heads``: names of source, target and value."""
    label = {n.key: str(n.label) for n in nodes}
    spec = {
        "kind": "sankey",
        "format": form,
        "nodes": [{"key": n.key, "label": str(n.label), "tone": n.tone, "depth": n.depth} for n in nodes],
        "links": [{"source": k.source, "target": k.target, "value": k.value} for k in links if k.value > 0],
    }
    rows = [[label[k.source], label[k.target], shown(k.value, form)] for k in links if k.value > 0]
    return Chart(spec, [str(h) for h in heads], rows)


def pyramid(bands: Sequence[Band], *, heads: Sequence[str]) -> Chart:
    """People to the left, value to the right, one row a tier. ``heads``: names of tier, people and value."""
    spec = {
        "kind": "pyramid",
        "heads": [str(h) for h in heads],
        "bands": [
            {
                "label": str(b.label), "people": b.people, "value": b.value, "tone": b.tone,
                "url": b.url, "note": str(b.note),
            }
            for b in bands
        ],
    }  # fmt: skip
    rows = [[str(b.label), shown(b.people, "percent"), shown(b.value, "percent")] for b in bands]
    return Chart(spec, [str(h) for h in heads], rows)
