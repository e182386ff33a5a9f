"""The last cards of the report: what the numbers rest on and what not to trust."""

from __future__ import annotations

from html import escape
from typing import Any

from zhike.cli.report.sections import card, table
from zhike.cli.report.words import Words


def caveats(found: dict[str, Any], words: Words) -> str:
    """What not to trust, as sentences."""
    items = [words.caveat(c["code"], c["params"]) for c in found["caveats"]]
    if not items:
        items = [
            words.pgettext("report", "Nothing in the data or the backtest speaks against these numbers.")
        ]
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    return card(words.pgettext("report", "What not to trust"), "", f"<ul>{listed}</ul>")


def rows_left_out(found: dict[str, Any], words: Words) -> str:
    """Rows that were not used, by reason."""
    title = words.pgettext("report", "%(used)s of %(rows)s rows were used") % {
        "used": words.count(found["rows"] - sum(s["rows"] for s in found["skipped"])),
        "rows": words.count(found["rows"]),
    }
    if not found["skipped"]:
        return card(title, "", f"<p>{escape(words.pgettext('report', 'No row was left out.'))}</p>")
    head = [
        words.pgettext("report", "Left out because"),
        words.pgettext("report", "Rows"),
        words.pgettext("report", "First in row"),
    ]
    rows = [
        [
            words.reason(s["reason"]),
            words.count(s["rows"]),
            words.count(s["first_row"]) if s["first_row"] else "–",
        ]
        for s in found["skipped"]
    ]
    return card(title, "", table(head, rows))


def judged(found: dict[str, Any], words: Words) -> str:
    """The backtest beside its baselines."""
    holdout = found["holdout"]
    if not holdout:
        return ""
    keys = ("mae", "rmse", "correlation", "bias_pct", "auc_any_purchase", "brier")
    head = [
        words.pgettext("report", "Forecast"),
        "MAE",
        "RMSE",
        words.pgettext("report", "correlation"),
        words.pgettext("report", "bias %"),
        words.pgettext("report", "AUC, any purchase"),
        "Brier",
    ]
    rows = [
        [words.model(name), *(_number(numbers[key]) for key in keys)]
        for name, numbers in {**holdout["models"], **holdout["baselines"]}.items()
    ]
    title = words.pgettext("report", "Judged on %(orders)s orders of the last %(days)s days") % {
        "orders": words.count(holdout["orders"]),
        "days": holdout["days"],
    }
    basis = words.pgettext("report", "Fitted up to the day before, against two simple guesses")
    coming = holdout["next_purchase"]
    sentence = ""
    if coming["mae_days"] is not None:
        sentence = words.pgettext(
            "report",
            "The day of the next purchase was missed by %(miss)s days in the middle case;"
            " the 80%% interval held"
            " %(coverage)s of the cases.",
        ) % {
            "miss": _number(coming["median_abs_days"]),
            "coverage": words.share(coming["interval80_coverage"]),
        }
    body = table(head, rows) + (f"<p>{escape(sentence)}</p>" if sentence else "")
    return card(title, basis, body, "wide")


def parameters(found: dict[str, Any], words: Words) -> str:
    """Fitted parameters with their standard errors."""
    rows = []
    for name, model in found["models"].items():
        shown = ", ".join(
            f"{key} {value:.4g}"
            + (f" ± {error:.2g}" if (error := model["standard_errors"][key]) is not None else "")
            for key, value in model["params"].items()
        )
        mark = " ✓" if name == found["chosen"] else ""
        done = words.pgettext("report", "yes") if model["converged"] else words.pgettext("report", "no")
        rows.append([words.model(name) + mark, shown, _number(model["log_likelihood"], 2), done])
    head = [
        words.pgettext("report", "Model"),
        words.pgettext("report", "Parameters (time in weeks)"),
        words.pgettext("report", "Log-likelihood"),
        words.pgettext("report", "Converged"),
    ]
    if not rows:
        return ""
    title = words.pgettext("report", "Chosen: %(model)s") % {"model": words.model(found["chosen"])}
    basis = words.pgettext("report", "Maximum likelihood; ± is one standard error")
    return card(title, basis, table(head, rows, 2), "wide")


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:,.{digits}f}".rstrip("0").rstrip(".")
