"""``zhike doctor``: whether everything is as it should be."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from zhike.cli import house

_LOW_DISK_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Check:
    """One check and what it found."""

    name: str
    ok: bool
    message: str


def command(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Check configuration, database, keys and invariants; status 1 when something is wrong."""
    house.setup()
    checks = list(run_checks())
    if as_json:
        print(json.dumps({"checks": [asdict(c) for c in checks]}, ensure_ascii=False))
    else:
        for check in checks:
            print(f"{'ok ' if check.ok else 'BAD'}  {check.name}: {check.message}")
    raise typer.Exit(0 if all(c.ok for c in checks) else 1)


def run_checks() -> Iterator[Check]:
    """Run every check, the cheap ones first; a check that itself fails is reported, not raised."""
    for name, check in (
        ("home", _home),
        ("keys", _keys),
        ("address", _address),
        ("database", _database),
        ("tables", _tables),
        ("worker", _worker),
        ("backup tools", _backup_tools),
        ("page assets", _assets),
    ):
        yield _run(name, check)
    from zhike.core import plugs

    for invariant in plugs.invariants:
        yield _run(invariant.key, lambda i=invariant: _invariant(i.label, i.check))  # type: ignore[misc]


def _run(name: str, check: Callable[[], tuple[bool, str]]) -> Check:
    try:
        ok, message = check()
    except Exception as error:  # noqa: BLE001 - a doctor does not die of what he finds
        return Check(name, ok=False, message=f"could not be checked: {type(error).__name__}: {error}")
    return Check(name, ok, message)


def _home() -> tuple[bool, str]:
    from django.conf import settings

    home: Path = settings.HOME
    if not os.access(home, os.W_OK):
        return False, f"{home} can't be written; check its owner"
    free = shutil.disk_usage(home).free
    return free > _LOW_DISK_BYTES, f"{home}, {free / 1e9:.1f} GB free"


def _keys() -> tuple[bool, str]:
    from django.conf import settings

    path = settings.HOME / "keys"
    mode = (path / "secret.key").stat().st_mode & 0o077
    if mode and os.name == "posix":
        return False, f"{path / 'secret.key'} can be read by others; run chmod 600 on it"
    return True, f"{path} is there; keep a copy apart from the data (zhike backup writes FILE.keys)"


def _address() -> tuple[bool, str]:
    from django.conf import settings

    local = any(h in settings.BASE_URL for h in ("127.0.0.1", "localhost"))
    if not settings.SECURE and not local:
        return False, f"{settings.BASE_URL} is not https; passwords would travel in the clear"
    return True, settings.BASE_URL


def _database() -> tuple[bool, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor == "sqlite":
        import sqlite3

        return True, f"SQLite {sqlite3.sqlite_version}, {connection.settings_dict['NAME']}"
    version: int = connection.pg_version  # type: ignore[attr-defined]
    return version >= 150000, f"PostgreSQL {version // 10000}.{version % 10000} (15 or later is needed)"


def _tables() -> tuple[bool, str]:
    from zhike.core.tables import waiting_migrations

    waiting = waiting_migrations()
    return not waiting, f"{waiting} migrations are waiting; run zhike migrate" if waiting else "up to date"


def _worker() -> tuple[bool, str]:
    from zhike.core.worker import worker_alive

    return True, "running" if worker_alive() else "none is running (zhike serve or zhike worker starts one)"


def _backup_tools() -> tuple[bool, str]:
    from django.db import connection

    if connection.vendor == "sqlite":
        return True, "built in"
    missing = [tool for tool in ("pg_dump", "pg_restore") if shutil.which(tool) is None]
    return (
        not missing,
        f"{', '.join(missing)} not found; install postgresql-client" if missing else "pg_dump is there",
    )


def _assets() -> tuple[bool, str]:
    from django.contrib.staticfiles import finders

    if finders.find("ui/dist/app.js") is None:
        return False, "not built; run ./zhike once, or install a released wheel"
    return True, "built"


def _invariant(label: str, check: Callable[[], list[str]]) -> tuple[bool, str]:
    wrong = check()
    return not wrong, label if not wrong else f"not so: {label}: " + "; ".join(wrong[:5])
