"""A pytest plugin that gives a test process its own home and database, before the settings are read.

`ZHIKE_TEST_DB` chooses the database: `sqlite` (default) or `postgresql`; `ZHIKE_TEST_POSTGRESQL` is the
address of a PostgreSQL in which databases may be made. The person's own installation is never touched.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"


def use_own_home() -> None:
    """Point ZHIKE_HOME at a folder that goes away with this process."""
    home = tempfile.mkdtemp(prefix="zhike-test-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["ZHIKE_HOME"] = home


def use_test_database() -> None:
    """Point DATABASE_URL at a database named after this process, or at none for SQLite."""
    if os.environ.setdefault("ZHIKE_TEST_DB", "sqlite") == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        return
    server = os.environ.get("ZHIKE_TEST_POSTGRESQL") or POSTGRESQL
    os.environ["DATABASE_URL"] = f"{server.rpartition('/')[0]}/zhike_{os.getpid()}"


os.environ["PYTEST_PLUGINS"] = (
    __name__  # so that the workers, which pytest starts without -p, load it as early
)
os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's own event loop runs in the tests' thread
use_own_home()
use_test_database()
