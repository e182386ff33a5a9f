"""Django application of the core room."""

from importlib.metadata import entry_points

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Loads third-party plug-ins once every app's models are ready."""

    name = "zhike.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the core's own jobs and invariants, load entry points of the group ``zhike.plugs``."""
        from zhike.core import invariants, jobs_builtin  # noqa: F401 - importing registers the core's own jobs
        from zhike.core.imports import background  # noqa: F401 - registers the job behind an upload
        from zhike.core.imports import invariants as imports_invariants  # noqa: F401 - registers itself

        invariants.register()

        for entry in entry_points(group="zhike.plugs"):
            entry.load()
