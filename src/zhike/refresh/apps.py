"""Django application of the refresh slice."""

from django.apps import AppConfig


class RefreshConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.refresh"
    label = "refresh"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs."""
        from zhike.refresh import plugs  # noqa: F401
