"""The company that is measured on: the demonstration's, at any size, with one customer of a long history."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhike.cli import house

MEAN_LINES = 2.6
BUSY_ENTRIES = 500
SELLER, MANAGER, ADMINISTRATOR = "lisimin", "sunyan", "admin"


def tables() -> dict[str, Any]:
    """Make the tables; returns the database's name and version."""
    house.ready()
    return {"database": database()}


def database() -> str:
    """Return the database with its version, as the table shows it."""
    from django.db import connection

    with connection.cursor() as cursor:
        sqlite = connection.vendor == "sqlite"
        cursor.execute("SELECT sqlite_version()" if sqlite else "SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    return f"{'SQLite' if sqlite else 'PostgreSQL'} {version}"


def company(customers: int, lines: int, seed: int, as_of: str) -> dict[str, Any]:
    """Build the company as of a day, with about so many order lines in two years."""
    house.setup()
    from zhike.cli.demo.build import Plan, build

    plan = Plan(
        customers,
        seed,
        date.fromisoformat(as_of),
        mean_orders=lines / customers / MEAN_LINES,
        mean_lines=MEAN_LINES,
    )
    built = build(plan, lambda _text: None)
    busy = make_busy(as_of)
    return {"customers": built.customers, "orders": built.orders, "lines": built.lines, "busy": busy}


def make_busy(as_of: str) -> int:
    """Give one customer of the seller contacts until its timeline holds five hundred; returns the id."""
    from django.apps import apps
    from django.db import connection

    from zhike.cli.demo.load import load
    from zhike.staff.queries import user_by_login

    seller = user_by_login(SELLER)
    customers = apps.get_model("customers.customer")._default_manager
    orders = apps.get_model("sales.order")._default_manager
    pk = int(customers.filter(owner_id=seller.pk, score__isnull=False).order_by("id")[5].pk)
    contacts = apps.get_model("customers.interaction")._default_manager.filter(customer_id=pk)
    missing = BUSY_ENTRIES - contacts.count() - orders.filter(customer_id=pk).count()
    zone = "" if connection.vendor == "sqlite" else "+00"
    if missing <= 0:
        return pk
    year = int(as_of[:4]) - 1
    load(
        "customers.interaction",
        {
            "customer_id": [pk] * missing,
            "at": [_instant(year, n) + zone for n in range(missing)],
            "channel": [("call", "wechat", "visit")[n % 3] for n in range(missing)],
            "direction": [("out", "in")[n % 2] for n in range(missing)],
            "content_kind": ["information"] * missing,
            "outcome": ["reached"] * missing,
            "minutes": [5] * missing,
            "summary": [f"第 {n + 1} 次联系，说了近来的安排。" for n in range(missing)],
            "by_id": [seller.pk] * missing,
        },
    )  # fmt: skip
    return pk


def _instant(year: int, n: int) -> str:
    return f"{year}-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d} {n % 11:02d}:{n % 60:02d}:00"
