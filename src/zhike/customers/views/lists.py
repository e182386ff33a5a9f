"""The customer list: address → query → page; filters, columns and saved views."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.customers import actions, queries
from zhike.customers.forms.filters import FilterForm
from zhike.customers.forms.lists import SaveViewForm
from zhike.customers.queries.pages import search_within
from zhike.customers.views import chips, columns
from zhike.customers.views.common import done, is_htmx, show, take_errors, viewer_of
from zhike.customers.views.state import ListState, check, state_of, state_of_query
from zhike.ui import formats
from zhike.ui.components.parts import Column
from zhike.ui.parameters import takes, takes_any

FOUND_LIMIT = 50
_COOKIE_SECONDS = 365 * 24 * 3600


@require_safe
@takes_any
def customer_list(request: HttpRequest) -> HttpResponse:
    """Show customers; HTMX gets the part below the search field."""
    viewer = viewer_of(request)
    state = state_of(request)
    cells = columns.chosen(state.columns, request.COOKIES.get(columns.COOKIE, ""), viewer)
    page = _page(state, viewer)
    template = "customers/list.html#list" if is_htmx(request) else "customers/list.html"
    return show(request, template, _context(request, state, page, cells))


def _page(state: ListState, viewer: Viewer) -> queries.Page[queries.CustomerRow]:
    if not state.q:
        return queries.list_customers(
            viewer=viewer,
            filters=list(state.filters),
            sort=state.sort,
            cursor=state.cursor,
            limit=FOUND_LIMIT,
        )
    check(state, viewer)
    rows = search_within(state.q, filters=list(state.filters), viewer=viewer, limit=FOUND_LIMIT)
    return queries.Page(rows, "", "", queries.Count(len(rows), exact=len(rows) < FOUND_LIMIT))


def _context(
    request: HttpRequest, state: ListState, page: queries.Page[queries.CustomerRow], cells: list[columns.Cell]
) -> dict[str, Any]:
    viewer = viewer_of(request)
    sheet = columns.Page(
        may_edit=viewer.can("customers.edit"),
        may_assign=viewer.can("customers.assign"),
        may_tag=viewer.can("customers.edit") or viewer.can("customers.tags"),
        more=columns.values_of_slices(cells, [row.id for row in page.rows], viewer),
    )
    context: dict[str, Any] = {
        "state": state,
        "page": page,
        "rows": columns.write_rows(page.rows, cells, sheet),
        "heads": _heads(state, cells),
        "chips": chips.chips(state, viewer),
        "filter_url": f"{reverse('customers:filters')}?{urlencode({'back': state.first.query})}",
        "choices": _choices(cells, viewer),
        "back": state.query,
        "sheet": sheet,
        "perms_create": viewer.can("customers.create"),
        **_paging(state, page),
    }
    if not is_htmx(request):
        saved = queries.saved_views(viewer)
        context |= {
            "views": chips.views(state, viewer, saved),
            "title": chips.title(state, viewer, saved),
            "save_url": f"{reverse('customers:view_new')}?{urlencode({'back': state.first.query})}",
            "search_url": ListState(state.filters, state.sort, columns=state.columns).url,
        }
    return context


def _paging(state: ListState, page: queries.Page[queries.CustomerRow]) -> dict[str, Any]:
    count = page.count
    return {
        "first_url": state.first.url if page.previous else "",
        "prev_url": state.at(page.previous).url if page.previous else "",
        "next_url": state.at(page.next).url if page.next else "",
        "last_url": state.at("last").url if page.next else "",
        "total": count.value if count else None,
        "capped": bool(count and not count.exact),
        "total_text": _total(count) if count else "",
    }


def _total(count: queries.Count) -> str:
    shown = formats.count(count.value)
    if not count.exact:
        return _("More than %(count)s customers") % {"count": shown}
    return ngettext("%(count)s customer", "%(count)s customers", count.value) % {"count": shown}


def _heads(state: ListState, cells: list[columns.Cell]) -> list[Column]:
    name = Column(
        "name", _("Customer"), locked=True, sort_url=_sort_url(state, "name"), sorted=_sorted(state, "name")
    )
    heads = [
        Column(
            cell.key,
            cell.label,
            sort_url=_sort_url(state, cell.sort) if cell.sort and not state.q else "",
            sorted=_sorted(state, cell.sort) if cell.sort and not state.q else "",
            align=cell.align,
        )
        for cell in cells
    ]
    return [name, *heads]


def _sorted(state: ListState, key: str) -> str:
    if state.sort.removeprefix("-") != key:
        return ""
    return "desc" if state.sort.startswith("-") else "asc"


def _sort_url(state: ListState, key: str) -> str:
    """The other direction of the sort that is on; else the direction one wants first (large before small)."""
    if _sorted(state, key):
        return state.sorted_by(key if state.sort.startswith("-") else f"-{key}").url
    return state.sorted_by(key if key in {"name", "next_purchase", "number"} else f"-{key}").url


def _choices(cells: list[columns.Cell], viewer: Viewer) -> list[Column]:
    shown = {cell.key for cell in cells}
    name = Column("name", _("Customer"), shown=True, locked=True)
    return [name, *(Column(c.key, c.label, shown=c.key in shown) for c in columns.cells_for(viewer))]


@require_POST
def set_columns(request: HttpRequest) -> HttpResponse:
    """Keep which columns somebody wants to see, in their own browser."""
    viewer = viewer_of(request)
    cells = columns.chosen(request.POST.getlist("column") or ["tier"], "", viewer)
    state = state_of_query(request.POST.get("next", "").partition("?")[2])
    response = redirect(ListState(state.filters, state.sort, state.cursor, state.q).url)
    response.set_cookie(
        columns.COOKIE, ".".join(c.key for c in cells), max_age=_COOKIE_SECONDS, httponly=True, samesite="Lax"
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@takes("back")
def filters(request: HttpRequest) -> HttpResponse:
    """Choose filters: typed inputs for every field; the answer leads to the list they describe."""
    viewer = viewer_of(request)
    raw = request.POST.get("back", "") if request.method == "POST" else request.GET.get("back", "")
    state = state_of_query(raw)
    check(state, viewer)
    form = FilterForm(request.POST if request.method == "POST" else None, viewer=viewer, given=state.filters)
    if request.method == "POST" and form.is_valid():
        wanted = _merged(state, form)
        try:
            check(wanted, viewer)
        except Invalid as error:
            take_errors(form, error)
        else:
            return _go(request, wanted.url)
    context = {
        "form": form,
        "back": raw,
        "form_action": reverse("customers:filters"),
        "clear_url": ListState().url,
    }
    return show(request, "customers/filters.html", context, refused=bool(form.errors))


def _merged(state: ListState, form: FilterForm) -> ListState:
    """The entered filters, and those of the address that the form has no input for."""
    kept = [(key, value) for key, value in state.filters if key not in form.fields]
    entered = form.filters()
    replaced = {key.partition("__")[0] for key, _value in entered}
    return state.filtered_by([*(f for f in kept if f[0].partition("__")[0] not in replaced), *entered])


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
@takes("back")
def view_new(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is under a name."""
    viewer = viewer_of(request)
    raw = request.POST.get("back", "") if request.method == "POST" else request.GET.get("back", "")
    state = state_of_query(raw)
    form = SaveViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        columns_now = state.columns or tuple(
            c.key for c in columns.chosen((), request.COOKIES.get(columns.COOKIE, ""), viewer)
        )
        query = {"filters": dict(state.filters), "sort": state.sort, "columns": list(columns_now)}
        try:
            actions.save_view(
                name=form.cleaned_data["name"], shared=form.cleaned_data["shared"], query=query, by=viewer
            )
        except Invalid as error:
            take_errors(form, error)
        else:
            return _go(request, ListState(state.filters, state.sort, columns=columns_now).url)
    context = {"form": form, "back": raw, "form_action": reverse("customers:view_new")}
    return show(request, "customers/save_view.html", context, refused=bool(form.errors))


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own view; can be undone."""
    viewer = viewer_of(request)
    actions.delete_view(pk, by=viewer)
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("customers:list")})
    return done(request, _("The view is deleted."), event="customers:changed", back=reverse("customers:list"))
