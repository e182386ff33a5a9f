"""The firm, its calendar, tokens."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.staff.forms.people import LANGUAGES
from zhike.staff.rules.tokens import MAX_DAYS, SCOPES

SCOPE_LABELS = {
    "read": _("Read customers, orders, tasks"),
    "customers.write": _("Create and change customers"),
    "interactions.write": _("Record contacts"),
    "orders.write": _("Record orders"),
    "tasks.write": _("Answer tasks"),
}


class FirmForm(forms.Form):
    """The firm's particulars."""

    name = forms.CharField(label=_("Name of the firm"), max_length=80)
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        help_text=_("The business day is counted in it, e.g. Asia/Shanghai."),
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters, e.g. CNY."))
    margin_percent = forms.IntegerField(
        label=_("Usual margin in percent"),
        min_value=0,
        max_value=100,
        help_text=_("Used where a product's cost is not known."),
    )
    language = forms.ChoiceField(label=_("Language of the house"), choices=LANGUAGES)


class HolidayForm(forms.Form):
    """A day that differs from the built-in calendar."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=_("Occasion"), max_length=60)
    is_workday = forms.BooleanField(label=_("We work on this day"), required=False)


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(label=_("What uses it"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=[(s, SCOPE_LABELS[s]) for s in SCOPES], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=MAX_DAYS, initial=90)
