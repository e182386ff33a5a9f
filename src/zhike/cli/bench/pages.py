"""The pages as people see them, called in-process through every middleware, each role with its own rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from zhike.cli import house
from zhike.cli.bench import measure
from zhike.cli.bench.company import ADMINISTRATOR, MANAGER, SELLER

ROLES = {"salesperson": SELLER, "manager": MANAGER, "administrator": ADMINISTRATOR}
SORTS = ("name", "number", "-value", "-last_purchase", "-risk", "next_purchase")
FILTERED = {
    "most valuable": {"tier__in": "A,B", "sort": "-value"},
    "far end of the sort": {"tier": "D", "sort": "-value"},
    "nothing passes": {"region": "nowhere", "sort": "name"},
}
"""Filters that many of the first rows pass, that only the last ones pass, and that none passes."""
Call = Callable[[], Any]


def pages(busy: int, repeat: int) -> list[dict[str, Any]]:
    """Measure every page for every role; ``busy`` is the customer with five hundred entries.

    Returns page, role, and the fields of :class:`zhike.cli.bench.measure.Timing`.
    """
    house.setup()
    terms = search_terms(busy)
    found = []
    for role, login in ROLES.items():
        browser = Browser(login)
        for page, call in _pages(browser, busy, terms):
            timing = measure.calls(call, repeat)
            found.append({"page": page, "role": role, **asdict(timing)})
    return found


class Browser:
    """A logged-in person's browser: every request goes through the whole stack, and must succeed."""

    def __init__(self, login: str) -> None:
        from django.test import Client

        from zhike.staff.queries import user_by_login

        self.login = login
        self._client = Client(SERVER_NAME="127.0.0.1")
        self._client.force_login(user_by_login(login))
        self._turn = 0

    def get(self, address: str, **query: Any) -> Call:
        """Return a call that opens an address."""
        return lambda: self._good(self._client.get(address, query))

    def typed(self, address: str, **query: Any) -> Call:
        """Return a call that asks for a part of a page, as typing in a field does."""
        return lambda: self._good(self._client.get(address, query, headers={"HX-Request": "true"}))

    def post(self, address: str, values: Callable[[int], dict[str, Any]]) -> Call:
        """Return a call that sends a form, different each time."""

        def send() -> Any:
            self._turn += 1
            return self._good(self._client.post(address, values(self._turn), headers={"HX-Request": "true"}))

        return send

    @staticmethod
    def _good(response: Any) -> Any:
        if response.status_code not in {200, 204}:
            raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}")
        return response


def search_terms(customer: int) -> dict[str, str]:
    """Return what one may type to find a customer of the seller's, by kind."""
    from django.apps import apps

    from zhike.values.names import index_name

    row = apps.get_model("customers.customer")._default_manager.get(pk=customer)
    phones = apps.get_model("customers.contactpoint")._default_manager.filter(customer=row, kind="mobile")
    index = index_name(row.name)
    return {
        "Chinese name": row.name,
        "one character": row.name[0],
        "pinyin": index.key.replace(" ", ""),
        "initials": index.initials,
        "phone": phones.values_list("value", flat=True).first() or "13000000001",
        "number": str(row.number),
    }


def _pages(browser: Browser, busy: int, terms: dict[str, str]) -> Iterator[tuple[str, Call]]:
    # Who leads people is led from their own list to the team's.
    yield "today", browser.get("/" if browser.login == SELLER else "/team/")
    for sort in SORTS:
        yield f"list by {sort.removeprefix('-').replace('_', ' ')}", browser.get("/customers/", sort=sort)
    for sort in ("name", "-value"):
        yield f"last page by {sort.removeprefix('-')}", browser.get("/customers/", sort=sort, cursor="last")
    for kind, term in terms.items():
        yield f"search box: {kind}", browser.typed("/search/", q=term)
    for kind in ("Chinese name", "one character"):
        yield f"list searched: {kind}", browser.get("/customers/", q=terms[kind])
    for kind, chosen in FILTERED.items():
        yield f"filtered list: {kind}", browser.get("/customers/", **chosen)
    yield "customer with 500 entries", browser.get(f"/customers/{busy}/")
    yield from _writes(browser, busy)


def _writes(browser: Browser, busy: int) -> Iterator[tuple[str, Call]]:
    cell = f"/customers/{busy}/cell/region/"
    yield "write: change a field", browser.post(cell, lambda turn: {"region": f"上海 {turn}"})
    contact = {"customer": busy, "channel": "call", "direction": "out", "outcome": "reached", "minutes": 5}
    new = "/customers/interactions/new/"
    yield "write: log a contact", browser.post(new, lambda turn: contact | {"summary": f"电话联系 {turn}"})
