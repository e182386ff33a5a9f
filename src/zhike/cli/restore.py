"""``zhike restore FILE``: bring a backup back into an empty home."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from zhike.cli import house
from zhike.cli.app import fail
from zhike.cli.backup import FORMAT, pg_environment
from zhike.cli.whole import workroom


def command(
    file: Annotated[Path, typer.Argument(help="A backup written by `zhike backup`.")],
    keys: Annotated[Path | None, typer.Option(help="Its keys (default: FILE.keys).")] = None,
) -> None:
    """Restore a backup into an empty ZHIKE_HOME (and an empty PostgreSQL database), then check it."""
    key_file = keys or Path(f"{file}.keys")
    for path in (file, key_file):
        if not path.is_file():
            raise fail(f"There is no file {path}. A restore needs the backup and its keys.")
    home = house.home()
    _clear_unfinished(home)
    if home.exists() and any(home.iterdir()):
        raise fail(f"{home} is not empty. Restore into an empty folder: set ZHIKE_HOME to a new one.")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        restore(file, key_file, home)
    except (tarfile.TarError, OSError, KeyError, json.JSONDecodeError) as error:
        shutil.rmtree(home, ignore_errors=True)
        raise fail(
            f"{file} can't be read as a backup ({error}). Nothing was restored; try an older backup."
        ) from None
    house.ready()
    print(f"Restored {file} into {home}. Run `zhike doctor`, then `zhike refresh --full`.")


def _clear_unfinished(home: Path) -> None:
    """Empty a home in which a restore was killed: it was empty when that began."""
    processes = house.unfinished_restores(home)
    if processes and not any(map(psutil.pid_exists, processes)):
        for path in home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def restore(file: Path, keys: Path, home: Path) -> None:
    """Unpack, prove the database's checksum, put everything in place."""
    with workroom(home, house.RESTORE) as room:
        for archive_path in (file, keys):
            with tarfile.open(archive_path) as archive:
                archive.extractall(room, filter="data")
        manifest = json.loads((room / "manifest.json").read_text())
        _check(manifest, room / "database", file)
        for name in ("keys", "files"):
            if (room / name).is_dir():
                shutil.copytree(room / name, home / name, dirs_exist_ok=True)
        (home / "keys" / "secret.key").chmod(0o600)
        house.setup()  # from here on the settings read the restored keys
        _place_database(manifest, room / "database", home)


def _check(manifest: dict[str, Any], dump: Path, file: Path) -> None:
    if manifest.get("format") != FORMAT:
        raise fail(
            f"{file} was written by another version (format {manifest.get('format')}). "
            "Use that version to restore it."
        )
    with dump.open("rb") as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != manifest["sha256"]:
            raise fail(
                f"{file} is damaged: the database in it does not match its checksum. Use another backup."
            )


def _place_database(manifest: dict[str, Any], dump: Path, home: Path) -> None:
    wants_pg = bool(os.environ.get("DATABASE_URL"))
    if (manifest["database"] == "postgresql") != wants_pg:
        raise fail(
            "The backup holds a PostgreSQL database: set DATABASE_URL to an empty one."
            if not wants_pg
            else "The backup holds an SQLite database: unset DATABASE_URL to restore it."
        )
    if wants_pg:
        _pg_restore(dump)
    else:
        shutil.move(dump, home / "zhike.sqlite3")


def _pg_restore(dump: Path) -> None:
    from django.conf import settings as django_settings

    settings = django_settings.DATABASES["default"]
    environment = pg_environment(settings)
    done = subprocess.run(
        [
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            "--dbname",
            str(settings["NAME"]),
            str(dump),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise fail(f"pg_restore failed: {done.stderr.strip()[-500:]} The database must be empty.")
