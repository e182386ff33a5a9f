"""The team's board, and why a card stands where it stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.agenda import queries
from zhike.agenda.queries.failures import failed_sources
from zhike.core import plugs

TOP = 8


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """How each colleague stands today."""
    viewer = request.viewer  # type: ignore[attr-defined]
    board = queries.team_board(viewer)
    sources = [(s, board.by_source[s.key]) for s in plugs.task_sources if s.key in board.by_source]
    shown = queries.today_list(viewer=viewer, user=queries.TEAM, most=TOP)
    context = {
        "board": board,
        "sources": sources,
        "list": shown,
        "top": shown.cards,
        "owners": {m.user_id: m.name for m in board.members},
        "can_answer": viewer.can("agenda.answer"),
        "failed_sources": failed_sources(viewer),
    }
    return render(request, "agenda/team.html", context)


@require_safe
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """The formula behind one card with its figures."""
    viewer = request.viewer  # type: ignore[attr-defined]
    return render(request, "agenda/explain.html", {"it": queries.explain(pk, viewer=viewer)})
