"""Done, later, not useful: one click each, by HTMX or as a plain form, with undo."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhike.agenda import actions, queries
from zhike.agenda.forms import ContactForm, LaterForm, ReasonForm
from zhike.agenda.queries.texts import REASONS, outcome_label
from zhike.agenda.views.today import head_of
from zhike.core.errors import Invalid
from zhike.core.permissions import Viewer
from zhike.staff.queries import holiday_table
from zhike.ui import formats
from zhike.ui.toasts import close_dialog, toast, trigger
from zhike.values.workdays import shift_off_rest_days

DEFAULT_REASON = "not_relevant"
QUICK_OUTCOMES = ("interested", "ordered", "not_reached", "refused")
LATER_DAYS = (1, 3, 7, 14, 30)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the contact with what the card proposes; the form of :func:`note` tells more."""
    form = ContactForm({"outcome": "reached", **request.POST.dict()})
    if not form.is_valid():
        raise Invalid(_("This entry can't be understood."), fields=_messages(form))
    answered = actions.answer_done(pk, form.contact(), by=_viewer(request))
    return _answer(request, answered, "done", form.cleaned_data["outcome"])


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the contact with a note, another outcome, a promise."""
    viewer = _viewer(request)
    card = queries.get_card(pk, viewer=viewer)
    if request.method != "POST":
        first = {"channel": card.channel or "call", "minutes": card.minutes}
        return _note_dialog(request, card, ContactForm(initial=first))
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _note_dialog(request, card, form, status=422)
    answered = actions.answer_done(pk, form.contact(), by=viewer)
    if not getattr(request, "htmx", False):
        return _answer(request, answered, "done", form.cleaned_data["outcome"])
    response = trigger(HttpResponse(status=204), "agenda:changed")
    undo = reverse("agenda:undo", args=[answered.answer_id])
    return close_dialog(toast(request, response, _said("done", form.cleaned_data["outcome"]), undo_url=undo))


def _note_dialog(
    request: HttpRequest, card: queries.CardView, form: ContactForm, status: int = 200
) -> HttpResponse:
    action = reverse("agenda:note", args=[card.id])
    return render(
        request, "agenda/note.html", {"card": card, "form": form, "form_action": action}, status=status
    )


@require_POST
def later(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the card away: until the next working day, or the chosen one."""
    form = LaterForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose a day between tomorrow and a year from now."), fields=_messages(form))
    day = queries.list_day()
    tomorrow = shift_off_rest_days(day + timedelta(days=1), "after", holiday_table())
    until = form.day(day, tomorrow)
    answered = actions.answer_later(pk, until, by=_viewer(request))
    return _answer(request, answered, "later", formats.day(until, "weekday"))


@require_POST
def not_useful(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the card does not fit."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose a reason."), fields=_messages(form))
    reason = form.cleaned_data["reason"] or DEFAULT_REASON
    answered = actions.answer_not_useful(pk, reason, form.cleaned_data["note"], by=_viewer(request))
    return _answer(request, answered, "not_useful", reason)


@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Say more about an answer just given."""
    viewer, data = _viewer(request), request.POST
    contact, until, reason = None, None, ""
    if "outcome" in data:
        form = ContactForm(data)
        if not form.is_valid():
            raise Invalid(_("This entry can't be understood."), fields=_messages(form))
        contact, kind, detail = form.contact(), "done", data["outcome"]
    elif "reason" in data:
        reason, kind, detail = data["reason"], "not_useful", data["reason"]
    else:
        later_form = LaterForm(data)
        if not later_form.is_valid():
            raise Invalid(
                _("Choose a day between tomorrow and a year from now."), fields=_messages(later_form)
            )
        day = queries.list_day()
        until = later_form.day(day, day + timedelta(days=1))
        kind, detail = "later", formats.day(until, "weekday")
    answered = actions.amend_answer(pk, contact=contact, until=until, reason=reason, by=viewer)
    return _answer(request, answered, kind, detail)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer back."""
    actions.undo_answer(pk, by=_viewer(request))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return toast(request, redirect("agenda:today"), _("Undone."))


def _answer(request: HttpRequest, answered: actions.Answered, kind: str, detail: str) -> HttpResponse:
    """The slim row that takes the card's place, and the parts of the page that changed with it."""
    undo_url = reverse("agenda:undo", args=[answered.answer_id])
    text = _said(kind, detail)
    if not getattr(request, "htmx", False):
        return toast(request, redirect(_back(request)), text, undo_url=undo_url)
    viewer = _viewer(request)
    user = request.POST.get("list", "")[:60]
    shown = queries.today_list(viewer=viewer, user=user, source=request.POST.get("filter", "")[:40])
    context: dict[str, Any] = {
        **head_of(shown),
        "results": queries.results_of(shown.person),
        "answered": answered,
        "kind": kind,
        "detail": detail,
        "said": text,
        "card": queries.get_card(answered.task_id, viewer=viewer),
        "outcomes": [(code, outcome_label(code)) for code in QUICK_OUTCOMES if code != detail],
        "reasons": [(code, label) for code, label in REASONS.items() if code != detail],
        "later_days": LATER_DAYS,
        "swap_oob": True,
    }
    return toast(request, render(request, "agenda/answered.html", context), text, undo_url=undo_url)


def _said(kind: str, detail: str) -> str:
    if kind == "later":
        return _("Put off until %(day)s.") % {"day": detail}
    if kind == "not_useful":
        return _("Taken off the list: %(reason)s.") % {"reason": REASONS[detail]}
    if detail == "not_reached":
        return _("Noted: no answer. It comes back another day, another way.")
    return _("Recorded: %(outcome)s.") % {"outcome": outcome_label(detail)}


def _back(request: HttpRequest) -> str:
    user = request.POST.get("list", "")
    return reverse("agenda:today") + (f"?user={user}" if user.isalnum() else "")


def _messages(form: Any) -> dict[str, list[str]]:
    return {name: [str(e) for e in errors] for name, errors in form.errors.items()}


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer
