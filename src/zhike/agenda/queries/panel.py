"""What the menu and the customer page show of the agenda."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from zhike.agenda.models import Task
from zhike.agenda.queries.answers import list_day, minutes_spent, visible_tasks
from zhike.agenda.queries.people import Person, on_list_of
from zhike.agenda.queries.today import contact_persons, view
from zhike.agenda.rules.board import Card
from zhike.agenda.rules.ranking import fill_day
from zhike.core.permissions import Viewer
from zhike.staff.models import User

_MOST = 300
_KEPT_SECONDS = 60


def waiting(viewer: Viewer) -> int | None:
    """Return how many cards fit into the viewer's day, None without a list.

    The menu of every page asks for it: counted anew after an answer, on Today, and else once a minute.
    """
    if not viewer.can("agenda.read") or viewer.user_id is None:
        return None
    found: int | None = cache.get(_key(viewer))
    if found is None:
        found = _count_waiting(viewer, viewer.user_id)
        cache.set(_key(viewer), found, _KEPT_SECONDS)
    return found


def forget_waiting(viewer: Viewer) -> None:
    """Have the viewer's cards counted anew when next asked for."""
    cache.delete(_key(viewer))


def _key(viewer: Viewer) -> str:
    return f"agenda:waiting:{viewer.user_id}:{viewer.role}"


def _count_waiting(viewer: Viewer, user_id: int) -> int:
    day = list_day()
    rows = Task.objects.filter(visible_tasks(viewer), state=Task.State.OPEN, is_lead=True)
    rows = rows.filter(on_list_of(Person(user_id, viewer.login, "", viewer.role)))
    rows = rows.filter(not_before__lte=day, due__lte=day).order_by("-promised", "-rank", "id")
    cards = list(rows.values_list("minutes", "promised")[:_MOST])
    budget = User.objects.filter(pk=user_id).values_list("minutes_per_day", flat=True).first() or 0
    if not budget:
        return len(cards)
    left = max(budget - minutes_spent(user_id), 0)
    return sum(fill_day([m for m, _p in cards], [p for _m, p in cards], left))


def next_step(customer_id: int, viewer: Viewer) -> dict[str, Any] | None:
    """Return the customer's card with its further reasons; None when there is nothing to do."""
    rows = Task.objects.filter(visible_tasks(viewer), customer_id=customer_id, state=Task.State.OPEN)
    tasks = list(
        rows.select_related("customer", "customer__score").order_by("-is_lead", "-promised", "-rank", "id")[
            :6
        ]
    )
    if not tasks:
        return None
    card = Card(tasks[0], tasks[1:3])
    shown = view(card, contact_persons([tasks[0].customer]), viewer)
    context: dict[str, Any] = {"card": shown, "waits": tasks[0].not_before > list_day()}
    if viewer.can("agenda.answer"):
        url = reverse("agenda:note", args=[shown.id])
        context["main_action"] = {"label": _("Log contact"), "url": url, "icon": "check", "dialog": True}
    return context
