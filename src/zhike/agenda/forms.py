"""Shapes of what people send to the agenda."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhike.agenda.actions import Contact
from zhike.agenda.queries.texts import CHANNELS, OUTCOMES, REASONS
from zhike.agenda.rules.settings import PolicyLine


class ContactForm(forms.Form):
    """What came of a contact; everything has a sensible default."""

    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=tuple(OUTCOMES.items()), initial="reached"
    )
    channel = forms.ChoiceField(label=_("How"), choices=tuple(CHANNELS.items()), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=600, required=False)
    note = forms.CharField(
        label=_("What was said"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    promise = forms.CharField(label=_("What we promised"), max_length=300, required=False)
    promise_due = forms.DateField(
        label=_("Until when"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
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

    reason = forms.ChoiceField(
        label=pgettext_lazy("not useful", "Why"), choices=tuple(REASONS.items()), required=False
    )
    note = forms.CharField(max_length=300, required=False)


class PolicyForm(forms.Form):
    """One line of the care policy; amounts in whole units of the firm's currency."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("care policy", "What"),
        choices=(("contact", _("Regular contact")), ("date", _("Days to remember"))),
    )
    tier = forms.ChoiceField(label=_("Tier"), choices=tuple((t, t) for t in "ABCD"))
    channel = forms.ChoiceField(
        label=_("How"), choices=tuple((k, v) for k, v in CHANNELS.items() if k != "other")
    )
    whose = forms.ChoiceField(
        label=_("Whose day"),
        required=False,
        choices=(
            ("", "–"),
            ("self", _("the customer's")),
            ("family", _("the family's")),
            ("firm", _("the firm's")),
        ),
    )
    every_days = forms.IntegerField(
        label=_("Every how many days"), min_value=0, max_value=730, required=False
    )
    days_ahead = forms.IntegerField(label=_("Days ahead"), min_value=0, max_value=60, required=False)
    shift = forms.ChoiceField(
        label=_("If that is a rest day"),
        required=False,
        choices=(("none", _("leave it")), ("before", _("do it before")), ("after", _("do it after"))),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=10)
    budget = forms.DecimalField(
        label=_("Budget each time"), min_value=0, max_value=10**7, decimal_places=2, required=False
    )
    by_role = forms.ChoiceField(
        label=_("By whom"),
        required=False,
        choices=(("", _("the customer's owner")), ("service_agent", _("the service team"))),
    )
    promised = forms.BooleanField(label=_("A promise: never cut from the list"), required=False)
    is_active = forms.BooleanField(label=_("In force"), required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        values = dict(initial or {})
        if "budget_minor" in values:
            values["budget"] = Decimal(values["budget_minor"]) / 100
        super().__init__(data, initial=values)

    def line(self) -> PolicyLine:
        """The valid form as a line of the policy; what does not belong to its kind is left out."""
        values = self.cleaned_data
        is_date = values["kind"] == "date"
        return PolicyLine(
            kind=values["kind"],
            tier=values["tier"],
            channel=values["channel"],
            whose=values["whose"] if is_date else "",
            every_days=0 if is_date else values["every_days"] or 0,
            days_ahead=values["days_ahead"] or 0 if is_date else 0,
            shift=values["shift"] or "none" if is_date else "none",
            minutes=values["minutes"],
            budget_minor=int((values["budget"] or 0) * 100),
            by_role=values["by_role"],
            promised=values["promised"] and is_date,
        )


_DAYS = {
    "horizon_days": _("Look ahead"),
    "gap_any_days": _("Between two contacts"),
    "gap_call_days": _("Between two calls"),
    "gap_message_days": _("Between two messages"),
    "gap_visit_days": _("Between two visits"),
    "gap_gift_days": _("Between two gifts"),
    "retry_days": _("Before the next try after no answer"),
    "rest_days": _("Rest after the last try"),
    "replenish_lead_days": _("Before the next order is due"),
    "slipping_quiet_days": _("Quiet after a contact with somebody slipping away"),
    "welcome_after_days": _("After the first order"),
    "welcome_until_days": _("End of the welcome"),
    "care_rest_after_purchase_days": _("No care right after an order"),
    "verify_after_days": _("Data count as old after"),
    "verify_quiet_days": _("Quiet after checking data"),
}
_SHARES = {
    "promise_chance": _("Promise"),
    "replenish_chance": _("Due to buy again"),
    "slipping_chance": _("May be leaving"),
    "welcome_chance": _("New customer"),
    "date_chance_self": _("Day of the customer"),
    "date_chance_family": _("Day of the family"),
    "date_chance_firm": _("Day of the firm"),
    "care_chance": _("Care"),
    "verify_chance": _("Check data"),
}
_COUNTS = {
    "max_tries": _("Tries before the rest"),
    "keep_per_person": _("Customers kept ready per person"),
    "replenish_min_orders": _("Orders that make a rhythm"),
    "undo_minutes": _("Minutes in which an answer can be taken back"),
}
_RATIOS = {
    "slipping_risk": _("Risk from which somebody may be leaving"),
    "slipping_overdue": _("Silent for so many of their usual gaps"),
    "slipping_gone": _("Left in peace after so many gaps"),
}


class NumbersForm(forms.Form):
    """The agenda's numbers, as many fields as there are settings people should touch."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in _DAYS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=3650)
        for name, label in _SHARES.items():
            self.fields[name] = forms.FloatField(label=label, min_value=0, max_value=1, widget=_step())
        for name, label in _COUNTS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=1, max_value=1000)
        for name, label in _RATIOS.items():
            self.fields[name] = forms.FloatField(label=label, min_value=0, max_value=100, widget=_step())

    def groups(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """Fields by heading, with the unit they are counted in."""
        return [
            (_("Days"), _("days"), [self[name] for name in _DAYS]),
            (_("Chance that a contact changes the outcome"), _("0 to 1"), [self[name] for name in _SHARES]),
            (_("When somebody may be leaving"), "", [self[name] for name in _RATIOS]),
            (_("Counts"), "", [self[name] for name in _COUNTS]),
        ]


def _step() -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": "0.01"})
