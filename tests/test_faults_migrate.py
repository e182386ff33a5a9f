"""A migration that is killed: nobody is served from half the tables, and the next start finishes it."""

from __future__ import annotations

import os

import pytest

from tests.installation import Installation, Server

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="no signals that kill")]

TABLES = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
    "postgresql": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, ''
        FROM information_schema.columns WHERE table_schema = 'public' UNION ALL
        SELECT tablename, indexname, indexdef, '', '', ''
        FROM pg_indexes WHERE schemaname = 'public' UNION ALL
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '' FROM pg_constraint
        ORDER BY 1, 2, 3
    """,
}


def tables_of(house: Installation):
    return house.ask(TABLES["postgresql" if house.database_url else "sqlite"])


def test_a_killed_migration_serves_nobody_and_is_finished_by_the_next_start(new_installation):
    whole, killed = new_installation("whole"), new_installation("killed")
    assert whole.zhike("migrate").returncode == 0
    done = killed.python("-m", "tests.half_migrated", "4")
    assert done.stdout == "killed 4 times\n", done.stderr
    assert tables_of(killed) != tables_of(whole)
    with Server(killed, migrate=False) as server:
        refused = server.get("/account/login/")
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        assert server.get("/readyz").status == 503
        assert killed.zhike("migrate").returncode == 0
        assert server.get("/account/login/").status in {200, 302}
    assert tables_of(killed) == tables_of(whole)
