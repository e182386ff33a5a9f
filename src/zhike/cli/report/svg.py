"""Charts as inline SVG, drawn from plain numbers; colours come from the page's style (light and dark)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart's plot lies in its picture, in pixels of the view box."""

    width: float = 560
    height: float = 280
    left: float = 52
    right: float = 12
    top: float = 12
    bottom: float = 34

    @property
    def inner_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> float:
        return self.height - self.top - self.bottom

    def x(self, share: float) -> float:
        """Horizontal place of a share from 0 (left) to 1."""
        return self.left + share * self.inner_width

    def y(self, share: float) -> float:
        """Vertical place of a share from 0 (bottom) to 1."""
        return self.top + (1 - share) * self.inner_height


def picture(frame: Frame, parts: Sequence[str], label: str) -> str:
    """The whole picture; `label` says to those who cannot see it what it shows."""
    return (
        f'<svg viewBox="0 0 {frame.width:g} {frame.height:g}" role="img"'
        f' aria-label="{escape(label, quote=True)}">' + "".join(parts) + "</svg>"
    )


def text(x: float, y: float, words: str, anchor: str = "middle", kind: str = "tick") -> str:
    """A piece of text."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str, tip: str = "", more: str = "") -> str:
    """A rectangle with a tooltip."""
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}"'
        f' width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
        f"{more}>{title}</rect>"
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def nice_top(largest: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 … at or above a number."""
    if largest <= 0:
        return 1.0
    size = 10.0 ** len(str(int(largest))) / 10 if largest >= 1 else 10.0 ** -len(f"{1 / largest:.0f}")
    for step in (1, 2, 2.5, 5, 10, 20):
        if largest <= step * size * (1 + 1e-9):
            return step * size
    return largest


def scale_y(frame: Frame, labels: Sequence[str]) -> list[str]:
    """Horizontal grid lines with labels from bottom to top."""
    parts = []
    for place, label in enumerate(labels):
        y = frame.y(place / (len(labels) - 1))
        parts += [
            line(frame.left, y, frame.width - frame.right, y),
            text(frame.left - 6, y + 4, label, "end"),
        ]
    return parts


def scale_x(frame: Frame, labels: Sequence[str]) -> list[str]:
    """Labels along the bottom, evenly from left to right."""
    last = max(len(labels) - 1, 1)
    return [text(frame.x(place / last), frame.height - 12, label) for place, label in enumerate(labels)]


def curve(frame: Frame, points: Sequence[tuple[float, float]]) -> list[str]:
    """A line with a pale area below it; points are shares from 0 to 1."""
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points)
    area = (
        f"{frame.x(points[0][0]):.1f},{frame.y(0):.1f} {path} {frame.x(points[-1][0]):.1f},{frame.y(0):.1f}"
    )
    return [f'<polygon class="area" points="{area}"/>', f'<polyline class="curve" points="{path}"/>']


def stacked_bars(
    frame: Frame, labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], tips: Sequence[str]
) -> list[str]:
    """Stacked bars; series: (class, values) from the bottom up. At most a dozen labels are written."""
    totals = [sum(values[i] for _, values in series) for i in range(len(labels))]
    top = nice_top(max(totals, default=0))
    slot = frame.inner_width / max(len(labels), 1)
    every = -(-len(labels) // 12)
    parts = scale_y(frame, [f"{top * k / 4:,.4g}" for k in range(5)])
    for i, label in enumerate(labels):
        left, below = frame.left + slot * i + slot * 0.14, 0.0
        for kind, values in series:
            high = values[i] / top
            parts.append(
                rect(left, frame.y(below + high), slot * 0.72, high * frame.inner_height, kind, tips[i])
            )
            below += high
        if i % every == 0:
            parts.append(text(left + slot * 0.36, frame.height - 12, label))
    return parts
