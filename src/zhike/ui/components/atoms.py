"""The smallest pieces: icon, tier, badge, avatar, money. Written in Python because a list draws hundreds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from zhike.ui import formats

TIERS = ("A", "B", "C", "D")
TONES = ("grey", "jade", "red", "amber", "blue", "violet", "green")

CACHED = 4096
"""How many drawn icons, tiers and avatars are kept: a list draws the same few hundreds of times."""


def icon(name: str, label: Any = "", size: str = "") -> SafeString:
    """An icon of the sprite (names: `ui/assets/icons.txt`); silent for screen readers without label."""
    return _icon(str(name), str(label), str(size))


@lru_cache(CACHED)
def _icon(name: str, label: str, size: str) -> SafeString:
    css = f"icon icon-{size}" if size else "icon"
    use = format_html('<use href="{}#{}"></use>', static("ui/dist/icons.svg"), name)
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', css, label, use)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', css, use)


def maybe_icon(name: str) -> SafeString:
    """The icon, or nothing for an empty name."""
    return icon(name) if name else mark_safe("")


def tier(letter: Any, style: str = "") -> SafeString:
    """The customer's tier: its letter, or with style ``full`` `Tier A`; a dash where there is none."""
    return _tier(str(letter or "").upper(), style, get_language() or "")


@lru_cache(CACHED)
def _tier(text: str, style: str, language: str) -> SafeString:
    if text not in TIERS:
        return format_html('<span class="tier tier-none" title="{}">–</span>', gettext("Not graded yet"))
    name = gettext("Tier %(letter)s") % {"letter": text}
    shown = name if style == "full" else text
    return format_html('<span class="tier tier-{}" title="{}">{}</span>', text.lower(), name, shown)


def badge(text: Any, tone: str = "grey", icon: str = "", title: str = "") -> SafeString:
    """A short fact on a pale ground. Tones: see :data:`TONES`; red means it needs someone today."""
    tone = tone if tone in TONES else "grey"
    tip = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="badge badge-{}"{}>{}{}</span>', tone, tip, maybe_icon(icon), text)


def avatar(name: Any, size: str = "", src: str = "") -> SafeString:
    """A round avatar; the colour follows from the name, so a person looks the same everywhere."""
    return _avatar(str(name or ""), str(size), str(src))


@lru_cache(CACHED)
def _avatar(name: str, size: str, src: str) -> SafeString:
    css = f"avatar avatar-{size}" if size else "avatar"
    if src:
        return format_html('<img class="{}" src="{}" alt="" loading="lazy">', css, src)
    index, text = formats.colour_index(name), formats.initial(name)
    return format_html('<span class="{} av-{}" aria-hidden="true">{}</span>', css, index, text)


def count_bubble(number: Any) -> SafeString:
    """The small number beside a menu item or tab; nothing for none."""
    if number in (None, "", 0):
        return mark_safe("")
    return format_html('<span class="count">{}</span>', number)


def kbd(keys: str) -> SafeString:
    """A key: `<kbd>/</kbd>`."""
    return format_html("<kbd>{}</kbd>", keys)


def progress(value: Any, maximum: Any = 100, label: str = "", tone: str = "") -> SafeString:
    """A native progress bar; without value it runs to and fro."""
    css = f"progress progress-{tone}" if tone else "progress"
    name = label or gettext("Progress")
    if value is None or value == "":
        return format_html('<progress class="{}" aria-label="{}"></progress>', css, name)
    return format_html(
        '<progress class="{}" value="{}" max="{}" aria-label="{}"></progress>', css, value, maximum, name
    )


def stacked_bar(
    parts: list[tuple[float, str, str]], total: float | None = None, label: str = ""
) -> SafeString:
    """One bar of several parts (size, tone, name), drawn as SVG so that no inline style is needed."""
    whole = total or sum(size for size, _, _ in parts) or 1
    x = 0.0
    drawn = []
    for size, tone, name in parts:
        width = 100 * size / whole
        drawn.append((tone, f"{x:.2f}", f"{width:.2f}", name))
        x += width
    rects = format_html_join(
        "", '<rect class="fill-{}" x="{}%" width="{}%" height="100%"><title>{}</title></rect>', drawn
    )
    text = label or "、".join(str(name) for _, _, name in parts)
    return format_html('<svg class="stacked" role="img" aria-label="{}">{}</svg>', text, rects)


def spark(values: list[float], label: str = "", tone: str = "jade") -> SafeString:
    """A line of a few numbers, 72 × 20: enough to see a direction."""
    if len(values) < 2:
        return mark_safe("")
    low, high = min(values), max(values)
    reach = (high - low) or 1
    step = 72 / (len(values) - 1)
    points = " ".join(f"{i * step:.1f},{18 - 16 * (v - low) / reach:.1f}" for i, v in enumerate(values))
    shape = format_html('<polyline points="{}"/>', points)
    return format_html(
        '<svg class="spark stroke-{}" viewBox="0 0 72 20" role="img" aria-label="{}">{}</svg>',
        tone,
        label,
        shape,
    )
