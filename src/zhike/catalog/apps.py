"""Django application of the catalog slice."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs."""
        from zhike.catalog import plugs  # noqa: F401
