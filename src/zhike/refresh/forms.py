"""Forms of the refresh slice."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.refresh.rules.settings import BOUNDS

LABELS = {
    "tier_a": (_("Tier A"), _("Share of the value of the next twelve months, in percent")),
    "tier_b": (_("Tier B"), _("Share of the value, in percent")),
    "tier_c": (_("Tier C"), _("Share of the value, in percent; D has the rest")),
    "tier_margin": (
        _("Far past the boundary"),
        _("Percent past a boundary from which a customer changes tier at once, not the second time"),
    ),
    "risk_days": (_("Risk looks ahead"), _("Days without a purchase that count as leaving")),
    "holdout_days": (
        _("Test of the predictions"),
        _("The last so many days are predicted from the days before; 0: no test"),
    ),
    "annual_discount": (_("Discount a year"), _("Percent by which money a year later counts less")),
    "margin": (
        _("Value is"),
        _("Percent of expected spending; 100 is spending, your margin makes it profit"),
    ),
}
TIERS = ("tier_a", "tier_b", "tier_c", "tier_margin")
DAYS = ("risk_days", "holdout_days")


class ScoringForm(forms.Form):
    """Shares, days and percents of the scores."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for name, (label, text) in LABELS.items():
            low, high = BOUNDS[name]
            kind = forms.IntegerField if name in DAYS else forms.FloatField
            self.fields[name] = kind(label=label, help_text=text, min_value=low, max_value=high)  # type: ignore[arg-type]

    def groups(self) -> list[tuple[object, list[forms.BoundField]]]:
        """Return fields by heading."""
        others = [name for name in LABELS if name not in TIERS]
        return [
            (_("Tiers by share of value"), [self[name] for name in TIERS]),
            (_("What the predictions look at"), [self[name] for name in others]),
        ]
