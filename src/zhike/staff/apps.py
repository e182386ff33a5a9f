"""Django application of the staff slice."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs."""
        from zhike.staff import plugs  # noqa: F401
