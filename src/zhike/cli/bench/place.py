"""A home and a database of the measurement's own: made for it, gone afterwards, never a real one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

DATABASE = "zhike.sqlite3"


@dataclass(frozen=True)
class Place:
    """Where one installation is: its home, and its database on PostgreSQL ("" = SQLite in the home)."""

    home: Path
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works there."""
        kept = {k: v for k, v in os.environ.items() if k not in {"ZHIKE_HOME", "DATABASE_URL"}}
        own = {"ZHIKE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "zhike.config.settings"}
        return kept | own | ({"DATABASE_URL": self.url} if self.url else {})


@dataclass
class Places:
    """Makes places below a temporary folder, and databases beside the one ``server`` names ("" = SQLite)."""

    root: Path
    server: str = ""
    _databases: list[str] = field(default_factory=list)

    def new(self, name: str, *, like: Place | None = None, keep: Path | None = None) -> Place:
        """Make an empty place; ``like`` gives it the tables of another one, which no process may have open.

        With ``keep`` it is made in that folder, and stays.
        """
        home = (keep or self.root) / name
        home.mkdir(parents=True)
        if self.server:
            return Place(home, self._new_database(name, like, stays=keep is not None))
        if like is not None:
            shutil.copyfile(like.home / DATABASE, home / DATABASE)
        return Place(home)

    def remove(self, place: Place) -> None:
        """Remove a place with everything in it."""
        shutil.rmtree(place.home, ignore_errors=True)
        if place.url:
            self._drop(_name_of(place.url))

    def remove_all(self) -> None:
        """Remove every place that was made."""
        for name in list(self._databases):
            with contextlib.suppress(Exception):  # the next one must go as well
                self._drop(name)
        shutil.rmtree(self.root, ignore_errors=True)

    def _new_database(self, name: str, like: Place | None, *, stays: bool) -> str:
        database = f"zhike_bench_{os.getpid()}_{name}"
        template = _name_of(like.url) if like else "template0"
        how = "" if like else " ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        self._run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"{how}')
        if not stays:
            self._databases.append(database)
        return _with_name(self.server, database)

    def _drop(self, database: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._databases.remove(database)

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(_with_name(self.server, "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def places(server: str) -> Iterator[Places]:
    """Give a temporary folder for places; all of them go away at the end, whatever happens."""
    made = Places(Path(tempfile.mkdtemp(prefix="zhike-bench-")), server)
    try:
        yield made
    finally:
        made.remove_all()


def _name_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _with_name(url: str, name: str) -> str:
    parts: Any = urlsplit(url)
    return str(urlunsplit(parts._replace(path=f"/{name}")))
