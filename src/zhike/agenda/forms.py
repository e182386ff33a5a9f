"""Shapes of what people send to the agenda."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhike.agenda.actions import Contact
from zhike.agenda.queries.texts import CHANNELS, OUTCOMES, REASONS


class ContactForm(forms.Form):
    """What came of a contact; everything has a sensible default."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=tuple(OUTCOMES.items()), initial="reached")
    channel = forms.ChoiceField(label=_("How"), choices=tuple(CHANNELS.items()), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=600, required=False)
    note = forms.CharField(
        label=_("What was said"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    promise = forms.CharField(label=_("What we promised"), max_length=300, required=False)
    promise_due = forms.DateField(
        label=_("Until when"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """A promise needs its day."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("promise") and not cleaned.get("promise_due") and "promise_due" not in self.errors:
            self.add_error("promise_due", _("Say until when, so that it comes back to your list in time."))
        return cleaned

    def contact(self) -> Contact:
        """The valid form as the action wants it."""
        values = self.cleaned_data
        return Contact(
            outcome=values["outcome"],
            channel=values["channel"],
            minutes=values["minutes"],
            note=values["note"],
            promise=values["promise"],
            promise_due=values["promise_due"] if values["promise"] else None,
        )


class LaterForm(forms.Form):
    """Until when a card is put away: a day, or a number of days."""

    until = forms.DateField(required=False)
    days = forms.IntegerField(min_value=1, max_value=365, required=False)

    def day(self, today: date, default: date) -> date:
        """The chosen day; the default where nothing was chosen."""
        if self.cleaned_data.get("until"):
            return date.fromisoformat(str(self.cleaned_data["until"]))
        if self.cleaned_data.get("days"):
            return today + timedelta(days=self.cleaned_data["days"])
        return default


class ReasonForm(forms.Form):
    """Why a card was not useful."""

    reason = forms.ChoiceField(label=pgettext_lazy("not useful", "Why"), choices=tuple(REASONS.items()), required=False)
    note = forms.CharField(max_length=300, required=False)
