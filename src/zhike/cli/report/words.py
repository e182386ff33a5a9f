"""Words and numbers of the report in the reader's language; works without Django's settings."""

from __future__ import annotations

import datetime as dt
import gettext as catalogues
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).resolve().parents[2] / "locale"


class Words:
    """Texts, names of codes, and numbers as people write them. language: zh-hans or en."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.chinese = language != "en"
        wanted = ["zh_Hans"] if self.chinese else ["en"]
        self._catalogue = catalogues.translation("django", LOCALE, languages=wanted, fallback=True)

    def pgettext(self, context: str, text: str) -> str:
        """The text in the reader's language."""
        return self._catalogue.pgettext(context, text)

    def count(self, number: float) -> str:
        """A whole number."""
        return f"{number:,.0f}"

    def money(self, amount: float) -> str:
        """An amount to about three figures: 万 and 亿 in Chinese, thousands and millions in English."""
        units = ((1e8, "亿"), (1e4, "万")) if self.chinese else ((1e9, "bn"), (1e6, "m"), (1e4, "k"))
        for size, unit in units:
            if abs(amount) >= size:
                scaled = amount / (1e3 if unit == "k" else size)
                space = " " if self.chinese else ""
                return f"{scaled:,.{1 if abs(scaled) < 100 else 0}f}{space}{unit}"
        return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.2f}"

    def share(self, share: float, digits: int = 0) -> str:
        """A share as percent."""
        return f"{100 * share:.{digits}f}%"

    def day(self, ordinal: int) -> str:
        """A date; the year only where the reader needs it is left to the caller."""
        if ordinal <= 0:
            return "–"
        date = dt.date.fromordinal(int(ordinal))
        return f"{date.year}年{date.month}月{date.day}日" if self.chinese else f"{date:%-d %b %Y}"

    def month(self, index: int) -> str:
        """A month from its number since year 0 (12 a year)."""
        year, month = divmod(index, 12)
        if self.chinese:
            return f"{year % 100:02d}年{month + 1}月"
        return f"{dt.date(2000, month + 1, 1):%b} ’{year % 100:02d}"

    def chance(self, probability: float) -> str:
        """A chance in plain words."""
        tenths = min(9, max(1, round(probability * 10)))
        if probability >= 0.97:
            return self.pgettext("report", "almost certainly")
        if probability <= 0.03:
            return self.pgettext("report", "hardly")
        return self.pgettext("report", "about %(tenths)s in 10") % {"tenths": tenths}

    def cell(self, code: str) -> str:
        """Name of an RFM cell."""
        return self._cells().get(code, code)

    def advice(self, code: str) -> str:
        """What to do with an RFM cell."""
        return self._advice().get(code, code)

    def model(self, code: str) -> str:
        """Name of a model or baseline."""
        names = {
            "bg_nbd": "BG/NBD",
            "mbg_nbd": "MBG/NBD",
            "pareto_nbd": "Pareto/NBD",
            "gamma_gamma": "Gamma-Gamma",
            "rule": self.pgettext("report", "plain rule"),
            "past_rate": self.pgettext("report", "past rate goes on"),
            "recency_only": self.pgettext("report", "days since the last purchase alone"),
        }
        return names.get(code, code)

    def caveat(self, code: str, params: dict[str, Any]) -> str:
        """A warning of the model card as a sentence."""
        text = self._caveats().get(code)
        if text is None:
            return code
        shown = {key: self._param(key, value) for key, value in params.items()}
        return text % shown if shown else text

    def _param(self, key: str, value: Any) -> str:
        if key in {"baseline", "model"}:
            return self.model(str(value))
        if key in {"share", "coverage"}:
            return self.share(float(value))
        if key == "amount":
            return self.money(float(value))
        return (
            f"{value:+.0f}%"
            if key == "bias_pct"
            else f"{value:,.2f}"
            if isinstance(value, float)
            else f"{value:,}"
        )

    def reason(self, code: str) -> str:
        """Why rows were left out."""
        texts = {
            "customer_missing": self.pgettext("report", "no customer"),
            "date_missing": self.pgettext("report", "no date"),
            "amount_missing": self.pgettext("report", "no amount"),
            "quantity_missing": self.pgettext("report", "no quantity"),
            "price_not_positive": self.pgettext("report", "a price of 0 or less"),
            "after_as_of": self.pgettext("report", "later than the day of the analysis"),
            "date_out_of_range": self.pgettext("report", "a year that cannot be"),
            "not_a_number": self.pgettext("report", "the amount is no number"),
            "not_a_date": self.pgettext("report", "the date is no date"),
            "no_such_date": self.pgettext("report", "a date that does not exist"),
            "date_order": self.pgettext("report", "day or month first is not clear"),
            "ragged_row": self.pgettext("report", "more or fewer cells than the header"),
            "nul_character": self.pgettext("report", "damaged text"),
        }
        return texts.get(code, code)

    def _cells(self) -> dict[str, str]:
        return {
            "champion": self.pgettext("report", "Champions"),
            "loyal": self.pgettext("report", "Loyal"),
            "potential_loyal": self.pgettext("report", "Becoming loyal"),
            "new": self.pgettext("report", "New"),
            "promising": self.pgettext("report", "Promising"),
            "needs_attention": self.pgettext("report", "Need attention"),
            "about_to_sleep": self.pgettext("report", "Falling asleep"),
            "at_risk": self.pgettext("report", "At risk"),
            "cannot_lose": self.pgettext("report", "Must not be lost"),
            "hibernating": self.pgettext("report", "Asleep"),
            "lost": self.pgettext("report", "Gone"),
        }

    def _advice(self) -> dict[str, str]:
        return {
            "reward": self.pgettext("report", "Thank them, show them new things first"),
            "upsell": self.pgettext("report", "Offer the better and the matching"),
            "membership": self.pgettext("report", "Invite them to membership"),
            "onboard": self.pgettext("report", "Ask how the first purchase went"),
            "first_repeat": self.pgettext("report", "Give a reason for a second purchase"),
            "reactivate_soft": self.pgettext("report", "Get in touch, with something they like"),
            "remind": self.pgettext("report", "A friendly reminder"),
            "win_back": self.pgettext("report", "Ask what was wrong, and mend it"),
            "call_now": self.pgettext("report", "Call in person, today"),
            "light_touch": self.pgettext("report", "Now and then a greeting"),
            "let_rest": self.pgettext("report", "Let them rest; no effort"),
        }

    def _caveats(self) -> dict[str, str]:
        return {
            "no_purchases": self.pgettext("report", "There is no purchase in the data."),
            "thin_data": self.pgettext(
                "report",
                "Only %(customers)s customers, %(repeat_customers)s of whom came back: too few for a model."
                " Plain rules stand in: past rate and mean spending.",
            ),
            "no_repeat": self.pgettext(
                "report", "Nobody has bought twice yet, so nothing is known about coming back."
            ),
            "short_history": self.pgettext(
                "report",
                "The data cover %(days)s days only: seasons are not in them, and a year ahead is a long way.",
            ),
            "young_customers": self.pgettext(
                "report", "%(share)s of the customers are new (under eight weeks); little is known of them."
            ),
            "refunds_unmatched": self.pgettext(
                "report",
                "Refunds of %(amount)s belong to purchases before the data begin; they are left out.",
            ),
            "not_converged": self.pgettext(
                "report", "%(model)s found no proper maximum; do not read its parameters."
            ),
            "single_model": self.pgettext("report", "Only %(model)s was tried; another might do better."),
            "spend_by_mean": self.pgettext(
                "report", "Spending is estimated by plain means: too little for Gamma-Gamma."
            ),
            "spend_depends_on_frequency": self.pgettext(
                "report",
                "Frequent customers spend differently per purchase (correlation %(correlation)s), which"
                " Gamma-Gamma leaves out.",
            ),
            "no_backtest": self.pgettext(
                "report", "Nothing was judged on held-back days, so the error is not known."
            ),
            "holdout_too_short": self.pgettext(
                "report", "Only %(orders)s orders fell into the held-back days: too few to judge."
            ),
            "holdout_bias": self.pgettext(
                "report",
                "On the held-back days the number of purchases was forecast %(bias_pct)s off. Seasons and"
                " growth are not in the model.",
            ),
            "holdout_worse_than_baseline": self.pgettext(
                "report", "On the held-back days the simple guess “%(baseline)s” was better."
            ),
            "interval_off": self.pgettext(
                "report", "The 80%% intervals of the next purchase held %(coverage)s of the cases."
            ),
        }
