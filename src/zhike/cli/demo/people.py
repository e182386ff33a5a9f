"""The invented customers: names, ways to reach them, families, days to remember."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhike.cli.demo import vocabulary as words
from zhike.cli.demo.load import load
from zhike.cli.demo.purchases import Rng, pick
from zhike.customers.rules import search
from zhike.values import CustomerKind
from zhike.values.names import index_name

_ORGANISATIONS = 0.09
SOURCE = "demo"
_EVENING = 3


@dataclass
class People:
    """The customers as columns; ``owner`` is an index into the sellers."""

    organisation: NDArray[np.bool_]
    female: NDArray[np.bool_]
    surname: Any
    name: list[str]
    owner: NDArray[np.int64]


def draw_people(rng: Rng, customers: int, sellers: int, business_sellers: tuple[int, ...]) -> People:
    """Draw names and owners; organisations mostly belong to the business team."""
    organisation = rng.random(customers) < _ORGANISATIONS
    female = rng.random(customers) < 0.58
    weights = 1.0 / (1.0 + np.arange(len(words.SURNAMES)) / 8.0)
    surname = pick(rng, list(words.SURNAMES), customers, weights / weights.sum())
    given = np.where(female, pick(rng, words.GIVEN_F, customers), pick(rng, words.GIVEN_M, customers))
    first, kind = pick(rng, words.FIRM_WORDS, customers), rng.choice(len(words.FIRM_KINDS), customers)
    city = rng.choice(len(words.CITIES), customers)
    owner = rng.integers(0, sellers, customers)
    owner = np.where(
        organisation & (rng.random(customers) < 0.8), rng.choice(business_sellers, customers), owner
    )
    name = [
        f"{words.CITIES[c].split()[0]}{f}{words.FIRM_KINDS[k][0]}" if o else f"{s}{g}"
        for o, s, g, f, k, c in zip(organisation, surname, given, first, kind, city, strict=True)
    ]
    return People(organisation, female, surname, name, owner)


def load_customers(
    rng: Rng, people: People, owners: list[tuple[int, int]], first_day: list[date | None], as_of: date
) -> None:
    """Load customers with contacts and the id the old system knew them by; ids are 1 … n."""
    size = len(people.name)
    kinds = ["organisation" if o else "person" for o in people.organisation]
    phones = _phones(rng, size)
    regions = pick(rng, words.CITIES, size)
    tags = _draw_tags(rng, size)
    indexes = [index_name(name, CustomerKind(kind)) for name, kind in zip(people.name, kinds, strict=True)]
    has_phone = rng.random(size) < 0.96
    hours = rng.choice(4, size, p=(0.62, 0.14, 0.12, 0.12))
    hours[people.organisation & (hours == _EVENING)] = 0  # firms answer in office hours
    since = [
        day or as_of - timedelta(days=int(d))
        for day, d in zip(first_day, rng.integers(1, 200, size), strict=True)
    ]
    load(
        "customers.customer",
        {
            "id": range(1, size + 1),
            "number": range(1, size + 1),
            "kind": kinds,
            "name": people.name,
            "name_key": [i.key or "~" for i in indexes],
            "form_of_address": _addresses(rng, people),
            "gender": [
                "" if o else "female" if f else "male"
                for o, f in zip(people.organisation, people.female, strict=True)
            ],
            "industry": [
                words.FIRM_KINDS[n % len(words.FIRM_KINDS)][1] if o else ""
                for n, o in enumerate(people.organisation)
            ],
            "region": list(regions),
            "hobbies": [
                h if not o and keep else ""
                for h, o, keep in zip(
                    pick(rng, words.HOBBIES, size), people.organisation, rng.random(size) < 0.4, strict=True
                )
            ],
            "contact_from": [(None, "10:00:00", "14:00:00", "19:00:00")[h] for h in hours],
            "contact_until": [(None, "11:30:00", "16:30:00", "20:30:00")[h] for h in hours],
            "preferred_channel": list(
                pick(rng, ("", "wechat", "call", "message", "visit"), size, (0.35, 0.34, 0.22, 0.05, 0.04))
            ),
            "source_code": list(pick(rng, words.SOURCES, size, words.SOURCE_WEIGHTS)),
            "owner_id": [owners[o][0] for o in people.owner],
            "team_id": [owners[o][1] for o in people.owner],
            "customer_since": [d.isoformat() for d in since],
            "verified_at": [
                (as_of - timedelta(days=int(n))).isoformat() if n < 500 else None
                for n in rng.integers(5, 700, size)
            ],
            "search_open": [
                search.open_tokens(n, k, i + 1, refs=(f"M{i + 1:06d}",), tags=t, index=x)
                for i, (n, k, t, x) in enumerate(zip(people.name, kinds, tags, indexes, strict=True))
            ],
            "search_contact": [
                search.contact_tokens([("mobile", p, f"+86{p}")]) if h else ""
                for p, h in zip(phones, has_phone, strict=True)
            ],
        },
    )
    _load_contacts(rng, phones, has_phone, as_of)
    load(
        "customers.customerref",
        {
            "id": range(1, size + 1),
            "source": [SOURCE] * size,
            "external_id": [f"M{i + 1:06d}" for i in range(size)],
            "customer_id": range(1, size + 1),
        },
    )
    _load_tags(tags)


def _phones(rng: Rng, size: int) -> list[str]:
    """Return numbers of ranges that are not given out to people: 1xx 000 …, each once."""
    heads = [f"1{a}{b}000" for b in range(10) for a in "356789"]
    numbers = rng.permutation(max(size, 1))
    return [f"{heads[n // 100_000 % len(heads)]}{n % 100_000:05d}" for n in numbers]


def _addresses(rng: Rng, people: People) -> list[str]:
    """Return how somebody is spoken to, for about half of the people."""
    size = len(people.name)
    known = (rng.random(size) < 0.55) & ~people.organisation
    elder = rng.random(size) < 0.22
    elders = np.where(people.female, words.ADDRESS_ELDER[0], words.ADDRESS_ELDER[1])
    others = np.where(people.female, pick(rng, words.ADDRESS_F, size), pick(rng, words.ADDRESS_M, size))
    chosen = np.where(elder, elders, others)
    return [f"{s}{a}" if k else "" for s, a, k in zip(people.surname, chosen, known, strict=True)]


def _draw_tags(rng: Rng, size: int) -> list[tuple[str, ...]]:
    count = rng.choice(3, size, p=(0.6, 0.3, 0.1))
    drawn = rng.integers(0, len(words.TAGS), (size, 2))
    return [tuple(dict.fromkeys(words.TAGS[t] for t in row[:n])) for row, n in zip(drawn, count, strict=True)]


def _load_tags(tags: list[tuple[str, ...]]) -> None:
    load("customers.tag", {"id": range(1, len(words.TAGS) + 1), "name": words.TAGS})
    pairs = [(n + 1, words.TAGS.index(t) + 1) for n, own in enumerate(tags) for t in own]
    load(
        "customers.customertag",
        {
            "id": range(1, len(pairs) + 1),
            "customer_id": [p[0] for p in pairs],
            "tag_id": [p[1] for p in pairs],
        },
    )


def _load_contacts(rng: Rng, phones: list[str], has_phone: NDArray[np.bool_], as_of: date) -> None:
    size = len(phones)
    wechat = rng.random(size) < 0.5
    rows: list[tuple[int, str, str, str]] = []
    for n, phone in enumerate(phones):
        if has_phone[n]:
            rows.append((n + 1, "mobile", phone, f"+86{phone}"))
        if wechat[n]:
            rows.append((n + 1, "wechat", f"hg_{n + 1:06d}", f"hg_{n + 1:06d}"))
    checked = rng.integers(3, 900, len(rows))
    load(
        "customers.contactpoint",
        {
            "id": range(1, len(rows) + 1),
            "customer_id": [r[0] for r in rows],
            "kind": [r[1] for r in rows],
            "value": [r[2] for r in rows],
            "normal": [r[3] for r in rows],
            "is_primary": [True] * len(rows),
            "source": [SOURCE] * len(rows),
            "consent": list(pick(rng, ("given", "unknown", "refused"), len(rows), (0.7, 0.27, 0.03))),
            "verified_at": [
                (as_of - timedelta(days=int(d))).isoformat() if d < 600 else None for d in checked
            ],
        },
    )


def load_dates(rng: Rng, people: People, as_of: date) -> int:
    """Load birthdays (four in ten lunar), those of the family, wedding days, founding days.

    Returns how many.
    """
    rows: list[tuple[Any, ...]] = []
    size = len(people.name)
    draws = rng.random((size, 4))
    for n in range(size):
        customer = n + 1
        if people.organisation[n]:
            if draws[n, 0] < 0.5:
                rows.append((customer, "firm", "", "", "cooperation", *_solar(rng, 2010, as_of.year - 1)))
            continue
        if draws[n, 0] < 0.55:
            rows.append((customer, "self", "", "", "birthday", *_birthday(rng, 1952, 2002, lunar_share=0.4)))
        if draws[n, 1] < 0.16:
            mother = str(pick(rng, list(words.SURNAMES), 1)[0]) + str(pick(rng, words.GIVEN_F, 1)[0])
            rows.append(
                (
                    customer,
                    "family",
                    mother,
                    "parent",
                    "birthday",
                    *_birthday(rng, 1938, 1965, lunar_share=0.85),
                )
            )
        if draws[n, 2] < 0.14:
            given = [name for name in words.GIVEN_F + words.GIVEN_M if not people.name[n].endswith(name)]
            child = str(people.surname[n]) + str(pick(rng, given, 1)[0])
            rows.append(
                (
                    customer,
                    "family",
                    child,
                    "child",
                    "birthday",
                    *_birthday(rng, 2004, as_of.year - 1, lunar_share=0.1),
                )
            )
        if draws[n, 3] < 0.07:
            rows.append((customer, "family", "", "spouse", "wedding", *_solar(rng, 1985, as_of.year - 1)))
    names = (
        "customer_id",
        "whose",
        "person",
        "relation",
        "occasion",
        "calendar",
        "month",
        "day",
        "leap",
        "year",
    )
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return load("customers.specialdate", {"id": range(1, len(rows) + 1), **columns})


def _solar(rng: Rng, first: int, last: int) -> tuple[str, int, int, bool, int | None]:
    return (
        "solar",
        int(rng.integers(1, 13)),
        int(rng.integers(1, 29)),
        False,
        int(rng.integers(first, last + 1)),
    )


def _birthday(
    rng: Rng, first: int, last: int, *, lunar_share: float
) -> tuple[str, int, int, bool, int | None]:
    calendar, month, day, leap, year = _solar(rng, first, last)
    if rng.random() < lunar_share:
        return "lunar", month, int(rng.integers(1, 31)), bool(rng.random() < 0.01), year
    return calendar, month, day, leap, year


def load_relations(rng: Rng, people: People) -> int:
    """Load couples, and the people of organisations through whom one deals with them; returns how many."""
    persons = np.flatnonzero(~people.organisation) + 1
    firms = np.flatnonzero(people.organisation) + 1
    couples = rng.permutation(persons)[: len(persons) // 25 * 2].reshape(-1, 2)
    rows: list[tuple[int, int | None, str, str, str]] = []
    for one, other in couples.tolist():
        rows += [(one, other, "", "spouse", ""), (other, one, "", "spouse", "")]
    for firm in firms.tolist():
        name = str(pick(rng, list(words.SURNAMES), 1)[0]) + str(
            pick(rng, words.GIVEN_M + words.GIVEN_F, 1)[0]
        )
        rows.append((firm, None, name, "contact_person", str(pick(rng, words.TITLES, 1)[0])))
    names = ("customer_id", "other_id", "name", "kind", "post")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return load("customers.customerrelation", {"id": range(1, len(rows) + 1), **columns})
