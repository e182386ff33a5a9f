"""A suggestion for the day: when to do which card, by the customers' own hours. Minutes since midnight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MORNING: Final = (9 * 60 + 30, 12 * 60)
AFTERNOON: Final = (13 * 60 + 30, 18 * 60)
EVENING: Final = (18 * 60, 21 * 60)
"""Only for customers whose own hours lie there."""
_STEP: Final = 15
_OUT: Final = frozenset({"visit", "meeting"})


@dataclass(frozen=True, slots=True)
class Wish:
    """One card: how long it takes, and the customer's hours (0, 1440: any time)."""

    key: int
    minutes: int
    earliest: int = 0
    latest: int = 24 * 60
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A card with its suggested beginning."""

    key: int
    start: int
    minutes: int


def plan(wishes: Sequence[Wish]) -> list[Slot]:
    """Give each card the first free time within its customer's hours, never outside them.

    Cards with narrow hours choose first; visits begin in the afternoon. What fits nowhere is left out.
    """
    taken: list[tuple[int, int]] = []
    slots = []
    for wish in sorted(wishes, key=lambda w: w.latest - w.earliest):
        start = _first_free(wish, taken)
        if start is not None:
            taken.append((start, start + _length(wish)))
            slots.append(Slot(wish.key, start, wish.minutes))
    return sorted(slots, key=lambda s: s.start)


def _length(wish: Wish) -> int:
    return -(-max(wish.minutes, 1) // _STEP) * _STEP


def _first_free(wish: Wish, taken: Sequence[tuple[int, int]]) -> int | None:
    need = _length(wish)
    for begin, end in _windows(wish):
        start = -(-max(begin, wish.earliest) // _STEP) * _STEP
        while start + need <= min(end, wish.latest + need) and start < wish.latest:
            clash = [b for a, b in taken if a < start + need and start < b]
            if not clash:
                return start
            start = max(clash)
    return None


def _windows(wish: Wish) -> tuple[tuple[int, int], ...]:
    """When to try: visits in the afternoon, unless the customer's hours lie in the morning or the evening."""
    if wish.earliest >= EVENING[0]:
        return (EVENING,)
    if wish.channel in _OUT and wish.latest > AFTERNOON[0]:
        return (AFTERNOON,)
    return (MORNING, AFTERNOON)
