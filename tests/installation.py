"""A real installation: its own home and database, its commands and its server as processes.

Run as ``python -m tests.installation`` it puts an administrator, a token and some customers into the
installation of the environment, and prints how to get in.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).parents[1]
NOT_INHERITED = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ZHIKE_PROCESS", "ZHIKE_HOME", "PYTEST_PLUGINS"}
CUSTOMERS = 5
WSGI = "zhike.config.wsgi:application"


@dataclass
class Installation:
    """A home, and a PostgreSQL database unless it keeps to SQLite."""

    home: Path
    database_url: str = ""
    way_in: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        kept = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
        kept |= {"ZHIKE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "zhike.config.settings"}
        return kept | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def zhike(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return self.python("-m", "zhike", *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python to its end."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        """Start Python and leave it to itself."""
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        return subprocess.Popen([sys.executable, *arguments], env=self.environment, cwd=ROOT, **streams)

    def ask(self, query: str) -> list[Any]:
        """Ask the database itself; nothing where the tables are not made yet."""
        return ask_postgresql(self.database_url, query) if self.database_url else self._ask_sqlite(query)

    def _ask_sqlite(self, query: str) -> list[Any]:
        try:
            file = f"file:{self.home / 'zhike.sqlite3'}?mode=ro"
            with closing(sqlite3.connect(file, uri=True, timeout=5)) as database:
                return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []

    def inhabit(self) -> None:
        """Make the tables, an administrator with token and session, and customers."""
        done = self.python("-m", "tests.installation")
        assert done.returncode == 0, done.stderr
        self.way_in = json.loads(done.stdout)


def ask_postgresql(url: str, query: str) -> list[Any]:
    """Run one statement; nothing where a table or the database itself is missing."""
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []
    except psycopg.errors.UndefinedTable:
        return []


@contextmanager
def temporary_database(server: str, name: str) -> Iterator[str]:
    """An empty database on a PostgreSQL server, gone afterwards; gives its address."""
    ask_postgresql(server, f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        ask_postgresql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


# ---------------------------------------------------------------- its server


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds; status 0: nobody listened."""

    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float


class Server:
    """``zhike serve`` of an installation, or the bare web process of it, and a caller."""

    def __init__(
        self, house: Installation, *, workers: int = 1, migrate: bool = True, stderr: Any = subprocess.DEVNULL
    ) -> None:
        self.house, self.port = house, free_port()
        arguments = ["--port", str(self.port), "--workers", str(workers)]
        command = ["zhike", "serve"] if migrate else ["granian", "--interface", "wsgi", WSGI]
        self.process = house.start("-m", *command, *arguments, stdout=subprocess.DEVNULL, stderr=stderr)

    def __enter__(self) -> Self:
        up = wait_for(lambda: not self.runs() or self.get("/healthz").status == 200)
        if not up or not self.runs():
            self.__exit__()
            raise AssertionError("the server did not come up")
        return self

    def __exit__(self, *_: object) -> None:
        family = psutil.Process(self.process.pid).children(recursive=True) if self.runs() else []
        self.process.terminate()
        try:
            self.process.wait(40)
        finally:
            for process in (self.process, *family):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def get(self, path: str) -> Answer:
        """Open a page as the administrator, or ask the API."""
        return self.call("GET", path)

    def save(self, name: str, *, key: str = "") -> Answer:
        """Create a customer by the API; the same key again does it once."""
        body = json.dumps({"kind": "person", "name": name, "contacts": []}).encode()
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self.call("POST", "/api/v1/customers", body, headers)

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> Answer:
        """Send one request, with the way in that fits the address."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {**self._way_in(path), **headers})
            found = connection.getresponse()
            text = found.read().decode()
        except ConnectionRefusedError:
            return Answer(0, {}, "", time.monotonic() - began)
        finally:
            connection.close()
        return Answer(found.status, dict(found.headers), text, time.monotonic() - began)

    def _way_in(self, path: str) -> dict[str, str]:
        known = self.house.way_in
        if path.startswith("/api/"):
            return {"Authorization": f"Bearer {known.get('token', '')}"}
        csrf = "c" * 32
        return {"Cookie": f"sessionid={known.get('session', '')}; csrftoken={csrf}", "X-CSRFToken": csrf}


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Look every now and then until something is so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


# ---------------------------------------------------------------- who lives there


def main() -> None:
    """Put people into the installation of the environment."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    from zhike.core.permissions import SYSTEM
    from zhike.customers.actions import CustomerInput, create_customer
    from zhike.staff.queries import viewer_for
    from zhike.staff.tests.factories import make_token, make_user

    user = make_user("administrator", login="anna")
    for number in range(CUSTOMERS):
        create_customer(CustomerInput(name=f"resident {number}"), by=SYSTEM)
    browser = Client()
    browser.force_login(user)
    way_in = {"token": make_token(viewer_for(user)), "session": browser.cookies["sessionid"].value}
    sys.stdout.write(json.dumps(way_in))


if __name__ == "__main__":
    main()
