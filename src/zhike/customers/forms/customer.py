"""Forms of the archive's head: create, edit. They read shapes; what is acceptable is the actions' to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.core.permissions import FieldClass, Viewer
from zhike.customers.forms import labels
from zhike.customers.forms.lists import split_tags
from zhike.customers.queries import CustomerDetail
from zhike.customers.rules.fields import PLAIN_FIELDS, field_class

ORGANISATION_ONLY = ("industry", "credit_code")
PERSON_ONLY = ("gender", "form_of_address", "hobbies")
EDITED = tuple(name for name in PLAIN_FIELDS if name != "verified_at")
"""Fields of the head row that the edit form shows (the day of verification is set by its own button)."""


class HeadForm(forms.Form):
    """The fields of the head row. What may not be read, or makes no sense for the kind, is left out."""

    name = forms.CharField(label=labels.FIELDS["name"], max_length=200)
    kind = forms.ChoiceField(label=labels.FIELDS["kind"], choices=labels.choices(labels.KINDS))
    form_of_address = forms.CharField(label=labels.FIELDS["form_of_address"], max_length=60, required=False)
    gender = forms.ChoiceField(
        label=labels.FIELDS["gender"],
        choices=labels.choices(labels.GENDERS, empty=_("Not known")),
        required=False,
    )
    title = forms.CharField(label=labels.FIELDS["title"], max_length=80, required=False)
    industry = forms.CharField(label=labels.FIELDS["industry"], max_length=80, required=False)
    credit_code = forms.CharField(label=labels.FIELDS["credit_code"], max_length=18, required=False)
    region = forms.CharField(label=labels.FIELDS["region"], max_length=80, required=False)
    hobbies = forms.CharField(label=labels.FIELDS["hobbies"], max_length=200, required=False)
    contact_from = forms.TimeField(label=labels.FIELDS["contact_from"], required=False)
    contact_until = forms.TimeField(label=labels.FIELDS["contact_until"], required=False)
    preferred_channel = forms.ChoiceField(
        label=labels.FIELDS["preferred_channel"],
        choices=labels.choices(labels.CHANNELS, empty=_("Not known")),
        required=False,
    )
    source_code = forms.ChoiceField(
        label=labels.FIELDS["source_code"],
        choices=labels.choices(labels.SOURCES, empty=_("Not known")),
        required=False,
    )
    referred_by_id = forms.IntegerField(
        label=labels.FIELDS["referred_by_id"], required=False, widget=forms.HiddenInput, max_value=2**63 - 1
    )
    customer_since = forms.DateField(label=labels.FIELDS["customer_since"], required=False)
    note = forms.CharField(
        label=labels.FIELDS["note"],
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, viewer: Viewer, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop = ORGANISATION_ONLY if kind == "person" else PERSON_ONLY
        hidden = [
            n for n in self.fields if field_class(n) == "contact" and not viewer.reads(FieldClass.CONTACT)
        ]
        for name in {*drop, *hidden} & set(self.fields):
            del self.fields[name]
        self._keep_unlisted("source_code")

    def _keep_unlisted(self, name: str) -> None:
        """A code of the firm's own stays selectable."""
        current = str(self.initial.get(name) or "")
        field = self.fields[name]
        if current and current not in labels.SOURCES and isinstance(field, forms.ChoiceField):
            field.choices = [*labels.choices(labels.SOURCES, empty=_("Not known")), (current, current)]


class EditForm(HeadForm):
    """The archive of a customer that exists, with the version it was read at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def changes(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what differs from what the form was filled with."""
        names = [n for n in EDITED if n in self.fields]
        return {n: self.cleaned_data[n] for n in names if self.cleaned_data[n] != before.get(n)}


def initial_of(customer: CustomerDetail) -> dict[str, Any]:
    """Return what the edit form shows of a customer."""
    return asdict(customer)


class CreateForm(HeadForm):
    """A new customer, with what one usually knows at once: how to reach them, a birthday, tags."""

    mobile = forms.CharField(label=labels.CONTACT_KINDS["mobile"], max_length=60, required=False)
    wechat = forms.CharField(label=labels.CONTACT_KINDS["wechat"], max_length=60, required=False)
    email = forms.CharField(label=labels.CONTACT_KINDS["email"], max_length=200, required=False)
    phone = forms.CharField(label=labels.CONTACT_KINDS["phone"], max_length=60, required=False)
    address = forms.CharField(label=labels.CONTACT_KINDS["address"], max_length=300, required=False)
    tags = forms.CharField(
        label=labels.FIELDS["tags"],
        max_length=400,
        required=False,
        help_text=_("Separate several by commas."),
    )
    owner_id = forms.ChoiceField(label=labels.FIELDS["owner_id"], required=False)
    allow_duplicate = forms.BooleanField(
        label=_("It is another customer all the same: create it"), required=False
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    again = forms.BooleanField(label=_("Enter another one afterwards"), required=False)

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget = forms.HiddenInput()
        if not owners:
            del self.fields["owner_id"]
        else:
            field = self.fields["owner_id"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [("", _("Nobody yet")), *owners]

    def clean_tags(self) -> list[str]:
        """Split into words."""
        return split_tags(self.cleaned_data["tags"])

    def contacts(self) -> list[tuple[str, str]]:
        """Return (kind, value) of what was entered."""
        kinds = [k for k in ("mobile", "phone", "wechat", "email", "address") if k in self.fields]
        return [(kind, self.cleaned_data[kind]) for kind in kinds if self.cleaned_data.get(kind)]


class TagsOfCustomerForm(forms.Form):
    """All tags of one customer."""

    tags = forms.CharField(
        label=labels.FIELDS["tags"],
        max_length=1300,
        required=False,
        help_text=_("Separate several by commas."),
    )

    def clean_tags(self) -> list[str]:
        """Split into words."""
        return split_tags(self.cleaned_data["tags"])


KNOWN_KINDS = tuple(labels.KINDS)
