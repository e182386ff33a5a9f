"""What every command that needs the database does first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer


def setup() -> None:
    """Load Django; call it before importing any model."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    import django

    django.setup()


def migrate(*, quiet: bool = True) -> None:
    """Bring the database's tables up to this version."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)


def ready() -> None:
    """Load Django and make sure the tables are there."""
    setup()
    with expected_errors():
        migrate()


@contextmanager
def expected_errors() -> Iterator[None]:
    """Turn expected errors into one line on standard error and exit status 1."""
    from zhike.core.expected import as_expected

    try:
        yield
    except (typer.Exit, typer.Abort, KeyboardInterrupt):
        raise
    except Exception as error:
        known = as_expected(error)
        if known is None:
            raise
        print(str(known), file=sys.stderr)
        raise typer.Exit(1) from None
