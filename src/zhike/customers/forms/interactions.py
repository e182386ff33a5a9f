"""The form that records a contact: everything but the channel has a sensible default."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.core import clock
from zhike.core.settings_store import firm
from zhike.customers.forms import labels
from zhike.customers.queries import InteractionRow
from zhike.values.money import minor_digits

BIG = 2**63 - 1


class FirmTimeField(forms.DateTimeField):
    """A time on the firm's clock; the form is independent of where the server stands."""

    def to_python(self, value: Any) -> datetime | None:
        """Read it as the firm's time."""
        naive = forms.DateTimeField.to_python(self, value)
        return None if naive is None else naive.replace(tzinfo=clock.firm_zone())

    def prepare_value(self, value: Any) -> Any:
        """Show it in the firm's time."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(clock.firm_zone()).replace(tzinfo=None, second=0, microsecond=0)
        return value


class InteractionForm(forms.Form):
    """A contact with a customer."""

    channel = forms.ChoiceField(
        label=_("How"), choices=labels.choices(labels.CHANNELS), widget=forms.RadioSelect, initial="call"
    )
    direction = forms.ChoiceField(
        label=_("Who began"),
        choices=labels.choices(labels.DIRECTIONS),
        widget=forms.RadioSelect,
        initial="out",
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=labels.choices(labels.OUTCOMES), widget=forms.RadioSelect,
        initial="reached",
        required=False,
    )  # fmt: skip
    summary = forms.CharField(
        label=_("What was said"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence or two is enough; the customer's own words are best."),
    )  # fmt: skip
    promise = forms.CharField(label=_("What we promised"), required=False, max_length=300)
    promise_due = forms.DateField(label=_("Until when"), required=False)
    at = FirmTimeField(label=_("When"), required=False)
    minutes = forms.IntegerField(label=_("Time spent"), required=False, min_value=0, max_value=1440)
    content_kind = forms.ChoiceField(
        label=_("What it was about"),
        choices=labels.choices(labels.CONTENT_KINDS, empty=_("Not stated")),
        required=False,
    )
    cost = forms.DecimalField(label=_("Cost"), required=False, min_value=0, max_digits=12, decimal_places=2)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        """A promise needs a day; a day without a promise is a mistake as well."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("promise") and not given.get("promise_due") and "promise_due" not in self.errors:
            self.add_error("promise_due", _("Until when was it promised?"))
        if given.get("promise_due") and not given.get("promise") and "promise" not in self.errors:
            self.add_error("promise", _("What was promised for that day?"))
        return given

    def values(self) -> dict[str, Any]:
        """Return the fields as the actions take them (amounts in minor units)."""
        given = self.cleaned_data
        scale = Decimal(10) ** minor_digits(firm().currency)
        cost = (given["cost"] or Decimal(0)) * scale
        return {
            "at": given["at"],
            "channel": given["channel"],
            "direction": given["direction"],
            "content_kind": given["content_kind"],
            "outcome": given["outcome"],
            "minutes": given["minutes"] or 0,
            "cost_minor": int(cost.to_integral_value(ROUND_HALF_UP)),
            "summary": given["summary"],
            "promise": given["promise"],
            "promise_due": given["promise_due"],
        }


def interaction_initial(row: InteractionRow) -> dict[str, Any]:
    """Return what the form shows of a contact."""
    found = {
        name: getattr(row, name, None)
        for name in InteractionForm.base_fields
        if name not in {"cost", "client_uuid"}
    }
    scale = Decimal(10) ** minor_digits(firm().currency)
    return {
        **found,
        "minutes": row.minutes or None,
        "cost": Decimal(row.cost_minor) / scale if row.cost_minor else None,
    }
