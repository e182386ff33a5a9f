"""Django application of the agenda slice."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """Hangs the slice into the house."""

    name = "zhike.agenda"
    label = "agenda"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register plugs and handlers."""
        from zhike.agenda import handlers, plugs  # noqa: F401
