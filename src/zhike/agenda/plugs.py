"""What the agenda slice hangs into the house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.agenda import actions, queries
from zhike.agenda.queries.failures import sources_work
from zhike.agenda.queries.sources import care, promise, replenish, slipping, special_date, verify, welcome
from zhike.core import plugs

_SOURCES = (
    (promise, _("Promise due"), "calendar-due", "red"),
    (special_date, _("Day to remember"), "cake", "jade"),
    (replenish, _("Due to buy again"), "bowl", "amber"),
    (slipping, _("May be leaving"), "trending-down", "red"),
    (welcome, _("New customer"), "sparkles", "blue"),
    (care, _("Care"), "heart-handshake", "green"),
    (verify, _("Check data"), "id-badge-2", "grey"),
)
for _order, (_module, _label, _icon, _tone) in enumerate(_SOURCES):
    plugs.task_sources.add(
        plugs.TaskSource(_module.KEY, _label, _icon, _tone, _module.drafts, order=10 * (_order + 1))
    )


plugs.menu.add(plugs.MenuEntry("today", _("Today"), "agenda:today", "sun", 100, badge=queries.waiting))
plugs.settings_pages.add(
    plugs.SettingsPage(
        "care_policy",
        _("Care policy"),
        _("How often, how and by whom the customers of each tier are cared for"),
        "agenda:policy",
        "heart-handshake",
        20,
        group="firm",
        permission="agenda.policy",
    )
)
plugs.settings_pages.add(
    plugs.SettingsPage(
        "agenda",
        _("Today's list"),
        _("Waiting times, chances and limits the list is made with"),
        "agenda:settings",
        "list-check",
        30,
        group="firm",
        permission="agenda.policy",
    )
)
plugs.customer_panels.add(
    plugs.CustomerPanel(
        "next_step", "agenda/panel.html", queries.next_step, "right", 10, permission="agenda.read"
    )
)


def _after_scores(run_id: int, as_of: date) -> Mapping[str, Any]:
    return actions.rebuild_tasks(run_id, as_of)


plugs.invariants.add(plugs.Invariant("agenda.sources", "every source of tasks works", sources_work))
plugs.after_scores.add(plugs.AfterScores("agenda", _after_scores, order=10))
