"""The one search box: what every slice finds, in one answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.customers.views.common import is_htmx, show, viewer_of
from zhike.ui.parameters import takes

MAX_QUERY = 100
LIVE_HITS = 8
PAGE_HITS = 50


@require_safe
@takes("q")
def search(request: HttpRequest) -> HttpResponse:
    """Find in every source: a few hits below the box (HTMX), more on a page of their own."""
    viewer = viewer_of(request)
    query = request.GET.get("q", "").strip()
    if len(query) > MAX_QUERY:
        raise Invalid(gettext_noop("Search for at most %(max)s characters."), max=MAX_QUERY)
    limit = LIVE_HITS if is_htmx(request) else PAGE_HITS
    groups = []
    for source in plugs.search if query else ():
        hits = sorted(source.find(query, viewer, limit), key=lambda hit: hit.rank)[:limit]
        if hits:
            groups.append((source.label, hits))
    template = "ui/search_results.html" if is_htmx(request) else "customers/search.html"
    return show(request, template, {"groups": groups, "query": query})
