"""`{% load ui %}`: every component and filter of the house (documented in docs/reference/ui.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from zhike.ui import errors, formats
from zhike.ui.components import atoms, blocks, forms, parts

register = template.Library()

TAGS = {
    atoms: ("icon", "tier", "badge", "avatar", "kbd", "progress", "stacked_bar", "spark", "count_bubble"),
    parts: (
        "figure", "tabs", "segmented", "chips", "saved_views", "column_head", "pager", "steps", "dropzone",
        "skeleton", "search_input", "progress_job", "facts", "chart",
    ),
    forms: ("control", "field", "form_fields", "form_errors"),
    errors: ("error_words",),
}  # fmt: skip
BLOCKS = (
    "card", "empty_state", "dialog", "popover", "menu", "disclosure", "notice", "timeline_item", "bulk_bar",
    "quote", "section",
)  # fmt: skip

for module, names in TAGS.items():
    for name in names:
        register.simple_tag(getattr(module, name), name=name)
for name in BLOCKS:
    register.simple_block_tag(getattr(blocks, name), name=name)
register.simple_tag(parts.columns, takes_context=True, name="columns")


@register.simple_tag(takes_context=True)
def frame_part(context: Context, name: str) -> SafeString:
    """A part of the frame around a page (`head`, `rail`, …); see :meth:`zhike.ui.context.Frame.part`."""
    part: SafeString = context["frame"].part(name)
    return part


FILTERS: dict[str, Callable[..., Any]] = {
    "money": formats.money,
    "wan": formats.wan,
    "short_number": formats.short_number,
    "count": formats.count,
    "percent": formats.percent,
    "likely": formats.likely,
    "day": formats.day,
    "clock": formats.time_of_day,
    "moment": formats.moment,
    "ago": formats.ago,
    "minutes": formats.minutes,
    "lunar": formats.lunar,
    "masked_phone": formats.masked_phone,
    "phone": formats.phone,
    "avatar_colour": formats.colour_index,
    "initial": formats.initial,
}
for name, write in FILTERS.items():
    register.filter(name, write)
