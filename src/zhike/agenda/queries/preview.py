"""The list of a day for which none is stored: worked out from the same sources, nothing is written."""

from __future__ import annotations

from datetime import date

from zhike.agenda.models import Task
from zhike.agenda.queries.answers import list_day
from zhike.agenda.queries.board import arranged
from zhike.agenda.queries.people import Person, own_or_wider, person
from zhike.agenda.queries.settings import agenda_settings
from zhike.agenda.queries.sources.table import chunks
from zhike.agenda.queries.texts.render import stored
from zhike.agenda.queries.today import TodayList, assemble, today_list
from zhike.agenda.rules.board import Entry
from zhike.core.clock import today
from zhike.core.errors import Invalid
from zhike.core.permissions import Scope, Viewer, scope_q
from zhike.core.plugs import TaskContext
from zhike.customers.models import Customer
from zhike.values.dates import EARLIEST, LATEST


def list_for_day(*, viewer: Viewer, user: str = "", day: date | None = None) -> TodayList:
    """Return a person's list for a day: the stored one where there is one, else one worked out now."""
    built = Task.objects.exists()
    wanted = day or (list_day() if built else today())
    if not EARLIEST <= wanted <= LATEST:
        raise Invalid("The day must lie between 1900 and 2100.")
    if built and wanted == list_day():
        return today_list(viewer=viewer, user=user)
    return _worked_out(viewer, person(viewer, user) if user else own_or_wider(viewer), wanted)


def _worked_out(viewer: Viewer, who: Person, day: date) -> TodayList:
    entries = arranged(TaskContext(day, agenda_settings().horizon_days, _customers(viewer, who)))
    on_list = [e for e in entries if e.not_before <= day and e.draft.due <= day]
    mine = {("", who.user_id), (who.role or "", None)}
    tasks = [_task(e) for e in on_list if who.is_team or e.assignee in mine]
    customers: dict[int, Customer] = {}
    for part in chunks(sorted({t.customer_id for t in tasks})):
        customers |= {c.pk: c for c in Customer.objects.filter(pk__in=part).select_related("score")}
    for task in tasks:
        task.customer = customers[task.customer_id]
    tasks.sort(key=lambda t: (not t.promised, -t.rank, t.customer_id))
    leads = [t for t in tasks if t.is_lead]
    return assemble(leads, [t for t in tasks if not t.is_lead], who, day, viewer)


def _customers(viewer: Viewer, who: Person) -> list[int]:
    """The customers to look at: those of the person's list, or all in the viewer's sight."""
    rows = Customer.objects.filter(scope_q(viewer)).order_by("id")
    if not (who.is_team or (who.role and viewer.scope == Scope.ALL)):
        rows = rows.filter(owner_id=who.user_id)
    return list(rows.values_list("id", flat=True))


def _task(found: Entry) -> Task:
    draft = found.draft
    return Task(
        source=draft.source,
        customer_id=draft.customer_id,
        subject=draft.subject,
        due=draft.due,
        deadline=draft.expires,
        owner_id=found.owner_id,
        for_role=draft.for_role,
        is_lead=found.is_lead,
        promised=draft.promised,
        channel=found.approach.channel if found.approach else draft.channel,
        minutes=draft.minutes,
        value_at_stake=draft.value_at_stake,
        urgency=draft.urgency,
        chance=draft.chance,
        weight=found.weight,
        rank=found.rank,
        why=stored(draft.why),
        words=stored(draft.words),
    )
