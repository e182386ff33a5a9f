"""Form fields drawn the same everywhere: label, control, help, error, tied together by aria."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.widgets import DateInput, DateTimeInput, Input, Select, Textarea, TimeInput, Widget
from django.utils.safestring import SafeString

from zhike.ui.components.blocks import draw


def kind_of(widget: Widget) -> str:
    """How the field is laid out: check (label beside), group (several), or plain."""
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "group"
    return "plain"


def control_class(widget: Widget) -> str:
    """The CSS class of the control itself."""
    if isinstance(widget, (CheckboxInput, RadioSelect, CheckboxSelectMultiple)):
        return "check"
    if isinstance(widget, Select):
        return "input select"
    if isinstance(widget, Textarea):
        return "input textarea"
    return "input"


PICKERS: tuple[tuple[type[Input], str, str], ...] = (
    (DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (DateInput, "date", "%Y-%m-%d"),
    (TimeInput, "time", "%H:%M"),
)
"""Widgets for which every browser has a picker of its own, with the form it wants values in."""


def _use_native_picker(widget: Widget) -> None:
    """Let dates and times be picked; widgets belong to one form each, so changing them is safe."""
    for kind, name, layout in PICKERS:
        if isinstance(widget, kind) and widget.input_type == "text":
            widget.input_type, widget.format = name, layout  # type: ignore[attr-defined]


def control(bound: BoundField, placeholder: str = "", autofocus: bool = False) -> SafeString:
    """The bare control with its class, aria attributes and the browser's own help (type, autocomplete)."""
    widget = bound.field.widget
    attrs: dict[str, Any] = {}
    own = widget.attrs.get("class", "")
    attrs["class"] = f"{control_class(widget)} {own}".strip()
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{bound.auto_id}_error")
    if described and kind_of(widget) != "group":
        attrs["aria-describedby"] = " ".join(described)
    if placeholder:
        attrs["placeholder"] = placeholder
    if autofocus:
        attrs["autofocus"] = True
    _use_native_picker(widget)
    return SafeString(bound.as_widget(attrs=attrs))


def field(
    bound: BoundField,
    label: Any = None,
    css: str = "",
    placeholder: str = "",
    autofocus: bool = False,
    suffix: Any = "",
) -> SafeString:
    """One field: label, control, help, error. ``css``: `half`, `third` inside `.form-grid`."""
    widget = bound.field.widget
    if isinstance(widget, Input) and widget.input_type == "hidden":
        return SafeString(bound.as_widget())
    values = {
        "field": bound,
        "label": bound.label if label is None else label,
        "css": css,
        "kind": kind_of(widget),
        "suffix": suffix,
        "control": control(bound, placeholder, autofocus),
    }
    return draw("field", values)


def form_fields(form: BaseForm) -> SafeString:
    """All fields of a form, hidden ones last; pair with `{% form_errors form %}` above."""
    return draw("form_fields", {"form": form})


def form_errors(form: BaseForm) -> SafeString:
    """The summary above a form that was refused: each error leads to its field; nothing for a good form."""
    if not form.errors:
        return SafeString("")
    fields = [f for f in form.visible_fields() if f.errors]
    hidden = [f for f in form.hidden_fields() if f.errors]
    return draw("form_errors", {"form": form, "fields": fields, "hidden": hidden})
