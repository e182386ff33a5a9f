"""Allowed sorts of the customer list, and the opaque cursor that says where a page begins."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from zhike.core.errors import Invalid

_BIG = 2**63
_MAX_CURSOR = 1200


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort: the table it walks (``customer`` or ``score``), its column, how a key is read from a cursor.

    ``unique``: the column alone orders all rows, so its index carries no id.
    """

    key: str
    root: str
    column: str
    read: Callable[[Any], Any]
    unique: bool = False


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or len(value) > 250:
        raise ValueError
    value.encode()
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or not -_BIG <= value < _BIG:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if type(value) not in {int, float} or not math.isfinite(value):
        raise ValueError
    return float(value)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(_text(value))


SORTS: Final = {
    sort.key: sort
    for sort in (
        Sort("name", "customer", "name_key", _text),
        Sort("number", "customer", "number", _integer, unique=True),
        Sort("value", "score", "value_12m", _integer),
        Sort("last_purchase", "score", "last_purchase", _day),
        Sort("risk", "score", "risk", _number),
        Sort("next_purchase", "score", "next_purchase", _day),
    )
}


@dataclass(frozen=True, slots=True)
class Order:
    """A sort with its direction."""

    sort: Sort
    descending: bool

    @property
    def key(self) -> str:
        """As written in the address: ``-value``."""
        return ("-" if self.descending else "") + self.sort.key


def parse_sort(raw: str) -> Order:
    """Read ``name`` or ``-value``; anything outside the list raises :class:`Invalid`."""
    sort = SORTS.get(raw.removeprefix("-"))
    if sort is None:
        raise Invalid("The list can't be sorted by that. Possible: %(known)s.", known=", ".join(SORTS))
    return Order(sort, raw.startswith("-"))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind (``back``: before) the row of this key and id; ``key`` None: the end."""

    back: bool = False
    key: Any = None
    id: int = 0


def encode_cursor(order: Order, cursor: Cursor) -> str:
    """Write a cursor as opaque text that is safe in an address."""
    key = cursor.key.isoformat() if isinstance(cursor.key, date) else cursor.key
    raw = json.dumps([order.key, int(cursor.back), key, cursor.id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def parse_cursor(raw: str, order: Order) -> Cursor | None:
    """Read a cursor of this sort: "" is the first page (None), ``last`` the last, else :class:`Invalid`."""
    if not raw:
        return None
    if raw == "last":
        return Cursor(back=True)
    try:
        return _decoded(raw, order)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Invalid(
            "This page address is damaged. Begin again at the first page.", code="bad_cursor"
        ) from None


def _decoded(raw: str, order: Order) -> Cursor:
    if len(raw) > _MAX_CURSOR:
        raise ValueError
    text = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True).decode()
    sort, back, key, row_id = json.loads(text)
    if sort != order.key or back not in {0, 1}:
        raise ValueError
    return Cursor(bool(back), order.sort.read(key), _integer(row_id))
