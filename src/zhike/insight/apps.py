"""Django application of the insight slice."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs."""
        from zhike.insight import plugs  # noqa: F401
