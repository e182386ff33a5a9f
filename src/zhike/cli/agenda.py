"""``zhike agenda``: today's list of one person, for the terminal and for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhike.cli import house

if TYPE_CHECKING:
    from zhike.agenda.queries import CardView, TodayList


def command(
    user: Annotated[str, typer.Option("--user", help="login of the person whose list it is")],
    day: Annotated[
        str, typer.Option("--date", help="day, as 2026-03-08; default: the day of the last refresh")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
    everything: Annotated[bool, typer.Option("--all", help="also what no longer fits into the day")] = False,
) -> None:
    """Show whom to look after, why, how and with what words."""
    wanted = _day(day)
    house.ready()
    from django.utils import translation

    from zhike.agenda import queries
    from zhike.staff.queries import viewer_by_login

    with house.expected_errors():
        viewer = viewer_by_login(user)
        with translation.override(viewer.language):
            if not viewer.can("agenda.read"):
                _no_list(as_json=as_json, login=viewer.login)
                return
            found = queries.list_for_day(viewer=viewer, day=wanted)
            cards = [*found.cards, *found.beyond] if everything else found.cards
            if as_json:
                print(json.dumps(_object(viewer.login, found, cards), ensure_ascii=False))
            else:
                _show(found, cards)


def _no_list(*, as_json: bool, login: str) -> None:
    """Some roles look after no customers: an empty list, and why on standard error."""
    if as_json:
        print(json.dumps({"user": login, "tasks": []}))
    print("This role looks after no customers of its own, so it has no list.", file=sys.stderr)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date like 2026-03-08", param_hint="--date") from None


def _object(login: str, found: TodayList, cards: list[CardView]) -> dict[str, Any]:
    names = Counter(card.customer_name for card in cards)
    return {
        "user": login,
        "list": found.person.login,
        "date": found.day.isoformat(),
        "minutes": found.minutes,
        "total": found.total,
        "tasks": [_task(card, unique=names[card.customer_name] == 1) for card in cards],
    }


def _task(card: CardView, *, unique: bool) -> dict[str, Any]:
    from zhike.core.settings_store import firm
    from zhike.values.money import decimal_string

    return {
        "customer": card.customer_name if unique else f"{card.customer_name} ({card.customer_number})",
        "why": card.why_text,
        "how": _how(card),
        "words": " ".join(card.words),
        "value_at_stake": float(decimal_string(card.value_at_stake, firm().currency)),
        "due": card.due.isoformat(),
        "source": card.source,
        "id": card.id or None,
        "customer_id": card.customer_id,
        "customer_number": card.customer_number,
        "tier": card.tier,
        "also": [other.text for other in card.also],
        "channel": card.channel,
        "best_time": [f"{t:%H:%M}" for t in card.hours] if card.hours else None,
        "minutes": card.minutes,
        "deadline": card.deadline.isoformat() if card.deadline else None,
        "promised": card.promised,
        "group": card.group,
        "rank": round(card.rank / 100, 2),
        "urgency": round(card.urgency, 4),
        "chance": round(card.chance, 4),
        "weight": round(card.weight, 4),
    }


def _how(card: CardView) -> str:
    """Channel, best time, length and hints as one line."""
    from zhike.ui import formats

    best = "–".join(f"{t:%H:%M}" for t in card.hours) if card.hours else ""
    return " · ".join(p for p in (card.channel_label, best, formats.minutes(card.minutes), *card.how) if p)


def _show(found: TodayList, cards: list[CardView]) -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.markup import escape

    from zhike.ui import formats

    console = Console(highlight=False)
    if not cards:
        console.print(_("Nobody is waiting for you today"))
    for card in cards:
        head = f"[bold]{escape(card.customer_name)}[/] {card.tier} [green]{escape(card.source_label)}[/]"
        console.print(f"{head}  {formats.money(card.value_at_stake, 'round')}")
        console.print("  " + escape(card.why_text))
        for said in card.words:
            console.print("  “" + escape(said) + "”", style="italic")
        console.print("  " + escape(_how(card)), style="dim")
        for other in card.also:
            console.print("  + " + escape(other.text), style="dim")
    console.print(f"{found.total} · {formats.minutes(found.minutes)} · {found.day.isoformat()}", style="dim")
