"""Reading the environment for the settings: home folder, keys, database, mail, logging."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SQLITE_MINIMUM = (3, 51, 3)
SQLITE_FIXED = {(3, 44): 6, (3, 50): 7}


def home() -> Path:
    """Return the folder with all data of this installation, made when missing."""
    default = Path.home() / ".local" / "share" / "zhike"
    path = Path(os.environ.get("ZHIKE_HOME") or default).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        sys.exit(
            f"ZHIKE_HOME {path} can't be made: {error.strerror}. Set ZHIKE_HOME to a folder you may write."
        )
    if not os.access(path, os.W_OK | os.X_OK):
        sys.exit(f"ZHIKE_HOME {path} can't be written. Check its owner, and that its disk is not read-only.")
    return path


def folder(base: Path, name: str) -> Path:
    """Return a folder below the home, made when missing."""
    path = base / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list."""
    return [w.strip() for w in os.environ.get(name, "").split(",") if w.strip()]


def days(name: str, default: int) -> int:
    """Return a variable that counts days, at least one; anything else ends the process with a message."""
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 36_500):
        sys.exit(f"{name} is a number of days from 1 to 36500, not {text[:40]}.")
    return int(text)


def secret_key(base: Path) -> str:
    """Return the signing key: the first line of ``keys/secret.key``, made on first use (mode 0600)."""
    path = folder(base, "keys") / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _key_lines(path)[0]
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(48) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return _key_lines(path)[0]


def secret_key_fallbacks(base: Path) -> list[str]:
    """Return older signing keys: the other lines of ``keys/secret.key``."""
    return _key_lines(base / "keys" / "secret.key")[1:]


def _key_lines(path: Path) -> list[str]:
    lines = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    if not lines:
        sys.exit(
            f"{path} is empty. Restore it from the keys file of a backup (zhike restore), "
            "or remove it to get a new key."
        )
    return lines


def allowed_hosts(base_url: str) -> list[str]:
    """Return the host names that requests may carry."""
    host = urlsplit(base_url).hostname or "127.0.0.1"
    return sorted({host, "127.0.0.1", "localhost", "[::1]", *words("ZHIKE_ALLOWED_HOSTS")})


def database(base: Path) -> dict[str, Any]:
    """Return Django's database settings from ``DATABASE_URL``, or SQLite in the home folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return sqlite(base / "zhike.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        sys.exit(
            f"DATABASE_URL begins with {parts.scheme!r}; only postgres:// is known. Unset it to use SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, "options": _pg_timeouts()},
    }


def _pg_timeouts() -> str:
    statement = os.environ.get("ZHIKE_STATEMENT_TIMEOUT_MS", "10000" if is_web() else "0")
    lock = "3000" if is_web() else "20000"
    return f"-c statement_timeout={statement} -c lock_timeout={lock}"


def is_web() -> bool:
    """Tell whether this process answers web requests (set by ``zhike serve`` for its web processes)."""
    return os.environ.get("ZHIKE_PROCESS") == "web"


def sqlite(path: Path) -> dict[str, Any]:
    """Return SQLite settings: WAL, FULL, IMMEDIATE; the web waits 2 s for a lock, others 20 s."""
    use_current_sqlite()
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 2 if is_web() else 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
            ),
        },
    }


def use_current_sqlite() -> None:
    """Put the bundled SQLite in place of the standard library's; refuse one with the WAL-reset bug.

    Older versions can corrupt a WAL database under concurrent checkpoints (fixed in 3.51.3, 3.50.7, 3.44.6).
    """
    try:
        import pysqlite3
    except ImportError:
        import sqlite3 as pysqlite3
    else:
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    version = pysqlite3.sqlite_version_info
    fixed = version >= SQLITE_MINIMUM or version[2] >= SQLITE_FIXED.get(version[:2], 10**6)
    if not fixed:
        sys.exit(
            f"This Python's SQLite is {pysqlite3.sqlite_version}, which can damage a database that several "
            "processes write (bug fixed in 3.51.3, 3.50.7 and 3.44.6). Install pysqlite3 0.6.1 or later, "
            "or set DATABASE_URL to PostgreSQL."
        )


def email() -> tuple[str, dict[str, Any]]:
    """Return mail backend and options from ``ZHIKE_EMAIL_URL``; without it mails go to the console."""
    url = os.environ.get("ZHIKE_EMAIL_URL", "")
    if not url:
        return "django.core.mail.backends.console.EmailBackend", {}
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return "django.core.mail.backends.smtp.EmailBackend", {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls") == ["1"],
        "EMAIL_USE_SSL": query.get("ssl") == ["1"],
        "EMAIL_TIMEOUT": 10,
    }


def logging_config(*, quiet: bool) -> dict[str, Any]:
    """Return logging to standard error, one escaped line a record; a full disk never fails a request."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "zhike.config.logs.OneLine"}},
        "handlers": {"stderr": {"class": "zhike.config.logs.SafeStream", "formatter": "line"}},
        "root": {"handlers": [] if quiet else ["stderr"], "level": "WARNING" if quiet else "INFO"},
        "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
    }
