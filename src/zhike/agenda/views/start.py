"""The first page of people who have no list of customers: what they may see, and how the firm stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhike.agenda import queries
from zhike.agenda.queries.texts.labels import FESTIVALS
from zhike.core.clock import today


def start_page(request: HttpRequest) -> HttpResponse:
    """Show the overview instead of an empty list."""
    viewer = request.viewer  # type: ignore[attr-defined]
    start = queries.start(viewer, today())
    festivals = [(day, FESTIVALS.get(code, code)) for day, code in start.festivals]
    return render(request, "agenda/start.html", {"start": start, "festivals": festivals})
