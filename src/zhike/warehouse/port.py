"""The port: what an engine of the warehouse can do. Metrics and builders know this and ibis, no engine."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import ibis
import pyarrow as pa

from zhike.warehouse.errors import WarehouseError
from zhike.warehouse.manifest import Manifest

ENGINES = {"duckdb": "zhike.warehouse.duck:DuckWarehouse"}
"""Known engines: the word before the colon in ``ZHIKE_WAREHOUSE`` → the class that drives it."""


class Writer(Protocol):
    """One write: parts are added or kept, and all become visible together when it is committed."""

    def put(self, table: str, rows: ibis.Table | pa.Table, *, bucket: int = 0, fingerprint: str = "") -> int:
        """Write a part in place of the table's part of the same bucket; returns the number of rows."""

    def keep(self, table: str, bucket: int) -> None:
        """Take the current part of a bucket over as it is."""

    def table(self, name: str) -> ibis.Table:
        """Return a table as it will be after the commit."""

    def note(self, **notes: Any) -> None:
        """Put something into the manifest (JSON values)."""

    def commit(self) -> Manifest:
        """Make the parts visible; tables that were named have what was put or kept, others stay."""


class Warehouse(Protocol):
    """An open warehouse."""

    engine: str
    read_only: bool
    manifest: Manifest

    def table(self, name: str) -> ibis.Table:
        """Return a table of the star schema; an unknown or empty one raises :class:`WarehouseError`."""

    def part(self, name: str, bucket: int) -> ibis.Table:
        """Return one part of a table."""

    def memory(self, name: str, rows: pa.Table) -> ibis.Table:
        """Return Arrow rows as a table of this name, replacing what had the name before."""

    def run(self, metric: ibis.Table) -> pa.Table:
        """Compute an expression; the columns have the types that it states (sums of int64 are int64)."""

    def sql(self, metric: ibis.Table) -> str:
        """Return the SQL an expression becomes on this engine."""

    def writer(self) -> AbstractContextManager[Writer]:
        """Begin a write; leaving without ``commit`` leaves the warehouse as it was."""

    def close(self) -> None:
        """Give memory and files back."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_warehouse(folder: Path, engine: str = "duckdb", *, read_only: bool = True) -> Warehouse:
    """Open the warehouse in a folder (made when missing).

    ``engine`` is the value of ``ZHIKE_WAREHOUSE``: ``duckdb``. Raises :class:`WarehouseError` for another
    one, and where the folder can't be used.
    """
    scheme = engine.partition(":")[0]
    known = ENGINES.get(scheme)
    if known is None:
        names = ", ".join(sorted(ENGINES))
        raise WarehouseError(
            f"ZHIKE_WAREHOUSE is {engine!r}; this version knows: {names}. Unset it to use duckdb."
        )
    module, _, name = known.partition(":")
    driver: Callable[..., Warehouse] = getattr(importlib.import_module(module), name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(f"The warehouse folder {folder} can't be made: {error.strerror}.") from error
    return driver(folder, options=engine, read_only=read_only)
