"""`{% load ui %}`: every component and filter of the house (documented in docs/reference/ui.md)."""

from __future__ import annotations

from django import template

from zhike.ui import formats
from zhike.ui.errors import error_words
from zhike.ui.components import atoms, blocks, forms, parts

register = template.Library()

for tag in (
    atoms.icon, atoms.tier, atoms.badge, atoms.avatar, atoms.kbd, atoms.progress, atoms.stacked_bar, atoms.spark,
    atoms.count_bubble,
    parts.figure, parts.tabs, parts.segmented, parts.chips, parts.saved_views, parts.column_head, parts.pager,
    parts.steps, parts.dropzone, parts.skeleton, parts.search_input, parts.progress_job, parts.facts, parts.chart,
    forms.control, forms.field, forms.form_fields, forms.form_errors,
):  # fmt: skip
    register.simple_tag(tag, name=tag.__name__)

register.simple_tag(error_words)
register.simple_tag(parts.columns, takes_context=True, name="columns")

for block in (
    blocks.card, blocks.empty_state, blocks.dialog, blocks.popover, blocks.menu, blocks.disclosure, blocks.notice,
    blocks.timeline_item, blocks.bulk_bar, blocks.quote, blocks.section,
):  # fmt: skip
    register.simple_block_tag(block, name=block.__name__)

FILTERS = {
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
