"""``zhike backup FILE``: a consistent copy while people work; keys go to a file of their own."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhike.cli import house
from zhike.cli.app import fail
from zhike.cli.whole import in_whole, workroom

FORMAT = 1


def command(
    file: Annotated[
        Path, typer.Argument(help="The backup to write (a .tar.gz); FILE.keys is written beside it.")
    ],
) -> None:
    """Write database and files to FILE and the keys to FILE.keys (keep the two apart).

    The warehouse is left out: `zhike refresh --full` builds it again.
    """
    house.setup()
    if not file.parent.is_dir():
        raise fail(f"There is no folder {file.parent}. Make it, or give another FILE.")
    with house.expected_errors():
        write_backup(file)
    print(f"Wrote {file} ({file.stat().st_size:,} bytes) and {file}.keys. Keep the keys in another place.")


def write_backup(file: Path) -> None:
    """Write the backup; a partial one is never visible under its name, nor one without its keys."""
    from django.conf import settings

    with workroom(settings.HOME, "backup-") as room:
        dump = room / "database"
        manifest = {
            "format": FORMAT,
            "database": _dump_database(dump),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": _sha256(dump),
        }
        with in_whole(Path(f"{file}.keys")) as part:
            _pack_folder(part, settings.HOME / "keys")
        with in_whole(file, 0o640) as part:
            _pack(part, manifest, dump, settings.HOME / "files")


def _dump_database(target: Path) -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        _copy_sqlite(Path(str(connection.settings_dict["NAME"])), target)
        return "sqlite"
    _pg_dump(connection.settings_dict, target)
    return "postgresql"


def _copy_sqlite(source: Path, target: Path) -> None:
    import sqlite3

    if not source.exists():
        raise fail(f"There is no database at {source}; nothing to back up.")
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reader.backup(writer, pages=4096)
        writer.execute("PRAGMA journal_mode=DELETE")
    finally:
        reader.close()
        writer.close()


def pg_environment(settings: dict[str, object]) -> dict[str, str]:
    """Return libpq's variables for a database of the settings (no password in a process list)."""
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    return {**os.environ, **{pg: str(settings[dj]) for pg, dj in names.items() if settings.get(dj)}}


def _pg_dump(settings: dict[str, object], target: Path) -> None:
    if shutil.which("pg_dump") is None:
        raise fail("pg_dump is not installed here. Install PostgreSQL's client programs and try again.")
    done = subprocess.run(
        ["pg_dump", "--format=custom", "--no-owner", "--file", str(target)],
        env=pg_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise fail(f"pg_dump failed: {done.stderr.strip()[-500:]}")


def _pack(part: Path, manifest: dict[str, object], dump: Path, files: Path) -> None:
    with tarfile.open(part, mode="w:gz", compresslevel=3) as archive:
        text = json.dumps(manifest).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
        archive.add(dump, "database")
        if files.is_dir():
            archive.add(files, "files")


def _pack_folder(part: Path, folder: Path) -> None:
    with tarfile.open(part, mode="w:gz") as archive:
        archive.add(folder, "keys")


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
