"""Django application of the sales slice."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs."""
        from zhike.sales import plugs  # noqa: F401
