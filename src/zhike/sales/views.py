"""Pages of the sales slice: orders, one order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhike.core.errors import Invalid
from zhike.sales import queries
from zhike.ui.components.parts import Chip
from zhike.ui.parameters import takes

_FILTERS = ("customer", "kind", "channel", "place", "seller", "from", "until")
_PARAMETERS = (*_FILTERS, "sort", "cursor")


@require_safe
@takes(*_PARAMETERS)
def order_list(request: HttpRequest) -> HttpResponse:
    """Show orders, newest first."""
    filters = _filters(request)
    sort = request.GET.get("sort", "newest")
    page = queries.list_orders(
        viewer=request.viewer,  # type: ignore[attr-defined]
        filters=filters,
        sort=sort,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "page": page,
        "chips": _chips(request),
        "sort": sort,
        "next_url": _address(request, cursor=page.next_cursor) if page.next_cursor else "",
        "first_url": _address(request, cursor="") if request.GET.get("cursor") else "",
    }
    return render(request, "sales/order_list.html", context)


@require_safe
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one order with its lines."""
    order = queries.get_order(pk, viewer=request.viewer)  # type: ignore[attr-defined]
    return render(request, "sales/order_detail.html", {"order": order})


def _filters(request: HttpRequest) -> dict[str, Any]:
    given = {name: request.GET[name] for name in _FILTERS if request.GET.get(name)}
    return {name: _typed(name, value) for name, value in given.items()}


def _typed(name: str, value: str) -> Any:
    if name in {"customer", "place", "seller"}:
        return queries.parse_id(value)
    if name in {"from", "until"}:
        return queries.parse_day(value)
    if name == "kind" and value not in {"sale", "return"}:
        raise Invalid("%(value)s is neither sale nor return.", value=value[:40])
    return value[:80]


def _chips(request: HttpRequest) -> list[Chip]:
    kinds = (("", _("All")), ("sale", _("Sales")), ("return", _("Returns")))
    current = request.GET.get("kind", "")
    return [Chip(label, _address(request, kind=key, cursor=""), current == key) for key, label in kinds]


def _address(request: HttpRequest, **changes: str) -> str:
    values = request.GET.dict() | changes
    query = urlencode({k: v for k, v in values.items() if v})
    return f"{request.path}?{query}" if query else request.path
