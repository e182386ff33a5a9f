"""The five key figures of a customer in plain words, and what stands behind each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from zhike.core.permissions import Viewer
from zhike.customers.forms import labels
from zhike.customers.queries import CustomerPage, ScoreView
from zhike.ui import formats

RISK_DAYS = 90
CHANGE_WORTH_NAMING = 0.05
HIGH_RISK = 0.6
KEYS = ("value", "next_purchase", "risk", "amount", "tier")


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with its basis in small grey."""

    key: str
    label: str
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a figure says, how it came about, what it rests on, and what it must not be taken for."""

    key: str
    title: str
    answer: str
    how: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    cautions: Sequence[str] = ()
    advice: str = ""
    value: str = field(default="")


def figures(score: ScoreView, viewer: Viewer) -> list[KeyFigure]:
    """Return the key figures; those that need a purchase say so where there was none."""
    return [_value(score), _next(score), _risk(score), _amount(score, viewer), _tier(score)]


def _value(score: ScoreView) -> KeyFigure:
    label = _("Value in the next 12 months")
    if not score.orders:
        return KeyFigure("value", label, "–", _("nothing bought yet"))
    return KeyFigure("value", label, formats.wan(score.value_12m), _interval(score))


def _interval(score: ScoreView) -> str:
    low, high = formats.wan(score.value_low), formats.wan(score.value_high)
    return (
        _("about 8 in 10 between %(low)s and %(high)s") % {"low": low, "high": high}
        if score.value_high
        else ""
    )


def _next(score: ScoreView) -> KeyFigure:
    label = _("Next purchase")
    if score.next_purchase is None:
        note = _("nothing bought yet") if not score.orders else _("no date to be expected")
        return KeyFigure("next_purchase", label, "–", note)
    value = _("around %(day)s") % {"day": formats.day(score.next_purchase)}
    if score.next_high is not None and score.next_high < formats.today():
        return KeyFigure("next_purchase", label, value, _("overdue: later than 9 times in 10"), "amber")
    days = {"low": formats.day(score.next_low), "high": formats.day(score.next_high)}
    return KeyFigure("next_purchase", label, value, _("about 8 in 10 between %(low)s and %(high)s") % days)


def _risk(score: ScoreView) -> KeyFigure:
    label = _("Churn risk")
    if not score.orders:
        return KeyFigure("risk", label, "–", _("nothing bought yet"))
    moved = score.risk - score.risk_before if score.risk_before else 0.0
    arrow = " ↑" if moved >= CHANGE_WORTH_NAMING else " ↓" if moved <= -CHANGE_WORTH_NAMING else ""
    note = _("chance of no purchase in 90 days")
    if arrow:
        note = _("no purchase in 90 days; before %(risk)s") % {"risk": formats.percent(score.risk_before)}
    tone = "amber" if score.risk >= HIGH_RISK and score.state != "lost" else ""
    return KeyFigure("risk", label, formats.percent(score.risk) + arrow, note, tone)


def _amount(score: ScoreView, viewer: Viewer) -> KeyFigure:
    label = _("Last 12 months")
    if not score.orders:
        return KeyFigure("amount", label, "–", _("nothing bought yet"))
    note = ngettext("%(n)s purchase day in all", "%(n)s purchase days in all", score.orders) % {
        "n": score.orders
    }
    if viewer.can("catalog.cost") and score.margin_12m:
        note = _("margin of it %(margin)s") % {"margin": formats.wan(score.margin_12m)}
    return KeyFigure("amount", label, formats.wan(score.amount_12m), note)


def _tier(score: ScoreView) -> KeyFigure:
    label = _("Tier and buying pattern")
    if not score.orders:
        return KeyFigure(
            "tier", label, labels.label(labels.STATES, score.state), _("graded after the first purchase")
        )
    cell = labels.label(labels.RFM_CELLS, score.rfm_cell)
    tier = labels.label(labels.TIERS, score.tier)
    value = " · ".join(part for part in (tier, cell) if part) or "–"
    return KeyFigure("tier", label, value, labels.label(labels.RFM_MEANINGS, score.rfm_cell))


# ---------------------------------------------------------------- explanations


def explain(key: str, page: CustomerPage, viewer: Viewer) -> Explanation:
    """Return what stands behind one figure; ``key`` is one of :data:`KEYS`."""
    return _EXPLAIN[key](page, viewer)


def explain_all(page: CustomerPage, viewer: Viewer) -> list[Explanation]:
    """Return what stands behind all of them; the purchases they share are told once."""
    found = [explain(key, page, viewer) for key in KEYS]
    said = set(_bought(page.score))
    return found[:1] + [replace(e, facts=[f for f in e.facts if f not in said]) for e in found[1:]]


_BASES: dict[str, Any] = {
    "none": lambda: _("There is no purchase yet, so there is nothing to reckon with."),
    "one_purchase": lambda: _(
        "One purchase only: the figure leans on how customers with one purchase behave on the whole."
    ),
    "little_history": lambda: _(
        "A few purchases: the figure lies between this customer's own rhythm and that of all."
    ),
    "own_history": lambda: _(
        "This customer's own rhythm carries the figure; the other customers only steady it."
    ),
    "rule": lambda: _(
        "Too few customers for a model: a plain rule of thumb from their own gaps and amounts."
    ),
}


def basis(score: ScoreView) -> str:
    """What the figures of this customer rest on, in a sentence."""
    if not score.known and score.orders == 0:
        return _("The figures are worked out at night; this customer has not been looked at yet.")
    return str(_BASES.get(score.basis, _BASES["none"])())


def _bought(score: ScoreView) -> list[tuple[str, str]]:
    facts = [(_("Purchase days"), formats.count(score.orders))]
    if score.first_purchase and score.last_purchase:
        facts.append((_("First purchase"), formats.day(score.first_purchase, "year")))
        facts.append(
            (_("Last purchase"), f"{formats.day(score.last_purchase)} ({formats.ago(score.last_purchase)})")
        )
    if score.mean_gap_days:
        days = round(score.mean_gap_days)
        facts.append(
            (
                _("Mean gap between purchases"),
                npgettext("length", "%(n)s day", "%(n)s days", days) % {"n": days},
            )
        )
    return facts


def _no_purchase(key: str, title: str) -> Explanation:
    return Explanation(
        key, title, _("Nothing bought yet. The figure appears the night after the first purchase.")
    )


def _explain_value(page: CustomerPage, viewer: Viewer) -> Explanation:
    score, title = page.score, _("Value in the next 12 months")
    if not score.orders:
        return _no_purchase("value", title)
    expected = f"{score.expected_orders_12m:.1f}"
    return Explanation(
        "value",
        title,
        _("We expect this customer to spend about %(value)s in the next 12 months; %(interval)s.")
        % {"value": formats.wan(score.value_12m), "interval": _interval(score)},
        how=[
            _(
                "Expected purchases in 12 months × expected amount of a purchase, later ones "
                "counted a little less."
            ),
            _(
                "Purchases come from a model of buying and leaving (BG/NBD), amounts from a "
                "model of spending (Gamma-Gamma)."
            ),
        ],
        facts=[
            *_bought(score),
            (_("Expected purchases in 12 months"), expected),
            (_("Expected amount of a purchase"), formats.money(score.expected_spend, "round")),
            (_("Still a customer"), f"{formats.percent(score.p_alive)} ({formats.likely(score.p_alive)})"),
        ],
        cautions=[
            _(
                "It is spending, not profit, and nobody's promise: two in ten customers end up "
                "outside the range."
            ),
            _(
                "The model knows past purchases only. A lost tender or a moved household it "
                "learns from the gap alone."
            ),
        ],
        value=formats.wan(score.value_12m),
    )


def _explain_next(page: CustomerPage, viewer: Viewer) -> Explanation:
    score, title = page.score, _("Next purchase")
    if score.next_purchase is None:
        if score.orders:
            return Explanation(
                "next_purchase", title, _("After so long a silence no date can be expected any more.")
            )
        return _no_purchase("next_purchase", title)
    days = {
        "day": formats.day(score.next_purchase),
        "low": formats.day(score.next_low),
        "high": formats.day(score.next_high),
    }
    return Explanation(
        "next_purchase",
        title,
        _("If they buy again, then most likely around %(day)s; about 8 in 10 between %(low)s and %(high)s.")
        % days,
        how=[
            _("From the gaps between their own purchases; with few gaps those of all customers weigh more.")
        ],
        facts=_bought(score),
        cautions=[_("A good day to get in touch is a few days before, not on the day itself.")],
        value=formats.day(score.next_purchase),
    )


def _explain_risk(page: CustomerPage, viewer: Viewer) -> Explanation:
    score, title = page.score, _("Churn risk")
    if not score.orders:
        return _no_purchase("risk", title)
    before = formats.percent(score.risk_before) if score.risk_before else _("not known")
    return Explanation(
        "risk",
        title,
        _("The chance that they buy nothing in the next %(days)s days is %(risk)s (%(words)s).")
        % {"days": RISK_DAYS, "risk": formats.percent(score.risk), "words": formats.likely(score.risk)},
        how=[_("Two things together: how likely they have left for good, and how seldom they buy anyway.")],
        facts=[*_bought(score), (_("At the reckoning before"), before)],
        cautions=[
            _(
                "Somebody who buys twice a year has a high figure without being unhappy: compare "
                "it with their own rhythm."
            )
        ],
        value=formats.percent(score.risk),
    )


def _explain_amount(page: CustomerPage, viewer: Viewer) -> Explanation:
    score, title = page.score, _("Last 12 months")
    if not score.orders:
        return _no_purchase("amount", title)
    facts = [
        (_("Bought in the last 12 months"), formats.money(score.amount_12m, "round")),
        (_("Bought in all"), formats.money(score.amount_total, "round")),
        *_bought(score),
    ]
    how = [_("Orders less returns, in the firm's currency at the order's date.")]
    if viewer.can("catalog.cost"):
        facts.insert(1, (_("Margin of it"), formats.money(score.margin_12m, "round")))
        how.append(
            _(
                "Margin: less the cost of the products; where a product has no cost, the firm's "
                "usual margin is taken."
            )
        )
    answer = _("Bought for %(amount)s in the last 12 months.") % {
        "amount": formats.money(score.amount_12m, "round")
    }
    return Explanation("amount", title, answer, how=how, facts=facts, value=formats.wan(score.amount_12m))


def _explain_tier(page: CustomerPage, viewer: Viewer) -> Explanation:
    score, title = page.score, _("Tier and buying pattern")
    if not score.orders:
        return _no_purchase("tier", title)
    facts = [
        (_("Recency: how lately they bought"), _grade(score.r)),
        (_("Frequency: how often"), _grade(score.f)),
        (_("Monetary value: how much"), _grade(score.m)),
    ]
    if score.tier_pending and score.tier_pending != score.tier:
        facts.append((_("Heading for"), labels.label(labels.TIERS, score.tier_pending)))
    parts = [
        labels.label(labels.TIER_MEANINGS, score.tier),
        labels.label(labels.RFM_MEANINGS, score.rfm_cell),
    ]
    return Explanation(
        "tier",
        title,
        " ".join(part for part in parts if part),
        how=[
            _(
                "All customers are lined up by their value of the next 12 months and cut where "
                "the shares are reached."
            ),
            _(
                "A tier changes only when the boundary is passed by 10%, or twice in a row: "
                "nobody jumps to and fro."
            ),
            _(
                "The buying pattern compares recency, frequency and amount with those of all "
                "customers, 5 is best."
            ),
        ],
        facts=facts,
        advice=labels.label(labels.RFM_ADVICE, score.rfm_cell),
        value=" · ".join(
            p
            for p in (labels.label(labels.TIERS, score.tier), labels.label(labels.RFM_CELLS, score.rfm_cell))
            if p
        ),
    )


def _grade(score: int) -> str:
    return _("%(grade)s of 5") % {"grade": score} if score else "–"


_EXPLAIN: dict[str, Callable[[CustomerPage, Viewer], Explanation]] = {
    "value": _explain_value,
    "next_purchase": _explain_next,
    "risk": _explain_risk,
    "amount": _explain_amount,
    "tier": _explain_tier,
}
