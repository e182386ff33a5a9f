"""The page of one customer: header, key figures, tabs, the overview in three columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from zhike.core import plugs
from zhike.core.errors import Invalid, NotFound
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers import queries
from zhike.customers.forms import labels
from zhike.customers.queries.history import change_history
from zhike.customers.views import changes, numbers
from zhike.customers.views.common import show, viewer_of, with_query
from zhike.customers.views.timeline import shown_of, timeline_page
from zhike.customers.views.words import contact_lines, date_lines, relation_lines
from zhike.ui.components.parts import Tab
from zhike.ui.parameters import takes

OWN_TABS = ("overview", "interactions", "family", "numbers", "history")


@dataclass(frozen=True, slots=True)
class MainButton:
    """The one main button of the header."""

    label: str
    url: str
    icon: str = "plus"
    dialog: bool = True


@require_safe
@takes("tab", "cursor", "show")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one customer; ``tab`` chooses the part below the header."""
    viewer = viewer_of(request)
    given = request.GET.dict()
    page = queries.customer_page(pk, viewer)
    tab = given.get("tab") or "overview"
    context = _header(page, viewer)
    context |= {"tabs": _tabs(page, viewer), "tab": tab, "here": request.get_full_path()}
    context |= _part(request, tab, page, given)
    if "panels" in context:
        context["main"] = _main_button(page, context["panels"], viewer)
    return show(request, "customers/detail.html", context)


def _header(page: queries.CustomerPage, viewer: Viewer) -> dict[str, Any]:
    customer = page.customer
    return {
        "page": page,
        "customer": customer,
        "score": page.score,
        "viewer": viewer,
        "figures": [
            (figure, reverse("customers:explain", args=[customer.id, figure.key]))
            for figure in numbers.figures(page.score, viewer)
        ],
        "more_figures": [f for source in plugs.customer_figures for f in source.figures(customer.id, viewer)],
        "state": labels.label(labels.STATES, page.score.state),
        "state_tone": labels.STATE_TONES.get(page.score.state, "grey"),
        "source": labels.label(labels.SOURCES, customer.source_code),
        "phone": next(
            (c for c in page.contacts if c.kind in {"mobile", "phone"} and not c.invalid_reason), None
        ),
        "main": _log_contact(customer.id, viewer),
        "may_edit": viewer.can("customers.edit"),
        "may_edit_contacts": viewer.can("customers.edit") and viewer.reads(FieldClass.CONTACT),
        "may_assign": viewer.can("customers.assign"),
        "may_tag": viewer.can("customers.edit") or viewer.can("customers.tags"),
        "may_write": viewer.can("interactions.write"),
    }


def _log_contact(pk: int, viewer: Viewer) -> MainButton | None:
    if not viewer.can("interactions.write"):
        return None
    return MainButton(
        _("Log contact"), with_query(reverse("customers:interaction_new"), {"customer": pk}), "pencil"
    )


def _main_button(
    page: queries.CustomerPage, panels: dict[str, list[SafeString]], viewer: Viewer
) -> MainButton | None:
    """What a panel says comes next (the agenda), else to log a contact."""
    found = getattr(panels, "main_action", None)
    if found is None:
        return _log_contact(page.customer.id, viewer)
    return MainButton(
        str(found["label"]),
        str(found["url"]),
        str(found.get("icon") or "circle-check"),
        bool(found.get("dialog", True)),
    )


def _tabs(page: queries.CustomerPage, viewer: Viewer) -> list[Tab]:
    pk = page.customer.id
    url = reverse("customers:detail", args=[pk])
    family = len(page.dates) + len(page.relations)
    tabs = [
        (10, Tab("overview", _("Overview"), url)),
        (30, Tab("interactions", _("Contacts made"), f"{url}?tab=interactions")),
        (40, Tab("family", _("Family and relations"), f"{url}?tab=family", family or None)),
        (900, Tab("numbers", _("Figures explained"), f"{url}?tab=numbers")),
        (910, Tab("history", _("Change history"), f"{url}?tab=history")),
    ]
    for plug in _plugged(viewer):
        count = plug.count(pk, viewer) if plug.count else None
        tabs.append((plug.order, Tab(plug.key, plug.label, f"{url}?tab={plug.key}", count)))
    return [tab for _order, tab in sorted(tabs, key=lambda pair: pair[0])]


def _plugged(viewer: Viewer) -> list[plugs.CustomerTab]:
    return [tab for tab in plugs.customer_tabs if not tab.permission or viewer.can(tab.permission)]


def _part(
    request: HttpRequest, tab: str, page: queries.CustomerPage, given: dict[str, str]
) -> dict[str, Any]:
    """What the open tab shows; a tab that does not exist is a bad address."""
    if tab not in OWN_TABS:
        return _part_of_slice(request, tab, page)
    if given.get("cursor") and tab not in {"interactions", "history"}:
        raise Invalid(gettext_noop("There is no parameter %(name)s."), name="cursor")
    return _PARTS[tab](request, page, given)


def _part_of_slice(request: HttpRequest, tab: str, page: queries.CustomerPage) -> dict[str, Any]:
    viewer = viewer_of(request)
    plug = next((t for t in _plugged(viewer) if t.key == tab), None)
    if plug is None:
        raise Invalid(gettext_noop("There is no tab %(name)s."), name=tab[:40])
    context = plug.context(page.customer.id, viewer, request)
    return {
        "part": render_to_string(
            plug.template, {**context, "customer": page.customer, "viewer": viewer}, request
        )
    }


