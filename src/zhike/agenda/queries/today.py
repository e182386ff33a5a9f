"""Today's list: cards ready to show, cut to the person's day, grouped by urgency. A handful of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from zhike.agenda.models import Task
from zhike.agenda.queries.answers import list_day, minutes_spent, visible_tasks
from zhike.agenda.queries.people import Person, on_list_of, own_or_wider, person
from zhike.agenda.queries.texts.labels import CHANNEL_ICONS, channel_label
from zhike.agenda.queries.texts.reasons import ALSO
from zhike.agenda.queries.texts.render import Said, joined, joined_html, say, sentences, who_to_address
from zhike.agenda.rules import board, ranking
from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.core.permissions import FieldClass, Viewer
from zhike.customers.models import Customer, CustomerRelation

MOST = 300
"""Cards read for one list; nobody's day holds more."""
GROUPS = ("now", "today", "when_free")


@dataclass(frozen=True, slots=True)
class Also:
    """A further reason on a card."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class CardView:
    """One card: everything the page, the command and the API show of a task."""

    id: int
    version: int
    source: str
    source_label: str
    source_icon: str
    source_tone: str
    customer_id: int
    customer_name: str
    customer_number: int
    tier: str
    note: str
    why: list[Said]
    words: list[str]
    how: list[str]
    channel: str
    channel_label: str
    channel_icon: str
    hours: tuple[time, time] | None
    minutes: int
    value_at_stake: int
    rank: float
    urgency: float
    chance: float
    weight: float
    due: date
    deadline: date | None
    promised: bool
    group: str
    also: list[Also] = field(default_factory=list)
    owner_id: int | None = None
    owner_name: str = ""

    @property
    def why_text(self) -> str:
        """The reason as one text."""
        return joined(self.why)

    @property
    def why_html(self) -> SafeString:
        """The reason for a page."""
        return joined_html(self.why)


@dataclass(frozen=True, slots=True)
class TodayList:
    """A person's list: ``cards`` fit into the day (of one source where filtered), ``beyond`` no longer do.

    ``counts`` are by source over the whole day; ``minutes`` and ``value`` (minor units) over the shown day.
    """

    person: Person
    day: date
    cards: list[CardView]
    beyond: list[CardView]
    counts: dict[str, int]
    minutes: int
    value: int
    source: str = ""

    @property
    def total(self) -> int:
        """Cards of the day, all sources."""
        return sum(self.counts.values())

    def groups(self) -> list[tuple[str, list[CardView]]]:
        """The cards by urgency, empty groups left out."""
        by_group = {name: [c for c in self.cards if c.group == name] for name in GROUPS}
        return [(name, cards) for name, cards in by_group.items() if cards]


def today_list(
    *, viewer: Viewer, user: str = "", source: str = "", day: date | None = None, most: int = MOST
) -> TodayList:
    """Return the stored list of the viewer, or of a colleague (``user``); of its first ``most`` cards."""
    who = person(viewer, user) if user else own_or_wider(viewer)
    check_source(source)
    on = day or list_day()
    leads = list(_with_customers(due_leads(viewer, who, on))[:most])
    return assemble(leads, _others(leads, on), who, on, viewer, source)


def check_source(source: str) -> None:
    """Raise :class:`Invalid` for a source that does not exist."""
    if source and plugs.task_sources.get(source) is None:
        raise Invalid("There is no such kind of task.")


def due_leads(viewer: Viewer, who: Person, day: date) -> QuerySet[Task]:
    """The cards that are on a list on a day, promises first, then by rank."""
    rows = Task.objects.filter(visible_tasks(viewer), on_list_of(who), state=Task.State.OPEN, is_lead=True)
    return rows.filter(not_before__lte=day, due__lte=day).order_by("-promised", "-rank", "id")


def _with_customers(rows: QuerySet[Task]) -> QuerySet[Task]:
    return rows.select_related("customer", "customer__score", "owner")


def _others(leads: Sequence[Task], day: date) -> list[Task]:
    ids = [t.customer_id for t in leads]
    rows = Task.objects.filter(customer_id__in=ids, state=Task.State.OPEN, is_lead=False, due__lte=day)
    return list(rows.order_by("-promised", "-rank", "id"))


def assemble(
    leads: Sequence[Task], others: Sequence[Task], who: Person, day: date, viewer: Viewer, source: str = ""
) -> TodayList:
    """Make a list of tasks (stored, or computed for another day): cut to the day, say everything."""
    made = board.cards(leads, others)
    taken = [True] * len(made)
    if who.minutes_per_day:
        minutes, promised = [c.lead.minutes for c in made], [c.lead.promised for c in made]
        left = max(who.minutes_per_day - minutes_spent(who.user_id), 0)
        taken = ranking.fill_day(minutes, promised, left)
    contacts = contact_persons([t.customer for t in leads])
    chosen = list(zip(made, taken, strict=True))
    shown = [card for card, fits in chosen if fits and (not source or card.lead.source == source)]
    beyond = [card for card, fits in chosen if not fits and (not source or card.lead.source == source)]
    day_tasks = [card.lead for card, fits in chosen if fits]
    return TodayList(
        person=who,
        day=day,
        cards=[view(c, contacts, viewer, with_owner=who.is_team) for c in shown],
        beyond=[view(c, contacts, viewer, with_owner=who.is_team) for c in beyond],
        counts=dict(Counter(t.source for t in day_tasks)),
        minutes=sum(t.minutes for t in day_tasks),
        value=sum(t.value_at_stake for t in day_tasks),
        source=source,
    )


def contact_persons(customers: Sequence[Customer]) -> dict[int, tuple[str, str]]:
    """Return (name, post) of the person to talk to, for organisations."""
    ids = [c.pk for c in customers if c.kind == "organisation"]
    if not ids:
        return {}
    kinds = ("contact_person", "decision_maker")
    rows = CustomerRelation.objects.filter(customer_id__in=ids, kind__in=kinds).order_by("-kind", "-id")
    named = rows.values_list("customer_id", "name", "other__name", "post")
    return {pk: (name or other or "", post) for pk, name, other, post in named}


def view(
    card: board.Card, contacts: dict[int, tuple[str, str]], viewer: Viewer, *, with_owner: bool = False
) -> CardView:
    """Say one card in the active language; form of address and hours only to those who may read contacts."""
    task, customer = card.lead, card.lead.customer
    contact = contacts.get(customer.pk, ("", "")) if viewer.reads(FieldClass.CONTACT) else ("", "")
    form = customer.form_of_address if viewer.reads(FieldClass.CONTACT) else ""
    who = who_to_address(customer.name, customer.kind, form, customer.gender, contact)
    known = plugs.task_sources.get(task.source)
    return CardView(
        id=task.pk or 0,
        version=task.version,
        source=task.source,
        source_label=str(known.label) if known else task.source,
        source_icon=known.icon if known else "point",
        source_tone=known.tone if known else "grey",
        customer_id=customer.pk,
        customer_name=customer.name,
        customer_number=customer.number,
        tier=getattr(getattr(customer, "score", None), "tier", ""),
        note=_note(customer, contact),
        why=sentences(task.why),
        words=[said for said in (say(w, who=who) for w in task.words) if said],
        how=[said for said in (say(h) for h in task.how) if said],
        channel=task.channel,
        channel_label=channel_label(task.channel),
        channel_icon=CHANNEL_ICONS.get(task.channel, "point"),
        hours=_hours(customer, viewer),
        minutes=task.minutes,
        value_at_stake=task.value_at_stake,
        rank=task.rank,
        urgency=task.urgency,
        chance=task.chance,
        weight=task.weight,
        due=task.due,
        deadline=task.deadline,
        promised=task.promised,
        group="now" if task.promised else ranking.group(task.urgency),
        also=_further(card),
        owner_id=task.owner_id,
        owner_name=task.owner.name if with_owner and task.owner else "",
    )


def _hours(customer: Customer, viewer: Viewer) -> tuple[time, time] | None:
    if (
        customer.contact_from is None
        or customer.contact_until is None
        or not viewer.reads(FieldClass.CONTACT)
    ):
        return None
    return customer.contact_from, customer.contact_until


def _note(customer: Customer, contact: tuple[str, str]) -> str:
    if contact[0]:
        return f"{contact[0]} · {contact[1]}" if contact[1] else contact[0]
    return customer.title or ""


def _further(card: board.Card) -> list[Also]:
    """The further reasons worth a line; any contact is the care due, so only visits are told apart."""
    lines: dict[str, Also] = {}
    for task in card.also:
        text = _also_text(task)
        if text:
            lines.setdefault(text, Also(task.source, text))
    return list(lines.values())


def _also_text(task: Task) -> str:
    if task.source == "care":
        return str(ALSO["care.visit"]) if task.channel == "visit" else ""
    key = f"{task.source}.{task.subject}" if task.source == board.QUESTION else task.source
    short = ALSO.get(key)
    return str(short) if short else (say(task.why[0]) if task.why else "")
