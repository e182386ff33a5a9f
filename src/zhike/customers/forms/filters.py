"""The filter form of the customer list, made of the fields that hang at the plug point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhike.core import plugs
from zhike.core.permissions import Viewer
from zhike.core.plugs import FilterField
from zhike.customers.queries.filters import known_fields

RANGES = ("money", "number", "date")
MAX_OPTIONS = 24
_INPUTS: Mapping[str, type[forms.Field]] = {
    "date": forms.DateField,
    "money": forms.DecimalField,
    "number": forms.DecimalField,
}


@dataclass(frozen=True, slots=True)
class Group:
    """The inputs of one field: ``single`` (a choice or a text) or ``low`` and ``high`` (a range)."""

    field: FilterField
    names: Sequence[str]


def groups_for(viewer: Viewer) -> list[Group]:
    """Return the fields this viewer may filter by, with the names of their inputs (those of the address)."""
    return [Group(field, _names(field)) for field in known_fields(viewer)]


def _worth_asking(field: FilterField, viewer: Viewer) -> bool:
    """A single choice tells nothing apart (a salesperson's own team)."""
    return field.choices is not None and len(field.choices(viewer)) > 1


def _names(field: FilterField) -> list[str]:
    if field.kind in RANGES and {"gte", "lte"} & set(field.lookups):
        return [f"{field.key}__{op}" for op in ("gte", "lte") if op in field.lookups]
    if field.choices is not None and "in" in field.lookups:
        return [f"{field.key}__in"]
    operator = "contains" if "contains" in field.lookups and field.choices is None else "is"
    return [field.key if operator == "is" else f"{field.key}__{operator}"]


class FilterForm(forms.Form):
    """One input per comparison; what is left empty does not filter."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, given: Iterable[tuple[str, str]] = ()
    ) -> None:
        initial = {key.removesuffix("__is"): value for key, value in given}
        super().__init__(data, initial={key: _initial(key, value) for key, value in initial.items()})
        self.groups = [
            g for g in groups_for(viewer) if g.field.choices is None or _worth_asking(g.field, viewer)
        ]
        for group in self.groups:
            for name in group.names:
                self.fields[name] = _input(group.field, name, viewer, initial)

    def rows(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """Label, inputs, and whether they are boxes to tick, for each field."""
        return [
            (group.field.label, [self[name] for name in group.names], self._ticked(group))
            for group in self.groups
        ]

    def _ticked(self, group: Group) -> bool:
        return isinstance(self.fields[group.names[0]].widget, forms.CheckboxSelectMultiple)

    def filters(self) -> list[tuple[str, str]]:
        """What was entered, as it stands in the address."""
        found = [(name, _plain(self.cleaned_data.get(name))) for group in self.groups for name in group.names]
        return [(name, value) for name, value in found if value]


def _initial(name: str, value: str) -> Any:
    """What the input shows for a value of the address: ``+7d`` and ``80%`` become a day and a number."""
    if name.endswith("__in"):
        return value.split(",")
    field = plugs.filter_fields.get(name.partition("__")[0])
    if field is None or field.kind not in {"date", "number"}:
        return value
    try:
        return field.parse(value)
    except ValueError:
        return value


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return "" if value is None else str(value)


def _input(field: FilterField, name: str, viewer: Viewer, given: Mapping[str, str]) -> forms.Field:
    label = _label(field, name)
    if field.choices is not None:
        return _choice(field, name, viewer, label, given)
    kind = _INPUTS.get(field.kind)
    if kind is not None:
        return kind(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=80)


def _choice(
    field: FilterField, name: str, viewer: Viewer, label: str, given: Mapping[str, str]
) -> forms.Field:
    options = list(field.choices(viewer)) if field.choices else []
    if name.endswith("__in") and len(options) <= MAX_OPTIONS:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=options, widget=forms.CheckboxSelectMultiple
        )
    current = given.get(field.key, "")
    extra = [(current, current)] if current and current not in dict(options) else []
    return forms.ChoiceField(label=label, required=False, choices=[("", _("Any")), *options, *extra])


def _label(field: FilterField, name: str) -> str:
    operator = name.rpartition("__")[2]
    words = {
        "gte": _("from") if field.kind == "date" else _("at least"),
        "lte": _("until") if field.kind == "date" else _("at most"),
    }
    return words.get(operator, str(field.label))
