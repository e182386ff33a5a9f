"""The insight slice's codes as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhike.ui import formats
from zhike.values import Text

Params = Mapping[str, Any]


def finding(text: Text | None, fallback: str) -> str:
    """Return the sentence of a finding, or the chart's plain title where the figures say nothing yet."""
    if text is None:
        return fallback
    return _FINDINGS[text.code](text.params)


def _concentration(p: Params) -> str:
    return _("%(value)s of the value comes from %(people)s of the customers") % {
        "value": formats.percent(p["value"]),
        "people": formats.percent(p["people"]),
    }


def _heat(p: Params) -> str:
    if not p["people"]:
        return _("Nobody who buys often has been away for long")
    return ngettext(
        "%(people)s good customer has not come for long",
        "%(people)s good customers have not come for long",
        p["people"],
    ) % {"people": formats.count(p["people"])}


def _more(p: Params) -> str:
    return _("%(change)s more customers are slipping away than three months ago") % {
        "change": formats.percent(p["change"])
    }


def _fewer(p: Params) -> str:
    return _("%(change)s fewer customers are slipping away than three months ago") % {
        "change": formats.percent(p["change"])
    }


def _steady(p: Params) -> str:
    return _("%(active)s regulars, about as many slipping away as three months ago") % {
        "active": formats.count(p["active"])
    }


def _migration(p: Params) -> str:
    return _("%(up)s moved up a tier, %(down)s moved down") % {
        "up": formats.count(p["up"]),
        "down": formats.count(p["down"]),
    }


def _accuracy(p: Params) -> str:
    if abs(p["bias"]) < 0.005:
        return _("Predictions hit the total of the last %(days)s days") % {"days": p["days"]}
    size = formats.percent(abs(p["bias"]), 1)
    if p["bias"] > 0:
        return _("Predicted %(size)s too much for the last %(days)s days") % {"size": size, "days": p["days"]}
    return _("Predicted %(size)s too little for the last %(days)s days") % {"size": size, "days": p["days"]}


_FINDINGS: dict[str, Callable[[Params], str]] = {
    "concentration": _concentration,
    "heat_sleeping": _heat,
    "flow_more_lapsing": _more,
    "flow_fewer_lapsing": _fewer,
    "flow_steady": _steady,
    "migration": _migration,
    "accuracy": _accuracy,
}


def caveat(code: str, params: Params) -> str:
    """Return what not to trust, as a sentence."""
    template = _caveats().get(code)
    return template % _shown(params) if template else code


def _shown(params: Params) -> dict[str, Any]:
    return {name: _SHOWN.get(name, _plain)(value) for name, value in params.items()}


def _plain(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def _caveats() -> dict[str, str]:
    return {
        "thin_data": _(
            "Only %(repeat_customers)s of %(customers)s customers bought more than once: plain "
            "rules are used instead of the model."
        ),
        "not_converged": _("The model %(model)s did not settle: treat single figures with care."),
        "short_history": _("The history is only %(days)s days long: yearly figures are extrapolated."),
        "single_model": _("Only one model was fitted, so none was preferred over another."),
        "no_repeat": _("Nobody has bought twice yet: next purchases can't be predicted."),
        "holdout_bias": _("Over all customers the last backtest was off by %(bias_pct)s."),
        "holdout_worse_than_baseline": _(
            "In the backtest the simple rule %(baseline)s did better: rankings may be trusted more "
            "than amounts."
        ),
        "holdout_too_short": _("Only %(orders)s orders fell into the backtest: its figures are rough."),
        "interval_off": _("The 80 percent intervals held %(coverage)s of the time in the backtest."),
        "spend_depends_on_frequency": _(
            "Customers who buy more often spend differently each time (correlation "
            "%(correlation)s): values of very frequent buyers are less certain."
        ),
        "young_customers": _("A share of %(share)s of the customers is new: little is known about them."),
        "refunds_unmatched": _("Returns worth %(amount)s found no earlier purchase to be netted against."),
        "data_stale": _("The latest order is %(days)s days old: import newer orders."),
        "future_orders": _("%(orders)s orders lie after the day looked from and were left out."),
        "spend_by_mean": _("Too few repeat purchases to model spending: the plain mean is used."),
        "no_backtest": _("The predictions are not tested: too little history, or the test is off."),
        "no_purchases": _("There are no orders yet."),
        "no_orders": _("There are no orders yet."),
    }


def model_label(name: str) -> str:
    """Return what a model or baseline is called."""
    labels = {
        "bg_nbd": "BG/NBD",
        "mbg_nbd": "MBG/NBD",
        "pareto_nbd": "Pareto/NBD",
        "gamma_gamma": "Gamma-Gamma",
        "past_rate": _("As often as so far"),
        "recency_only": _("Last purchase alone"),
        "rule": _("Plain rule"),
    }
    return labels.get(name, name)


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "amount": lambda amount: formats.money(round(amount * 100), "round"),
    "bias_pct": lambda points: f"{points:+.0f}%",
    "coverage": formats.percent,
    "share": formats.percent,
    "model": model_label,
    "baseline": model_label,
}
