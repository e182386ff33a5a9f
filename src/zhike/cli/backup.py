"""``zhike backup FILE``: a consistent copy while people work; keys go to a file of their own."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhike.cli import house
from zhike.cli.app import fail

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
    """Write the backup; a partial one is never visible under its name."""
    from django.conf import settings

    with tempfile.TemporaryDirectory(dir=settings.HOME) as room:
        dump = Path(room) / "database"
        kind = _dump_database(dump)
        manifest = {
            "format": FORMAT,
            "database": kind,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": _sha256(dump),
        }
        _write_atomically(file, lambda handle: _pack(handle, manifest, dump, settings.HOME / "files"))
    _write_atomically(
        Path(f"{file}.keys"), lambda handle: _pack_folder(handle, settings.HOME / "keys"), mode=0o600
    )


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


def _pack(handle: io.BufferedWriter, manifest: dict[str, object], dump: Path, files: Path) -> None:
    with tarfile.open(fileobj=handle, mode="w:gz", compresslevel=3) as archive:
        text = json.dumps(manifest).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
        archive.add(dump, "database")
        if files.is_dir():
            archive.add(files, "files")


def _pack_folder(handle: io.BufferedWriter, folder: Path) -> None:
    with tarfile.open(fileobj=handle, mode="w:gz") as archive:
        archive.add(folder, "keys")


def _write_atomically(file: Path, write: Callable[[io.BufferedWriter], None], mode: int = 0o640) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:
            write(handle)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
