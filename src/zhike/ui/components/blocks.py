"""Components with a body of their own: `{% card title=… %} … {% endcard %}` and the like.

Each is drawn by a template in `ui/components/`; what a component takes is its function's arguments.
"""

from __future__ import annotations

from typing import Any

from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from zhike.ui.components.kept import draw_kept

LARGEST_CONTENT = 1000
"""Characters of a body; a longer one is this page's own, and would only push out what comes again."""


def draw(name: str, values: dict[str, Any], context: Context | None = None) -> SafeString:
    """Render `ui/components/<name>.html`; the request is handed on for a form of its own.

    Small ones are kept (:mod:`zhike.ui.components.kept`): what they show follows from their values alone.
    """
    request = context.get("request") if context is not None else None
    template = f"ui/components/{name}.html"
    if len(values.get("content", "")) > LARGEST_CONTENT:
        return SafeString(get_template(template).render(values))
    return draw_kept(template, values, request)


def card(
    content: str,
    title: Any = "",
    sub: Any = "",
    note: Any = "",
    link: str = "",
    link_label: Any = "",
    icon: str = "",
    tone: str = "",
    css: str = "",
    id: str = "",
    dialog: bool = False,
    flush: bool = False,
) -> SafeString:
    """A white card. ``tone``: red, amber or jade edge; ``flush``: no padding; ``dialog``: link opens one."""
    return draw("card", locals())


def empty_state(
    content: str, title: Any = "", icon: str = "", url: str = "", label: Any = "", dialog: bool = False
) -> SafeString:
    """What stands where there is nothing yet: says why and offers the next step."""
    return draw("empty_state", locals())


def dialog(content: str, id: str, title: Any, size: str = "", tone: str = "") -> SafeString:
    """A native dialog that is already on the page; opened by `data-open="id"`."""
    return draw("dialog", locals())


def popover(content: str, id: str, label: Any, icon: str = "", css: str = "", title: Any = "") -> SafeString:
    """A button and what it unfolds beside itself: explanations, small menus."""
    return draw("popover", locals())


def menu(content: str, id: str, label: Any = "", icon: str = "dots", css: str = "") -> SafeString:
    """The `…` button with further commands; the body is a list of links and buttons."""
    return draw("menu", locals())


def disclosure(content: str, summary: Any, open: bool = False, note: Any = "") -> SafeString:
    """Something to unfold in place."""
    return draw("disclosure", locals())


def notice(content: str, tone: str = "blue", title: Any = "", icon: str = "") -> SafeString:
    """A quiet message: tone blue (to know), amber (coming), red (someone must act), jade (done)."""
    icon = icon or {"red": "alert-triangle", "amber": "alert-circle", "jade": "circle-check"}.get(
        tone, "info-circle"
    )
    return draw("notice", {**locals(), "icon": icon})


def timeline_item(
    content: str,
    title: Any = "",
    icon: str = "point",
    when: Any = "",
    when_title: Any = "",
    tone: str = "",
    url: str = "",
    id: str = "",
) -> SafeString:
    """One entry of a timeline (inside `<ol class="timeline">`); badges go into the body."""
    return draw("timeline_item", locals())


def bulk_bar(content: str, table: str, what: Any = "") -> SafeString:
    """Commands for the selected rows of table #``table``; appears when something is selected."""
    return draw("bulk_bar", locals())


def quote(content: str) -> SafeString:
    """Words to say, on their own ground."""
    return draw("quote", locals())


def section(content: str, title: Any, note: Any = "", id: str = "") -> SafeString:
    """A group of a page with its small heading (`现在就做  今天不做就晚了`)."""
    return draw("section", locals())
