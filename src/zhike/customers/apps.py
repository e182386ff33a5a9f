"""Django application of the customers slice."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs."""
        from zhike.customers import plugs  # noqa: F401
