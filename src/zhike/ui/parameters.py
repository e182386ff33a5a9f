"""Which parameters a page's address may carry; anything else is refused, for every page in one place.

A view says what it reads (``@takes("year")``); one that says nothing reads nothing. The middleware asks
:func:`check` before the view runs, so that no page can forget to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from zhike.core.errors import Invalid

V = TypeVar("V", bound=Callable[..., Any])

_TAKEN: Final = "address_parameters"
_HOUSE: Final = "zhike."


def takes(*names: str) -> Callable[[V], V]:
    """Declare the parameters that a view reads from its address."""

    def mark(view: V) -> V:
        setattr(view, _TAKEN, frozenset(names))
        return view

    return mark


def takes_any(view: V) -> V:
    """Leave the names unchecked here: the query checks them (filters differ by viewer), or all may come."""
    setattr(view, _TAKEN, None)
    return view


def check(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Raise :class:`Invalid` for a parameter the view does not read, and for one given twice.

    Views of libraries (log-in, the API's own) read their parameters themselves.
    """
    if not view.__module__.startswith(_HOUSE):
        return
    known: frozenset[str] | None = getattr(view, _TAKEN, frozenset())
    for name, values in request.GET.lists():
        if known is not None and name not in known:
            raise Invalid(gettext_noop("There is no parameter %(name)s."), name=name[:40])
        if len(values) > 1:
            raise Invalid(gettext_noop("The parameter %(name)s is given twice."), name=name[:40])
