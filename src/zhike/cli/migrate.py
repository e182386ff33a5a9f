"""``zhike migrate``: bring the database's tables up to this version."""

from zhike.cli import house


def command() -> None:
    """Bring the database's tables up to this version (serve, demo and import do it by themselves)."""
    house.setup()
    with house.expected_errors():
        house.migrate(quiet=False)
