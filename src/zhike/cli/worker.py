"""``zhike worker``: the background process alone."""

from zhike.cli import house


def command() -> None:
    """Run background jobs, deliver events and keep the schedule until stopped."""
    house.ready()
    from zhike.core.worker import Worker

    Worker().run_forever()
