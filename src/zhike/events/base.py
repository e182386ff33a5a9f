"""What an event is: a small frozen dataclass with JSON fields and a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

_classes: dict[str, type[Event]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events. Fields are JSON values; ids are given as lists, for a batch is one event."""

    version: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        """Make the event findable by its name."""
        _classes[cls.__name__] = cls

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Rebuild an event; fields of a newer version that are unknown here are left out."""
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in payload.items() if k in known})


def event_class(name: str) -> type[Event]:
    """Return the event class of this name; raises ``LookupError`` for one that no code knows."""
    try:
        return _classes[name]
    except KeyError:
        raise LookupError(f"no event {name} in this version") from None
