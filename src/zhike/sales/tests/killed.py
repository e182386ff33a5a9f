"""Kill imports of orders at random moments: ``python -m zhike.sales.tests.killed [SEEDS [FIRST]]``.

For each seed an import of 10,000 lines is killed one to three times (SIGKILL, whatever it is doing) and then
run to its end; what it leaves must be what an undisturbed run leaves. Runs with a home of its own
(ZHIKE_HOME) and, for PostgreSQL, with an empty database of its own (DATABASE_URL); prints one line a hundred
seeds and one at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

ROWS = 10_000
MAP = """
kind = "orders"
source = "till"
timezone = "Asia/Shanghai"
[fields]
number = "number"
ordered_at = "time"
customer = "customer"
product = "product"
product_name = "name"
quantity = "quantity"
unit_price = "price"
[[rule]]
when = "number starts with C"
set = { type = "return" }
"""


# ---------------------------------------------------------------- one attempt


def write_file(path: Path) -> None:
    """Lines with all that happens: returns, anonymous sales, free lines, bad dates, orders in pieces."""
    draw = random.Random(1)
    lines = ["number,time,customer,product,name,quantity,price"]
    for n in range(ROWS):
        order = draw.randint(max(0, n // 4 - 40), n // 4)
        sign = "C" if order % 13 == 0 else "S"
        customer = "" if order % 7 == 0 else f"M{order % 900}"
        product = draw.randint(1, 700)
        day = "2026-02-30" if n % 97 == 0 else f"2026-{order % 12 + 1:02}-{order % 28 + 1:02}"
        price = 0 if n % 41 == 0 else draw.randint(1, 99_999) / 100
        lines.append(f"{sign}{order},{day} 10:30,{customer},A{product},thing {product},{n % 9 + 1},{price}")
    path.write_text("\n".join(lines) + "\n")


def work(file: Path) -> None:
    """Import the file, or go on with it."""
    from zhike.core.imports.mapping import load_mapping
    from zhike.core.imports.runner import run_import
    from zhike.core.permissions import SYSTEM

    run_import(file, load_mapping(MAP), by=SYSTEM)


def in_child(do: Callable[[], object]) -> int:
    """Start something in a forked process; returns its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        do()
    except BaseException as error:  # noqa: BLE001 - the child says what happened and ends
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(99)
    os._exit(0)


def ended(pid: int) -> int:
    """Wait for a child; returns the signal that ended it, 0 for a good end."""
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"an import failed with status {os.WEXITSTATUS(status)}")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_after(seconds: float, file: Path) -> bool:
    """Import for so long; returns whether it was still at work when it was killed."""
    pid = in_child(lambda: work(file))
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return ended(pid) == signal.SIGKILL


# ---------------------------------------------------------------- databases


class Databases:
    """An empty database with tables, and a fresh copy of it for every attempt."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.template = str(connection.settings_dict["NAME"])
        self.name = f"{self.template}_attempt"
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def fresh(self) -> None:
        """Put an empty one in place of the last attempt's."""
        self.connection.close()
        self.drop()
        if self.connection.vendor == "sqlite":
            shutil.copy(self.template, self.name)
        else:
            self._on_server(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        self.connection.settings_dict["NAME"] = self.name

    def drop(self) -> None:
        """Remove the last attempt's."""
        if self.connection.vendor == "sqlite":
            for ending in ("", "-wal", "-shm"):
                Path(self.name + ending).unlink(missing_ok=True)
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _on_server(self, statement: str) -> None:
        import psycopg

        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as database:
            database.execute(statement)


# ---------------------------------------------------------------- what is left


def left() -> dict[str, Any]:
    """Hash everything the import made, by natural keys; list what any invariant says is wrong."""
    from django.db import connection

    from zhike.core import plugs

    found = {"rows": _hash(_rows()), "wrong": [text for i in plugs.invariants for text in i.check()]}
    connection.close()
    return found


def _rows() -> list[list[Any]]:
    from zhike.catalog.models import Product
    from zhike.core.models import ImportRun
    from zhike.core.models.imports import ImportedObject
    from zhike.customers.models import Customer
    from zhike.sales.models import Order, OrderLine

    sums = ("rows_total", "position", "created", "updated", "unchanged", "skipped", "rejected", "reasons")
    order = ("source", "external_id", "number", "kind", "customer__refs__external_id", "ordered_at")
    order += ("business_day", "channel", "currency", "amount_minor", "firm_minor", "line_count", "version")
    line = (
        "order__external_id",
        "line_no",
        "product__code",
        "quantity_milli",
        "unit_price_e4",
        "amount_minor",
    )
    tables = (
        (ImportRun, ("kind", "source", "state", *sums, "objects_count")),
        (ImportedObject, ("kind", "row")),
        (Customer, ("refs__source", "refs__external_id", "kind", "name", "customer_since", "search_open")),
        (Product, ("code", "name", "unit", "price_e4", "cost_e4", "search_open")),
        (Order, order),
        (OrderLine, line),
    )
    return [sorted(map(repr, model._default_manager.values_list(*names))) for model, names in tables]


def _hash(rows: list[list[Any]]) -> list[Any]:
    return [[len(table), hashlib.sha256("\n".join(table).encode()).hexdigest()] for table in rows]


def progress() -> tuple[int, bool]:
    """How many rows are done for good, and whether the run is."""
    from django.db import connection

    from zhike.core.models import ImportRun

    run = ImportRun.objects.first()
    connection.close()
    return (run.position, run.state == "done") if run else (0, False)


# ---------------------------------------------------------------- many of them


def attempt(seed: int, file: Path, seconds: float) -> int:
    """Kill up to three times, then run to the end; returns how often it was killed."""
    draw = random.Random(seed)
    times = reached = 0
    for _ in range(draw.randint(1, 3)):
        if not killed_after(draw.uniform(0, seconds), file):
            return times  # it was faster today
        times += 1
        now, done = progress()
        if now < reached:
            raise SystemExit(f"seed {seed}: progress went back from {reached} to {now}")
        if done:
            return times  # it was only about to say so
        reached = now
    ended(in_child(lambda: work(file)))
    return times


def main(seeds: int, first: int) -> None:
    """Compare so many attempts with an undisturbed one."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    databases = Databases()
    file = Path(settings.HOME) / "orders.csv"
    write_file(file)
    databases.fresh()
    began = time.monotonic()
    ended(in_child(lambda: work(file)))
    seconds = time.monotonic() - began
    golden, kills = left(), 0
    if golden["wrong"] or golden["rows"][-1][0] < ROWS // 2:
        raise SystemExit(f"the undisturbed run is not right: {json.dumps(golden)}")
    for seed in range(first, first + seeds):
        shutil.rmtree(settings.IMPORTS_DIR, ignore_errors=True)
        databases.fresh()
        kills += attempt(seed, file, seconds)
        if (found := left()) != golden:
            raise SystemExit(f"seed {seed}: {json.dumps(found)} instead of {json.dumps(golden)}")
        if (seed + 1) % 100 == 0:
            sys.stderr.write(f"{seed + 1} seeds, {kills} kills\n")
    databases.connection.close()
    databases.drop()
    sys.stdout.write(f"{seeds} seeds as undisturbed, {kills} kills\n")


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("20", "0")[len(sys.argv) - 1 :])))
