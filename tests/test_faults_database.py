"""A database that is locked, killed or away: 503 within seconds, everything once, work goes on by itself."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.cluster import own_cluster, programs
from tests.installation import CUSTOMERS, Answer, Installation, Server, ask_postgresql, wait_for

pytestmark = pytest.mark.slow

PAGES = ["/", "/customers/", "/customers/1/", "/settings/import/", "/account/login/", "/api/v1/customers"]
NO_HANG = 5.0
CRASHES = int(os.environ.get("ZHIKE_TEST_CRASHES", "1"))


@contextmanager
def writers_shut_out(house: Installation) -> Iterator[None]:
    """Hold the lock that keeps everybody else from writing customers."""
    if house.database_url:
        with psycopg.connect(house.database_url) as database:
            database.execute("LOCK TABLE customers_customer IN EXCLUSIVE MODE")
            yield
        return
    database: Any = sqlite3.connect(house.home / "zhike.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    yield
    database.execute("ROLLBACK")
    database.close()


def is_plain_refusal(answer: Answer) -> bool:
    """Whether an answer says: not now, try again, and in words."""
    said = answer.status == 503 and int(answer.headers["retry-after"]) > 0
    return said and answer.seconds < NO_HANG and "Traceback" not in answer.body


def test_who_waits_for_a_lock_is_told_so_in_time_and_readers_do_not_wait(installation):
    installation.inhabit()
    with Server(installation) as server:
        with writers_shut_out(installation):
            assert is_plain_refusal(server.save("kept out"))
            assert [server.get(path).status for path in PAGES if path != "/account/login/"] == [200] * 5
        assert server.save("let in").status == 201
    names = installation.ask("SELECT name FROM customers_customer ORDER BY id")[CUSTOMERS:]
    assert names == [("let in",)]


# ---------------------------------------------------------------- PostgreSQL goes away


class Writer(threading.Thread):
    """Saves customers one after another; each with its key again until the server has it."""

    def __init__(self, server: Server, label: str) -> None:
        super().__init__(daemon=True)
        self.server, self.label, self.enough = server, label, threading.Event()
        self.kept: list[str] = []
        self.answers: list[Answer] = []

    def run(self) -> None:
        while not self.enough.is_set() and self.server.runs():
            name = f"{self.label} {len(self.kept)}"
            self.answers.append(self.server.save(name, key=name))
            if self.answers[-1].status == 201:
                self.kept.append(name)


def kill_backends(url: str) -> None:
    """End every connection but the one that asks."""
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ask_postgresql(url, "SELECT pg_terminate_backend(pid) " + others)


def saves_more(writers: list[Writer], more: int = 10) -> bool:
    """Whether each writer gets on."""
    aims = [len(writer.kept) + more for writer in writers]
    return wait_for(lambda: all(len(w.kept) >= aim for w, aim in zip(writers, aims, strict=True)), 30)


@pytest.mark.timeout(180 + 60 * CRASHES)
def test_postgresql_killed_stopped_and_back_under_load(tmp_path):
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL: its server programs (initdb, pg_ctl) are not installed")
    with own_cluster(folder) as cluster:
        house = Installation(tmp_path / "home", cluster.url)
        house.inhabit()
        with Server(house, workers=2) as server:
            writers = [Writer(server, "one"), Writer(server, "two")]
            for writer in writers:
                writer.start()
            for _ in range(5):
                assert saves_more(writers)
                kill_backends(cluster.url)
            assert saves_more(writers)
            for _ in range(CRASHES):
                cluster.stop()
                assert all(is_plain_refusal(server.get(path)) for path in PAGES)
                assert server.get("/healthz").status == 200
                assert server.get("/readyz").status == 503
                cluster.start()
                assert [server.get(path).status for path in PAGES if path != "/account/login/"] == [200] * 5
                assert saves_more(writers)
            for writer in writers:
                writer.enough.set()
                writer.join()
            assert wait_for(lambda: server.get("/readyz").status == 200)
        answers = [answer for writer in writers for answer in writer.answers]
        assert {answer.status for answer in answers} == {201, 503}
        assert max(answer.seconds for answer in answers) < NO_HANG
        assert all(is_plain_refusal(answer) for answer in answers if answer.status == 503)
        names = [name for (name,) in house.ask("SELECT name FROM customers_customer ORDER BY id")]
        assert sorted(names[CUSTOMERS:]) == sorted(name for writer in writers for name in writer.kept)
        assert house.zhike("doctor").returncode == 0
