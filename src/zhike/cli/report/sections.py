"""The cards of the report: each takes the analysis and gives the HTML of one finding."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from zhike.analytics import NEXT_BASES, RFM_CELLS, TIERS
from zhike.cli.analysis.run import Analysis
from zhike.cli.report import svg
from zhike.cli.report.words import Words

RECENCY_EDGES = (30, 91, 182, 365)
ORDER_EDGES = (1, 2, 4, 8)
LISTED = 12
WEEKS = 12


def card(title: str, basis: str, body: str, wide: str = "") -> str:
    """A card: the finding as its title, its basis in small grey, then the picture or table."""
    small = f'<p class="basis">{escape(basis)}</p>' if basis else ""
    return f'<section class="card {wide}"><h2>{escape(title)}</h2>{small}{body}</section>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 1) -> str:
    """A table; columns from `numbers_from` on are set to the right."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if i >= numbers_from else ''}>{escape(cell)}</{tag}>"
            for i, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    top = f"<thead><tr>{cells(head, 'th')}</tr></thead>"
    return f'<div class="scroll"><table>{top}<tbody>{body}</tbody></table></div>'


def behind(words: Words, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The data of a chart, one click away."""
    summary = escape(words.pgettext("report", "As a table"))
    return f"<details><summary>{summary}</summary>{table(head, rows)}</details>"


def key_figures(analysis: Analysis, found: dict[str, Any], words: Words) -> str:
    """The five numbers on top."""
    totals, a_tier = found["totals"], found["tiers"][0]
    figures = [
        (words.count(found["customers"]), words.pgettext("report", "customers with a purchase")),
        (words.count(found["orders"]), words.pgettext("report", "orders (purchase days)")),
        (
            words.money(totals["value"]),
            words.pgettext("report", "value of the next 12 months, %(low)s to %(high)s")
            % {"low": words.money(totals["value_low"]), "high": words.money(totals["value_high"])},
        ),
    ]
    if a_tier["share_of_value"] is not None:
        people = a_tier["customers"] / max(found["customers"], 1)
        figures.append(
            (
                f"{words.share(people)} → {words.share(a_tier['share_of_value'])}",
                words.pgettext("report", "share of tier A: of customers → of value"),
            )
        )
    if found["holdout"]:
        bias = _chosen(found)["bias_pct"]
        if bias is not None:
            text = words.pgettext("report", "forecast against the last %(days)s days") % {
                "days": found["holdout"]["days"]
            }
            figures.append((f"{bias:+.1f}%", text))
    parts = (f"<div><b>{escape(big)}</b><span>{escape(small)}</span></div>" for big, small in figures)
    return f'<div class="figures">{"".join(parts)}</div>'


def first_to_see(analysis: Analysis, words: Words) -> str:
    """Valued customers who have been silent for too long."""
    r = analysis.result
    overdue = (r.next_basis == NEXT_BASES.index("overdue")) & (r.tier <= 1) & (r.orders > 2)
    at_stake = np.where(overdue, r.amount / np.maximum(r.orders, 1) * np.minimum(r.orders, 12) * r.risk, 0.0)
    chosen = np.argsort(-at_stake, kind="stable")[:LISTED]
    chosen = chosen[at_stake[chosen] > 0]
    title = words.pgettext("report", "Whom to see first")
    if not chosen.size:
        return card(
            title,
            "",
            f"<p>{escape(words.pgettext('report', 'No valued customer is overdue. Well done.'))}</p>",
            "wide",
        )
    basis = words.pgettext(
        "report",
        "Tiers A and B that have been silent longer than nine of ten of their gaps; ordered by what a"
        " purchase brings, how often they bought, and the risk",
    )
    head = [
        words.pgettext("report", "Customer"),
        words.pgettext("report", "Tier"),
        words.pgettext("report", "Last purchase"),
        words.pgettext("report", "Silent (days)"),
        words.pgettext("report", "Orders"),
        words.pgettext("report", "Spent so far"),
        words.pgettext("report", "Comes within 90 days")
        if analysis.result.card["settings"]["risk_days"] == 90
        else words.pgettext("report", "Comes in time"),
    ]
    rows = [
        [
            str(analysis.ledger.ids[i]),
            TIERS[r.tier[i]],
            words.day(int(r.last_day[i])),
            words.count(r.as_of - r.last_day[i]),
            words.count(r.orders[i]),
            words.money(float(r.amount[i])),
            words.chance(1 - float(r.risk[i])),
        ]
        for i in chosen
    ]
    return card(title, basis, table(head, rows), "wide")


def recency_by_orders(analysis: Analysis, words: Words) -> str:
    """Heat map: days since the last purchase × number of purchases; colour is the mean value."""
    r = analysis.result
    buyers = r.orders > 0
    row = np.searchsorted(RECENCY_EDGES, r.as_of - r.last_day[buyers])
    column = np.searchsorted(ORDER_EDGES, r.orders[buyers])
    people = np.zeros((5, 5))
    value = np.zeros((5, 5))
    np.add.at(people, (row, column), 1)
    np.add.at(value, (row, column), r.value[buyers])
    mean = value / np.maximum(people, 1)
    days = [
        words.pgettext("report", "within 30 days"),
        words.pgettext("report", "1–3 months"),
        words.pgettext("report", "3–6 months"),
        words.pgettext("report", "half a year to a year"),
        words.pgettext("report", "more than a year"),
    ]
    times = ["1", "2", "3–4", "5–8", "9+"]
    frame = svg.Frame(left=130, bottom=36)
    parts = _heat(frame, people, mean, words)
    parts += [
        svg.text(frame.left - 8, frame.y(1 - (i + 0.5) / 5) + 4, name, "end") for i, name in enumerate(days)
    ]
    parts += [svg.text(frame.x((j + 0.5) / 5), frame.height - 14, name) for j, name in enumerate(times)]
    rows = [[days[i], *(words.count(people[i, j]) for j in range(5))] for i in range(5)]
    sleeping = float(people[3:].sum() / max(people.sum(), 1))
    title = words.pgettext("report", "%(share)s have not bought for half a year") % {
        "share": words.share(sleeping)
    }
    basis = words.pgettext(
        "report", "Last purchase × number of purchases; the number is customers, the colour their mean value"
    )
    body = svg.picture(frame, parts, title) + behind(words, ["", *times], rows)
    return card(title, basis, body)


def _heat(frame: svg.Frame, people: Any, mean: Any, words: Words) -> list[str]:
    # Roots, as values are far apart: otherwise one cell is dark and the rest pale.
    strength = np.sqrt(mean / mean.max()) if mean.max() > 0 else mean
    parts = []
    width, height = frame.inner_width / 5, frame.inner_height / 5
    for i in range(5):
        for j in range(5):
            x, y = frame.left + j * width, frame.top + i * height
            level = round(4 * float(strength[i, j])) if people[i, j] else 0
            tip = f"{words.count(people[i, j])} · ⌀ {words.money(float(mean[i, j]))}"
            parts.append(svg.rect(x + 1.5, y + 1.5, width - 3, height - 3, f"heat{level}", tip, ' rx="4"'))
            kind = f"inheat{level}"
            parts.append(
                svg.text(x + width / 2, y + height / 2 + 4, words.count(people[i, j]), "middle", kind)
            )
    return parts


def concentration(analysis: Analysis, words: Words) -> str:
    """Share of value against share of customers, best first."""
    values = np.sort(analysis.result.value[analysis.result.orders > 0])[::-1]
    total = values.sum()
    if total <= 0:
        return ""
    reached = np.concatenate([[0.0], np.cumsum(values) / total])
    shares = np.linspace(0, 1, 101)
    heights = np.interp(shares, np.linspace(0, 1, reached.size), reached)
    half = float(np.interp(0.5, reached, np.linspace(0, 1, reached.size)))
    frame = svg.Frame()
    percent = [words.share(k / 4) for k in range(5)]
    parts = svg.scale_y(frame, percent) + svg.scale_x(frame, percent)
    parts += svg.curve(frame, list(zip(shares, heights, strict=True)))
    parts.append(f'<circle class="dot" cx="{frame.x(half):.1f}" cy="{frame.y(0.5):.1f}" r="5"/>')
    title = words.pgettext("report", "Half the value comes from %(share)s of the customers") % {
        "share": words.share(half, 1)
    }
    basis = words.pgettext("report", "Value of the next 12 months, best customers first")
    rows = [
        [words.share(s), words.share(float(np.interp(s, shares, heights)), 1)]
        for s in (0.01, 0.05, 0.1, 0.2, 0.5)
    ]
    head = [words.pgettext("report", "Best customers"), words.pgettext("report", "Their share of value")]
    return card(title, basis, svg.picture(frame, parts, title) + behind(words, head, rows))


def tier_bars(found: dict[str, Any], words: Words) -> str:
    """Each tier's share of customers and of value."""
    people = sum(tier["customers"] for tier in found["tiers"])
    frame = svg.Frame(height=220, left=40, right=60)
    parts = []
    height = frame.inner_height / 4
    for i, tier in enumerate(found["tiers"]):
        y = frame.top + i * height
        of_people, of_value = tier["customers"] / max(people, 1), tier["share_of_value"] or 0.0
        parts.append(
            svg.text(frame.left - 14, y + height / 2 + 4, tier["tier"], "middle", f"tier{tier['tier']}")
        )
        for k, (share, kind) in enumerate(((of_people, "pale"), (of_value, f"fill{tier['tier']}"))):
            top = y + 6 + k * (height - 12) / 2
            parts.append(
                svg.rect(frame.left, top, share * frame.inner_width, (height - 14) / 2, kind, "", ' rx="3"')
            )
            x = frame.x(share) + 6
            parts.append(svg.text(x, top + (height - 14) / 4 + 4, words.share(share), "start"))
    title = words.pgettext("report", "%(count)s customers carry tier A") % {
        "count": words.count(found["tiers"][0]["customers"])
    }
    basis = words.pgettext(
        "report", "Above: share of customers; below, in colour: share of the 12-month value"
    )
    head = [
        words.pgettext("report", "Tier"),
        words.pgettext("report", "Customers"),
        words.pgettext("report", "12-month value"),
    ]
    rows = [[t["tier"], words.count(t["customers"]), words.money(t["value"])] for t in found["tiers"]]
    return card(title, basis, svg.picture(frame, parts, title) + behind(words, head, rows))


def named_cells(analysis: Analysis, words: Words) -> str:
    """RFM cells with what to do."""
    r = analysis.result
    buyers = r.orders > 0
    people = np.bincount(r.rfm_cell[buyers], minlength=len(RFM_CELLS))
    value = np.bincount(r.rfm_cell[buyers], r.value[buyers], minlength=len(RFM_CELLS))
    spent = np.bincount(r.rfm_cell[buyers], r.amount[buyers], minlength=len(RFM_CELLS))
    head = [
        words.pgettext("report", "Group"),
        words.pgettext("report", "What to do"),
        words.pgettext("report", "Customers"),
        words.pgettext("report", "Spent so far"),
        words.pgettext("report", "12-month value"),
    ]
    rows = [
        [
            words.cell(cell.code),
            words.advice(cell.advice),
            words.count(people[i]),
            words.money(float(spent[i])),
            words.money(float(value[i])),
        ]
        for i, cell in enumerate(RFM_CELLS)
        if people[i]
    ]
    title = words.pgettext("report", "Who they are, and what to do")
    basis = words.pgettext(
        "report", "RFM: how recently, how often, for how much; scores by equal parts of the customers"
    )
    return card(title, basis, table(head, rows, 2), "wide")


def months(analysis: Analysis, words: Words) -> str:
    """New and returning customers by month."""
    ledger, r = analysis.ledger, analysis.result
    used = (ledger.day <= r.as_of) & (ledger.amount >= 0)
    month = _month(ledger.day[used])
    first = _month(r.first_day)[ledger.customer[used]]
    start, end = int(month.min()), int(month.max())
    pairs = np.unique(np.stack([month, ledger.customer[used], first == month]), axis=1)
    size = end - start + 1
    fresh = np.bincount(pairs[0] - start, pairs[2], minlength=size)
    back = np.bincount(pairs[0] - start, 1 - pairs[2], minlength=size)
    labels = [words.month(m) for m in range(start, end + 1)]
    tips = [
        words.pgettext("report", "%(month)s: %(new)s new, %(back)s returning")
        % {"month": label, "new": words.count(fresh[i]), "back": words.count(back[i])}
        for i, label in enumerate(labels)
    ]
    frame = svg.Frame(width=1160, height=260)
    parts = svg.stacked_bars(frame, labels, [("jade", back.tolist()), ("amber", fresh.tolist())], tips)
    title = words.pgettext("report", "New and returning customers")
    basis = words.pgettext(
        "report", "Customers who bought in a month: returning (green, below) and new (amber, above)"
    )
    if _partial(r.as_of):
        basis += words.pgettext("report", "; the last month is not complete")
    head = [
        words.pgettext("report", "Month"),
        words.pgettext("report", "New"),
        words.pgettext("report", "Returning"),
    ]
    rows = [[label, words.count(fresh[i]), words.count(back[i])] for i, label in enumerate(labels)]
    chart = f'<div class="scroll broad">{svg.picture(frame, parts, title)}</div>'
    return card(title, basis, chart + behind(words, head, rows), "wide")


def _month(days: Any) -> Any:
    """Months since year 0 of day numbers (1970-01-01 is day 719163); no day counts as the first month."""
    dates = (np.maximum(days, 1) - 719_163).astype("datetime64[D]")
    return dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _partial(day: int) -> bool:
    return bool(_month(np.array([day]))[0] == _month(np.array([day + 1]))[0])


def coming_weeks(analysis: Analysis, words: Words) -> str:
    """How many customers are due in each of the coming weeks."""
    r = analysis.result
    due = (r.next_day > 0) & (r.risk < 0.5)
    week = (r.next_day[due] - r.as_of - 1) // 7
    counts = np.bincount(week[(week >= 0) & (week < WEEKS)].astype(np.int64), minlength=WEEKS)
    labels = [words.pgettext("report", "wk %(n)s") % {"n": i + 1} for i in range(WEEKS)]
    frame = svg.Frame()
    tips = [f"{label}: {words.count(counts[i])}" for i, label in enumerate(labels)]
    numbers = [str(i + 1) for i in range(WEEKS)]
    parts = svg.stacked_bars(frame, numbers, [("jade", counts.tolist())], tips)
    title = words.pgettext("report", "%(count)s customers are due in the coming four weeks") % {
        "count": words.count(counts[:4].sum())
    }
    basis = words.pgettext(
        "report", "Likely day of the next purchase, by week; for those who more likely than not come in time"
    )
    head = [words.pgettext("report", "Week"), words.pgettext("report", "Customers due")]
    rows = [[labels[i], words.count(counts[i])] for i in range(WEEKS)]
    return card(title, basis, svg.picture(frame, parts, title) + behind(words, head, rows))


def calibration(found: dict[str, Any], words: Words) -> str:
    """Forecast against outcome in groups of customers."""
    holdout = found["holdout"]
    if not holdout:
        return ""
    groups = holdout["calibration"]
    top = svg.nice_top(max(max(g["predicted"], g["actual"]) for g in groups))
    frame = svg.Frame()
    labels = [f"{top * k / 4:g}" for k in range(5)]
    parts = svg.scale_y(frame, labels) + svg.scale_x(frame, labels)
    parts.append(svg.line(frame.x(0), frame.y(0), frame.x(1), frame.y(1), "ideal"))
    for g in groups:
        x, y = frame.x(g["predicted"] / top), frame.y(g["actual"] / top)
        tip = f"{g['predicted']:.2f} → {g['actual']:.2f}"
        parts.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5"><title>{tip}</title></circle>')
    title = words.pgettext("report", "How right it would have been")
    basis = words.pgettext(
        "report",
        "Purchases in the last %(days)s days, forecast (across) and real (up), in groups of customers; the"
        " nearer to the line the better",
    ) % {"days": holdout["days"]}
    head = [
        words.pgettext("report", "Forecast"),
        words.pgettext("report", "Real"),
        words.pgettext("report", "Customers"),
    ]
    rows = [[f"{g['predicted']:.2f}", f"{g['actual']:.2f}", words.count(g["customers"])] for g in groups]
    return card(title, basis, svg.picture(frame, parts, title) + behind(words, head, rows))


def _chosen(found: dict[str, Any]) -> dict[str, Any]:
    holdout = found["holdout"]
    chosen: dict[str, Any] = holdout["models"].get(found["chosen"]) or holdout["models"][holdout["best"]]
    return chosen
