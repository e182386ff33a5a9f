"""Whether the database's tables are those of this version."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

_known_current: set[str] = set()


def waiting_migrations() -> int:
    """Return how many migrations are still to be applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def tables_are_current() -> bool:
    """Tell whether nothing waits; once it is so, a process does not look again."""
    name = str(connection.settings_dict["NAME"])
    if name not in _known_current and not waiting_migrations():
        _known_current.add(name)
    return name in _known_current
