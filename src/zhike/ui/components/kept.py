"""Pieces of a page that come out the same for the same facts: drawn once, then kept in this process.

A list page is some seventy small templates around its rows (menu, heads of columns, pager, dialogs of keys);
drawing them anew costs more than reading the rows. What is kept is found again by *everything* it was drawn
from: the template, the language, and each value with its type (a string that is safe and one that is not are
equal, but not drawn alike).
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 3000
"""Pieces that are kept; the one that was not asked for longest goes first."""
LARGEST = 8192
"""Characters of a piece that is kept: larger ones hold the content of a page, which hardly comes twice."""

CSRF_MARK = f"csrf-{secrets.token_hex(16)}"
HERE_MARK = f"here-{secrets.token_hex(16)}"
"""Stand in a kept piece for what differs with every request: the form's token, the page's address."""

_PLAIN = frozenset({str, SafeString, int, float, bool, type(None)})
_kept: OrderedDict[Hashable, SafeString] = OrderedDict()


class _Unkept(Exception):
    """A value that says nothing reliable about what will be drawn from it."""


def draw_kept(name: str, values: Mapping[str, Any], request: HttpRequest | None = None) -> SafeString:
    """Render a template from plain values (texts, numbers, dataclasses, lists of them), or take what is kept.

    With other values (rows of the database, days, functions) it is drawn each time. With ``request``,
    ``csrf_token`` and ``here`` (the address of the page) may be used in the template.
    """
    try:
        key = (name, get_language(), key_of(values))
    except _Unkept:
        return _fill(draw(name, values), request)
    return keep(key, lambda: draw(name, values), request)


def keep(key: Hashable, drawing: Callable[[], SafeString], request: HttpRequest | None = None) -> SafeString:
    """Return the piece kept under a key, drawing it where there is none; the marks are filled in."""
    piece = _kept.get(key)
    if piece is None:
        piece = drawing()
        if len(piece) <= LARGEST:
            _kept[key] = piece
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    else:
        _kept.move_to_end(key)
    return _fill(piece, request)


def key_of(value: Any) -> Hashable:
    """Return what tells a value from every other one that would be drawn differently; raises for odd ones."""
    kind = type(value)
    if kind in _PLAIN:
        return (kind, value)
    if kind is dict:
        return (kind, *((name, key_of(part)) for name, part in value.items()))
    if kind in {list, tuple}:
        return (kind, *map(key_of, value))
    if isinstance(value, Promise):
        return (Promise, str(value))
    if is_dataclass(kind):
        return (kind, *(key_of(getattr(value, field.name)) for field in fields(value)))
    raise _Unkept


def draw(name: str, values: Mapping[str, Any]) -> SafeString:
    """Render a template with the marks of a request in it."""
    marks = {"csrf_token": CSRF_MARK, "here": HERE_MARK}
    return SafeString(get_template(name).render(marks | dict(values)))


def _fill(piece: SafeString, request: HttpRequest | None) -> SafeString:
    """Put this request's token and address where the marks are."""
    if CSRF_MARK in piece:
        piece = SafeString(piece.replace(CSRF_MARK, get_token(request) if request is not None else ""))
    if HERE_MARK in piece:
        here = escape(request.get_full_path()) if request is not None else ""
        piece = SafeString(piece.replace(HERE_MARK, here))
    return piece
