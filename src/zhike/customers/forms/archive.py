"""Forms of what hangs on a customer: contact points, special dates, relations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhike.customers.forms import labels
from zhike.customers.queries import ContactView, DateView
from zhike.customers.rules.codes import FAMILY_RELATIONS
from zhike.customers.rules.contacts import ContactInput
from zhike.customers.rules.dates import EARLIEST_YEAR, LATEST_YEAR, DateInput

BIG = 2**63 - 1


class ContactForm(forms.Form):
    """A contact point."""

    kind = forms.ChoiceField(label=_("Kind"), choices=labels.choices(labels.CONTACT_KINDS))
    value = forms.CharField(label=_("Number or address"), max_length=300)
    label = forms.CharField(
        label=_("Remark"), max_length=40, required=False, help_text=_("For example office, at home.")
    )
    consent = forms.ChoiceField(label=_("News and offers"), choices=labels.choices(labels.CONSENTS))
    is_primary = forms.BooleanField(label=_("Use this one first"), required=False)

    def entry(self, pk: int | None = None) -> ContactInput:
        """Return it as the actions take it."""
        given = self.cleaned_data
        return ContactInput(
            given["kind"], given["value"], given["label"], given["is_primary"], pk, given["consent"]
        )


def contact_initial(contact: ContactView) -> dict[str, Any]:
    """Return what the form shows of a contact point."""
    return {name: getattr(contact, name) for name in ("kind", "value", "label", "consent", "is_primary")}


class DateForm(forms.Form):
    """A day to remember, by the solar or the lunar calendar; the year may be unknown."""

    occasion = forms.ChoiceField(label=_("Occasion"), choices=labels.choices(labels.OCCASIONS))
    whose = forms.ChoiceField(label=_("Whose day"), choices=labels.choices(labels.WHOSE), initial="self")
    person = forms.CharField(label=_("Name of the family member"), max_length=80, required=False)
    relation = forms.ChoiceField(
        label=_("Relation"),
        choices=labels.choices(labels.RELATIONS, FAMILY_RELATIONS, empty=_("Not stated")),
        required=False,
    )
    calendar = forms.ChoiceField(
        label=_("Calendar"), choices=[("solar", _("Solar")), ("lunar", _("Lunar"))], initial="solar"
    )
    month = forms.IntegerField(label=_("Month"), min_value=1, max_value=12)
    day = forms.IntegerField(label=pgettext_lazy("day of a month", "Day"), min_value=1, max_value=31)
    leap = forms.BooleanField(label=_("Leap month"), required=False)
    year = forms.IntegerField(
        label=_("Year, if known"), min_value=EARLIEST_YEAR, max_value=LATEST_YEAR, required=False
    )
    days_ahead = forms.IntegerField(
        label=_("Remind so many days before"), min_value=0, max_value=90, required=False,
        help_text=_("Empty: as the care policy says."),
    )  # fmt: skip
    note = forms.CharField(label=labels.FIELDS["note"], max_length=200, required=False)

    def entry(self) -> DateInput:
        """Return it as the actions take it."""
        given = self.cleaned_data
        family = given["whose"] == "family"
        return DateInput(
            occasion=given["occasion"],
            month=given["month"],
            day=given["day"],
            calendar=given["calendar"],
            leap=given["leap"],
            year=given["year"],
            whose=given["whose"],
            person=given["person"] if family else "",
            relation=given["relation"] if family else "",
            days_ahead=given["days_ahead"],
            note=given["note"],
        )


def date_initial(entry: DateView) -> dict[str, Any]:
    """Return what the form shows of a special date."""
    return {name: getattr(entry, name) for name in DateForm.base_fields}


class PreviewForm(forms.Form):
    """Just what is needed to say when a date is kept next."""

    calendar = forms.ChoiceField(choices=[("solar", ""), ("lunar", "")])
    month = forms.IntegerField(min_value=1, max_value=12)
    day = forms.IntegerField(min_value=1, max_value=31)
    leap = forms.BooleanField(required=False)
    year = forms.IntegerField(min_value=EARLIEST_YEAR, max_value=LATEST_YEAR, required=False)


class RelationForm(forms.Form):
    """A relation to another customer, or to somebody who is only named."""

    kind = forms.ChoiceField(
        label=_("The other one is the customer's"), choices=labels.choices(labels.RELATIONS)
    )
    other = forms.IntegerField(required=False, min_value=1, max_value=BIG, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name, if not a customer"), max_length=80, required=False)
    post = forms.CharField(label=_("Position"), max_length=80, required=False)
    note = forms.CharField(label=labels.FIELDS["note"], max_length=200, required=False)
