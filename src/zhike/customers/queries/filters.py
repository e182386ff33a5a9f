"""Filters of the customer list: typed fields from the plug point, nothing else.

A field's lookups give a ``Q`` on Customer. Sorts by score walk the score table, so the same ``Q`` is
translated: ``score__tier`` becomes ``tier``, owner and team are repeated there, the rest goes through
``customer``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from zhike.core import plugs
from zhike.core.errors import Invalid
from zhike.core.permissions import FieldClass, Viewer

Filters = Mapping[str, str] | Iterable[tuple[str, str]]

MAX_FILTERS = 20
MAX_VALUE = 200
MAX_CHOICES = 50
_REPEATED = {"owner": "owner_id", "owner_id": "owner_id", "team": "team_id", "team_id": "team_id"}


def parse_filters(filters: Filters, viewer: Viewer) -> list[Q]:
    """Read ``tier=A``, ``value__gte=10000``; unknown fields, operators and values raise :class:`Invalid`."""
    pairs = list(filters.items() if isinstance(filters, Mapping) else filters)
    if len(pairs) > MAX_FILTERS:
        raise Invalid("At most %(max)s filters at once.", max=MAX_FILTERS)
    return [_one(key, value, viewer) for key, value in pairs]


def known_fields(viewer: Viewer) -> list[plugs.FilterField]:
    """Return the fields this viewer may filter by."""
    return [f for f in plugs.filter_fields if viewer.reads(FieldClass(f.field_class))]


def _one(raw_key: str, raw: str, viewer: Viewer) -> Q:
    key, _, operator = raw_key.partition("__")
    field = plugs.filter_fields.get(key)
    if field is None or not viewer.reads(FieldClass(field.field_class)):
        raise Invalid("There is no filter %(key)s.", key=key[:40], code="unknown_filter")
    lookup = field.lookups.get(operator or "is")
    if lookup is None:
        raise Invalid("The filter %(key)s has no comparison %(operator)s.", key=key, operator=operator[:20])
    q = lookup(_value(field, raw, several=operator == "in"))
    if not isinstance(q, Q):
        return Q(q)
    return q


def _value(field: plugs.FilterField, raw: str, *, several: bool) -> Any:
    try:
        if "\x00" in raw or len(raw) > MAX_VALUE * (10 if several else 1):
            raise ValueError  # noqa: TRY301 - one answer for every unusable value
        raw.encode()
        if not several:
            return field.parse(raw)
        parts = [part for part in raw.split(",") if part]
        if not 0 < len(parts) <= MAX_CHOICES:
            raise ValueError  # noqa: TRY301
        return [field.parse(part) for part in parts]
    except (ValueError, OverflowError):
        raise Invalid("The filter %(key)s can't be compared with that value.", key=field.key) from None


def on_score(q: Q) -> Q:
    """Translate a ``Q`` on Customer into the same on Score."""
    translated = Q(_connector=q.connector, _negated=q.negated)
    translated.children = [_child(child) for child in q.children]
    return translated


def _child(child: Any) -> Any:
    if isinstance(child, Q):
        return on_score(child)
    if isinstance(child, tuple):
        return (_lookup(child[0]), child[1])
    return child


def _lookup(name: str) -> str:
    if name.startswith("score__"):
        return name.removeprefix("score__")
    head, separator, rest = name.partition("__")
    if head in _REPEATED and (not rest or rest in {"in", "isnull", "exact"}):
        return _REPEATED[head] + separator + rest
    return "pk" + separator + rest if head in {"pk", "id"} else f"customer__{name}"


def narrows_to_owner(filters: Iterable[Q]) -> bool:
    """Tell whether the filters name one owner: then that owner's index is the one to walk."""
    return any(
        isinstance(child, tuple) and child[0] in {"owner", "owner_id"}
        for q in filters
        if q.connector == Q.AND and not q.negated
        for child in q.children
    )
