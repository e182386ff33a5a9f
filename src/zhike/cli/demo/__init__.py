"""``zhike demo``: a believable company to try everything on, with one command."""

from __future__ import annotations

import json
import sys
import time
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from zhike.cli import house
from zhike.cli.app import fail

_LANGUAGES = ("zh-hans", "en")
_QUARTER = 91
"""Days between the two turns of a new demonstration: movement between tiers needs something to move from."""


def command(  # noqa: PLR0913, PLR0917 - the options of the command line
    customers: Annotated[int, typer.Option(help="Number of customers.", min=10, max=5_000_000)] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed and date give the same company.")] = 1,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its today (default: today).")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh-hans or en.")] = "zh-hans",
    reset: Annotated[bool, typer.Option("--reset", help="Build it anew.")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Build a demonstration company in ZHIKE_HOME, run the loop once and serve it."""
    if lang not in _LANGUAGES:
        raise fail(f"--lang is {lang!r}; it may be zh-hans or en.", 2)
    _note("preparing the database")
    house.ready()
    from zhike.cli.serve import port_taken, serve

    if not no_serve and port_taken(host, port):
        raise fail(
            f"Port {port} on {host} is in use. Stop what listens there, or choose another with --port."
        )
    with house.expected_errors():
        report = make(customers, seed, as_of.date() if as_of else None, lang, reset=reset)
    _print(report, f"http://{host}:{port}/", as_json=as_json)
    if not no_serve:
        serve(host, port, workers=2)


def make(customers: int, seed: int, as_of: date | None, language: str, *, reset: bool) -> dict[str, Any]:
    """Build the company where there is none (or ``reset``), turn the loop for today; returns the report."""
    from zhike.core import settings_store
    from zhike.core.clock import today
    from zhike.staff import queries as staff_queries

    started = time.monotonic()
    existing = settings_store.get("demo")
    if existing is None and staff_queries.any_user():
        raise fail(
            "This home holds real data, and a demonstration must not touch it. "
            "Set ZHIKE_HOME (and DATABASE_URL) to another place: ZHIKE_HOME=~/zhike-demo zhike demo"
        )
    if existing is None or reset:
        if existing is not None:
            _note("clearing the old demonstration")
            _clear()
        _build(customers, seed, as_of or today(), language)
    _turn_the_loop(as_of)
    return _report(time.monotonic() - started)


def _build(customers: int, seed: int, as_of: date, language: str) -> None:
    from zhike.cli.demo.build import Plan, build

    _note(f"building {customers:,} customers as of {as_of}")
    build(Plan(customers, seed, as_of, language), _note)


def _clear() -> None:
    """Empty every table; the caller has made sure that it is a demonstration."""
    import shutil

    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    cache.clear()
    shutil.rmtree(settings.WAREHOUSE_DIR, ignore_errors=True)


def _turn_the_loop(as_of: date | None) -> None:
    """Refresh unless today's scores are there already."""
    from django.apps import apps

    from zhike.core.clock import today
    from zhike.core.permissions import SYSTEM
    from zhike.refresh import actions, queries

    day = as_of or today()
    run = queries.latest_run(SYSTEM)
    if run is None:
        _note("turning the loop as it would have turned a quarter ago")
        actions.run_refresh(as_of=day - timedelta(days=_QUARTER), by=SYSTEM)
        # That day's list is not what anybody should find open today.
        apps.get_model("agenda.task")._default_manager.all().delete()
    if run is None or run.as_of < day:
        _note("turning the loop: facts, scores, today's tasks")
        actions.run_refresh(as_of=day, by=SYSTEM)


def _report(seconds: float) -> dict[str, Any]:
    from django.apps import apps

    from zhike.cli.demo.vocabulary import STAFF

    count = {name: apps.get_model(label)._default_manager.count() for name, label in _COUNTED.items()}
    users = [{"login": m.login, "role": m.role, "name": m.name, "team": m.team} for m in STAFF]
    return {**count, "users": users, "seconds": round(seconds, 1)}


_COUNTED = {
    "customers": "customers.customer",
    "orders": "sales.order",
    "interactions": "customers.interaction",
}


def _print(report: dict[str, Any], address: str, *, as_json: bool) -> None:
    from zhike.cli.demo.build import PASSWORD

    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print(
        f"\n知客 Zhike · {report['customers']:,} customers, {report['orders']:,} orders, "
        f"{report['interactions']:,} contacts ({report['seconds']} s)\n\n"
        f"  {address}\n\n  password for everybody: {PASSWORD}\n"
    )
    for user in report["users"]:
        print(f"  {user['login']:<10} {user['role']:<14} {user['name']} {user['team']}")
    print()


def _note(text: str) -> None:
    print(f"zhike: {text} …", file=sys.stderr, flush=True)