class Panels(dict[str, list[SafeString]]):
    """Cards of other slices by place, and the first main action one of them offers."""

    main_action: dict[str, Any] | None = None


def panels(request: HttpRequest, page: queries.CustomerPage) -> Panels:
    """Render the cards of other slices."""
    viewer = viewer_of(request)
    found = Panels(left=[], main=[], right=[])
    for panel in plugs.customer_panels:
        if panel.permission and not viewer.can(panel.permission):
            continue
        context = panel.context(page.customer.id, viewer)
        if context is None:
            continue
        found.main_action = found.main_action or context.get("main_action")
        drawn = render_to_string(
            panel.template, {**context, "customer": page.customer, "viewer": viewer}, request
        )
        found[panel.place].append(drawn)
    return found


def _overview(request: HttpRequest, page: queries.CustomerPage, given: dict[str, str]) -> dict[str, Any]:
    viewer, pk = viewer_of(request), page.customer.id
    return {
        "panels": panels(request, page),
        "timeline": timeline_page(pk, viewer, wanted=shown_of(given.get("show", ""))),
        "customer_id": pk,
        "gap": labels.label(labels.GAPS, page.gap),
        "archive": _archive(page),
        "contacts": contact_lines(page.contacts),
        "dates": date_lines(page.dates[:4]),
        "relations": relation_lines(page.relations[:6]),
        "quality": page.quality,
    }


def _archive(page: queries.CustomerPage) -> list[tuple[str, Any]]:
    """Label and value of what is known, in the order in which one looks for it."""
    c = page.customer
    pairs = [
        (labels.FIELDS["form_of_address"], c.form_of_address),
        (labels.FIELDS["gender"], labels.label(labels.GENDERS, c.gender)),
        (labels.FIELDS["title"], c.title),
        (labels.FIELDS["industry"], c.industry),
        (labels.FIELDS["credit_code"], c.credit_code),
        (labels.FIELDS["region"], c.region),
        (labels.FIELDS["hobbies"], c.hobbies),
        (_("Good hours"), _hours(c)),
        (labels.FIELDS["preferred_channel"], labels.label(labels.CHANNELS, c.preferred_channel)),
    ]
    return [(label, value) for label, value in pairs if value]


def _hours(customer: queries.CustomerDetail) -> str:
    start = f"{customer.contact_from:%H:%M}" if customer.contact_from else ""
    end = f"{customer.contact_until:%H:%M}" if customer.contact_until else ""
    if start and end:
        return f"{start} – {end}"
    if start:
        return _("from %(time)s") % {"time": start}
    return _("until %(time)s") % {"time": end} if end else ""


def _interactions(request: HttpRequest, page: queries.CustomerPage, given: dict[str, str]) -> dict[str, Any]:
    viewer, pk = viewer_of(request), page.customer.id
    found = queries.list_interactions(viewer=viewer, customer_id=pk, cursor=given.get("cursor", ""), limit=50)
    url = reverse("customers:detail", args=[pk])
    rows = [
        (
            row,
            labels.label(labels.CHANNELS, row.channel),
            labels.label(labels.OUTCOMES, row.outcome),
            labels.label(labels.DIRECTIONS, row.direction),
            labels.label(labels.CONTENT_KINDS, row.content_kind),
        )
        for row in found.rows
    ]
    first = with_query(url, {"tab": "interactions"}) if given.get("cursor") else ""
    following = with_query(url, {"tab": "interactions", "cursor": found.next}) if found.next else ""
    log = with_query(reverse("customers:interaction_new"), {"customer": pk})
    return {"rows": rows, "next_url": following, "first_url": first, "log_url": log}


def _family(request: HttpRequest, page: queries.CustomerPage, given: dict[str, str]) -> dict[str, Any]:
    return {"dates": date_lines(page.dates), "relations": relation_lines(page.relations)}


def _numbers(request: HttpRequest, page: queries.CustomerPage, given: dict[str, str]) -> dict[str, Any]:
    return {
        "explanations": numbers.explain_all(page, viewer_of(request)),
        "basis": numbers.basis(page.score),
    }


def _history(request: HttpRequest, page: queries.CustomerPage, given: dict[str, str]) -> dict[str, Any]:
    viewer, pk = viewer_of(request), page.customer.id
    found = change_history(pk, viewer=viewer, cursor=given.get("cursor", ""))
    url = reverse("customers:detail", args=[pk])
    following = with_query(url, {"tab": "history", "cursor": found.next}) if found.next else ""
    return {
        "changes": changes.words(found.entries, viewer),
        "next_url": following,
        "first": not given.get("cursor"),
    }


_PARTS = {
    "overview": _overview,
    "interactions": _interactions,
    "family": _family,
    "numbers": _numbers,
    "history": _history,
}


@require_safe
def explain(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Explain one key figure in a dialog."""
    viewer = viewer_of(request)
    if key not in numbers.KEYS:
        raise NotFound
    page = queries.customer_page(pk, viewer)
    context = {
        "explanation": numbers.explain(key, page, viewer),
        "basis": numbers.basis(page.score),
        "customer": page.customer,
        "all_url": f"{reverse('customers:detail', args=[pk])}?tab=numbers",
    }
    return show(request, "customers/explain.html", context)
