"""What every command that needs the database does first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

RESTORE = "restore-"
"""How the folder is named in which a restore works; it is there as long as the restore is not finished."""


def home() -> Path:
    """Return the folder with all data, as the settings will."""
    return Path(os.environ.get("ZHIKE_HOME") or Path.home() / ".local" / "share" / "zhike").expanduser()


def unfinished_restores(folder: Path) -> list[int]:
    """Return the other processes, living or dead, whose restore into this folder has not ended."""
    names = [
        path.name.removeprefix(RESTORE).removesuffix(".work") for path in folder.glob(f"{RESTORE}*.work")
    ]
    return [int(name) for name in names if name.isdigit() and int(name) != os.getpid()]


def setup() -> None:
    """Load Django; call it before importing any model."""
    if unfinished_restores(home()):
        print(
            f"A restore into {home()} is under way, or was cut off: let it end, or run it again.",
            file=sys.stderr,
        )
        raise typer.Exit(1)
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
