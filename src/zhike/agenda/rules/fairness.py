"""Nobody is nagged: waiting times per customer and channel, another channel after no answer, then rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from zhike.agenda.rules.settings import AgendaSettings

MESSAGES: Final = frozenset({"wechat", "message", "email"})
REACH: Final[Mapping[str, frozenset[str]]] = {
    "call": frozenset({"mobile", "phone"}),
    "message": frozenset({"mobile"}),
    "wechat": frozenset({"wechat"}),
    "email": frozenset({"email"}),
    "letter": frozenset({"address"}),
    "visit": frozenset({"address", "mobile", "phone", "wechat"}),
    "gift": frozenset({"address", "mobile", "phone", "wechat"}),
    "meeting": frozenset({"mobile", "phone", "wechat", "email"}),
}
"""Which kinds of contact point a channel needs, one of them."""
FALLBACKS: Final = ("call", "wechat", "message", "email", "letter")
"""Ways that take no longer than planned: nobody is sent on a visit because a WeChat id is missing."""
OUT_OF_HOUSE: Final = frozenset({"visit", "meeting", "gift"})


@dataclass(frozen=True, slots=True)
class Reachability:
    """What is known about reaching one customer.

    ``kinds``: kinds of usable contact points; ``refused``: kinds with consent refused; ``last``: our last
    contact by channel; ``misses``: contacts in a row without answer, ``missed_by`` the latest one's channel.
    """

    kinds: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    preferred: str = ""
    last: Mapping[str, date] = field(default_factory=dict)
    misses: int = 0
    missed_by: str = ""


@dataclass(frozen=True, slots=True)
class Approach:
    """How and from which day on.

    ``channel`` is "" when there is no way to reach them; ``note`` is a hint's code; ``misses`` and
    ``missed_by`` tell what went unanswered lately.
    """

    channel: str
    not_before: date
    note: str = ""
    misses: int = 0
    missed_by: str = ""


def gap_days(channel: str, s: AgendaSettings) -> int:
    """The firm's minimum days between two contacts on one channel."""
    if channel in MESSAGES:
        return s.gap_message_days
    named = {
        "call": s.gap_call_days,
        "visit": s.gap_visit_days,
        "meeting": s.gap_visit_days,
        "gift": s.gap_gift_days,
    }
    return named.get(channel, s.gap_any_days)


def can_reach(channel: str, who: Reachability) -> bool:
    """Whether the archive holds a way that this channel needs and that was not refused."""
    return bool((who.kinds - who.refused) & REACH.get(channel, frozenset()))


def approach(
    wanted: Sequence[str], who: Reachability, today: date, s: AgendaSettings, *, promised: bool
) -> Approach:
    """Choose the channel and the first day on which this customer may be contacted again.

    The first channel of ``wanted``, then the preferred one and the fall-backs, that can reach the customer
    and was not the one that went unanswered last. A preference for visits turns no message into one.
    Promised contacts do not wait.
    """
    preferred = "" if who.preferred in OUT_OF_HOUSE else who.preferred
    ranked = list(dict.fromkeys([*wanted, preferred, *FALLBACKS]))
    reachable = [c for c in ranked if c and can_reach(c, who)]
    channel = _promised_way(reachable, who) if promised else _first_fresh(reachable, who, today, s)
    day = today if promised else _first_day(channel, who, today, s)
    return Approach(channel, day, _note(channel, wanted, who), who.misses, who.missed_by)


def _promised_way(reachable: Sequence[str], who: Reachability) -> str:
    other = [c for c in reachable if not (who.misses and c == who.missed_by)]
    return next(iter(other or reachable), "")


def _first_fresh(reachable: Sequence[str], who: Reachability, today: date, s: AgendaSettings) -> str:
    other = [c for c in reachable if not (who.misses and c == who.missed_by)] or list(reachable)
    free = [c for c in other if c not in who.last or (today - who.last[c]).days >= gap_days(c, s)]
    return next(iter(free or other), "")


def _first_day(channel: str, who: Reachability, today: date, s: AgendaSettings) -> date:
    if not who.last:
        return today
    latest = max(who.last.values())
    if who.misses >= s.max_tries:
        return max(today, latest + timedelta(days=s.rest_days))
    if who.misses:
        return max(today, latest + timedelta(days=s.retry_days))
    free = latest + timedelta(days=s.gap_any_days)
    if channel in who.last:
        free = max(free, who.last[channel] + timedelta(days=gap_days(channel, s)))
    return max(today, free)


def _note(channel: str, wanted: Sequence[str], who: Reachability) -> str:
    if not channel:
        return "refused" if who.kinds & who.refused else "no_contact"
    if who.misses:
        return "tried_before"
    if not wanted or channel == wanted[0]:
        return ""
    return "used_lately" if can_reach(wanted[0], who) else "not_on_file"
