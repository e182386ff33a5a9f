"""Django application of the core room."""

from importlib.metadata import entry_points

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Loads third-party plug-ins once every app's models are ready."""

    name = "zhike.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect SQLite pragmas' checks and load entry points of the group ``zhike.plugs``."""
        from zhike.core import jobs_builtin  # noqa: F401, PLC0415 - registers the core's own jobs

        for entry in entry_points(group="zhike.plugs"):
            entry.load()
