"""The overview, the model card, and turning the loop by hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhike.core.permissions import Viewer
from zhike.insight.rules import findings
from zhike.insight.views import pictures
from zhike.insight.views.words import caveat, finding, model_label
from zhike.refresh import actions as refresh_actions
from zhike.refresh import queries as refresh_queries
from zhike.ui import formats
from zhike.ui.toasts import toast


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Answer one question: where our customers' value is going."""
    viewer = _viewer(request)
    found = refresh_queries.insight(viewer)
    running = refresh_queries.running(viewer)
    if found is None:
        return render(
            request, "insight/empty.html", {"running": running, "may_refresh": viewer.can("refresh.run")}
        )
    context = {
        "found": found,
        "running": running,
        "may_refresh": viewer.can("refresh.run"),
        "figures": _figures(found),
        "charts": _charts(found),
        "caveats": _caveats(found.run.model_card)[:3],
        "migration_sub": _since(found),
    }
    return render(request, "insight/overview.html", context)


def _figures(found: refresh_queries.Insight) -> dict[str, Any]:
    """Return the five key figures as people say them."""
    first = next((t for t in found.tiers if t["tier"] == "A"), None)
    buyers = sum(t["customers"] for t in found.tiers if t["tier"])
    churn = findings.churn(found.flow)
    accuracy = findings.accuracy(found.run.model_card)
    prospects = found.customers - buyers
    return {
        "buyers": buyers,
        "prospects_note": _("and %(count)s who have not bought yet") % {"count": formats.count(prospects)}
        if prospects
        else "",
        "value": found.value,
        "churn_text": f"{formats.percent(churn[0], 1)} → {formats.percent(churn[1], 1)}" if churn else "",
        "first_text": _shares(first) if first else "",
        "accuracy_text": f"{accuracy.params['bias']:+.1%}".replace("-", "−") if accuracy else "",
        "card_url": reverse("insight:model_card"),
    }


def _shares(tier: dict[str, Any]) -> str:
    return f"{formats.percent(tier['share_of_customers'])} · {formats.percent(tier['share_of_value'])}"


def _charts(found: refresh_queries.Insight) -> dict[str, dict[str, Any]]:
    card = found.run.model_card
    return {
        "heat": {
            "chart": pictures.heat(found),
            "title": finding(findings.heat(found.rfm), _("Last purchase × how often")),
        },
        "curve": {
            "chart": pictures.concentration(found),
            "title": finding(findings.concentration(found.tiers), _("Concentration of value")),
        },
        "migration": {
            "chart": pictures.migration(found),
            "title": finding(findings.migration(found.migration), _("Movement between tiers")),
        },
        "pyramid": {"chart": pictures.pyramid(found), "title": _("Few customers carry most of the value")},
        "flow": {
            "chart": pictures.flow(found),
            "title": finding(findings.flow(found.flow), _("New, active, slipping away, lost")),
        },
        "calibration": {
            "chart": pictures.calibration(found),
            "title": finding(findings.accuracy(card), _("How good the predictions are")),
        },
    }


def _since(found: refresh_queries.Insight) -> str:
    if found.migration_since is None:
        return ""
    return _("%(before)s → %(now)s") % {
        "before": formats.day(found.migration_since),
        "now": formats.day(found.run.as_of),
    }


def _caveats(card: dict[str, Any]) -> list[str]:
    return [caveat(c["code"], c.get("params") or {}) for c in card.get("caveats") or []]


@require_safe
def model_card(request: HttpRequest) -> HttpResponse:
    """Say what the predictions rest on, how wrong they were, and what not to trust."""
    viewer = _viewer(request)
    found = refresh_queries.insight(viewer)
    if found is None:
        return redirect("insight:overview")
    card = found.run.model_card
    context = {
        "run": found.run,
        "card": card,
        "caveats": _caveats(card),
        "models": [_model(n, m) for n, m in (card.get("models") or {}).items()],
        "holdout": _holdout(card),
        "runs": refresh_queries.runs(viewer, limit=12),
        "calibration": {
            "chart": pictures.calibration(found),
            "title": finding(findings.accuracy(card), _("How good the predictions are")),
        },
    }
    return render(request, "insight/model_card.html", context)


def _model(name: str, fit: dict[str, Any]) -> dict[str, Any]:
    errors = fit.get("standard_errors") or {}
    return {
        "label": model_label(name),
        "rows": [(p, v, errors.get(p)) for p, v in (fit.get("params") or {}).items()],
    }


def _holdout(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row a model and baseline of the backtest."""
    holdout = card.get("holdout") or {}
    return [
        {"name": name, "label": model_label(name), "kind": kind, **row}
        for kind, group in (("model", "models"), ("baseline", "baselines"))
        for name, row in (holdout.get(group) or {}).items()
        if isinstance(row, dict)
    ]


@require_POST
def refresh_now(request: HttpRequest) -> HttpResponse:
    """Queue a turn of the loop."""
    refresh_actions.start_refresh(by=_viewer(request))
    response = redirect(reverse("insight:overview"))
    return toast(
        request, response, _("The numbers are being worked out anew; this page shows how far it is.")
    )


@require_safe
def refresh_state(request: HttpRequest) -> HttpResponse:
    """Answer how far a running refresh is; at its end the page reloads."""
    running = refresh_queries.running(_viewer(request))
    if running is None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "insight/parts/running.html", {"running": running})
