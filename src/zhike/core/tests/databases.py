"""A database as it is in a firm: on SQLite a file with WAL, where readers do not hinder a writer.

(The tests' usual SQLite is one cache in memory, with locks of its own.)
"""

import pytest
from django.db import connection


@pytest.fixture
def real_database(transactional_db, tmp_path):
    """Use a file instead of memory for one test; on PostgreSQL nothing changes."""
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "zhike.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection = None
    connection.settings_dict["NAME"] = str(path)
    yield
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.connection = memory
