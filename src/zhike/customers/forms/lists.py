"""Forms of the customer list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SaveViewForm(forms.Form):
    """Name and reach of a saved view."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    shared = forms.BooleanField(label=_("Show it to everybody"), required=False)


class OwnerForm(forms.Form):
    """Who looks after customers from now on."""

    owner = forms.ChoiceField(label=_("Owner"))

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = owners


class TagsForm(forms.Form):
    """Tags, separated by commas or blanks of any alphabet."""

    tags = forms.CharField(label=_("Tags"), required=False, max_length=400)

    def clean_tags(self) -> list[str]:
        """Split into words."""
        return split_tags(self.cleaned_data["tags"])


class BulkTagsForm(forms.Form):
    """Tags to put on several customers, or to take off."""

    tags = forms.CharField(label=_("Tags, separated by commas"), max_length=400)
    how = forms.ChoiceField(
        label=_("What to do with them"),
        choices=[("add", _("Put on")), ("remove", _("Take off"))],
        widget=forms.RadioSelect,
        initial="add",
        required=False,
    )

    def clean_tags(self) -> list[str]:
        """Split into words; at least one."""
        found = split_tags(self.cleaned_data["tags"])
        if not found:
            raise forms.ValidationError(_("Write at least one tag."))
        return found


def split_tags(text: str) -> list[str]:
    """Split what was typed into tags; commas, semicolons and 、 separate (a tag may hold a blank)."""
    for mark in "，、；;\n":
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


class RegionForm(forms.Form):
    """Where a customer is."""

    region = forms.CharField(label=_("Region"), required=False, max_length=80)
