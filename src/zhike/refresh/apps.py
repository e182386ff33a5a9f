"""Django application of the refresh slice."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import pre_migrate


class RefreshConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.refresh"
    label = "refresh"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs; put index names right before a migration looks for them."""
        from zhike.refresh import plugs  # noqa: F401

        pre_migrate.connect(before_migration, sender=apps.get_app_config("customers"))


def before_migration(plan: Sequence[tuple[Any, bool]] = (), **_more: Any) -> None:
    """Undo the swapped index names (SQLite can't rename an index) where tables of customers are to change."""
    from zhike.customers.actions.scores import restore_index_names

    if any(migration.app_label == "customers" and migration.name != "0001_initial" for migration, _ in plan):
        restore_index_names()
