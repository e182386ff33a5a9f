"""DuckDB as the engine: a private in-memory database over the Parquet parts; nothing to lock or repair."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from zhike.warehouse import manifest as manifests
from zhike.warehouse.errors import WarehouseError
from zhike.warehouse.manifest import Manifest, Part

MEMORY = "1500MB"
_ROW_GROUP = 122_880


class DuckWarehouse:
    """The port on DuckDB; see :class:`zhike.warehouse.port.Warehouse`."""

    engine = "duckdb"

    def __init__(self, folder: Path, *, options: str = "", read_only: bool = True) -> None:
        self.folder = folder
        self.read_only = read_only
        self.manifest = manifests.load(folder)
        spill = folder / "spill"
        self._con = ibis.duckdb.connect(
            threads=os.cpu_count() or 2,
            memory_limit=MEMORY,
            temp_directory=str(spill),
            # Everything needed is inside the library: never fetch anything at run time.
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
            preserve_insertion_order=False,
        )
        self._compiled: dict[Any, str] = {}

    def table(self, name: str) -> ibis.Table:
        return self.read(name, self.manifest.tables.get(name, ()))

    def read(self, name: str, parts: Iterable[Part]) -> ibis.Table:
        """Return these parts as a table."""
        files = [str(self.folder / part.file) for part in parts]
        if not files:
            raise WarehouseError(f"The warehouse has no table {name} yet. Run: zhike refresh")
        return self._con.read_parquet(files, table_name=name)

    def part(self, name: str, bucket: int) -> ibis.Table:
        found = self.manifest.parts(name).get(bucket)
        if found is None:
            raise WarehouseError(f"The warehouse has no part {bucket} of {name}. Run: zhike refresh --full")
        return self._con.read_parquet(str(self.folder / found.file), table_name=f"{name}_{bucket}")

    def memory(self, name: str, rows: pa.Table) -> ibis.Table:
        self._con.con.register(name, rows)
        return self._con.table(name)

    def run(self, metric: ibis.Table) -> pa.Table:
        # DuckDB sums whole numbers into 128 bits; the expression says 64.
        return self._con.con.sql(self.sql(metric)).to_arrow_table().cast(metric.schema().to_pyarrow())

    def sql(self, metric: ibis.Table) -> str:
        key = metric.op()
        if key not in self._compiled:
            self._compiled[key] = self._con.compile(metric)
        return self._compiled[key]

    def copy_out(self, metric: ibis.Table, path: Path) -> None:
        """Write an expression's rows to a Parquet file."""
        target = str(path).replace("'", "''")
        self._con.con.execute(
            f"COPY ({self.sql(metric)}) TO '{target}' "
            f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_ROW_GROUP})"
        )

    @contextmanager
    def writer(self) -> Iterator[DuckWriter]:
        if self.read_only:
            raise WarehouseError("The warehouse was opened for reading only.")
        manifests.sweep(self.folder, [manifests.load(self.folder)])
        writer = DuckWriter(self)
        try:
            yield writer
        finally:
            writer.discard()

    def close(self) -> None:
        self._con.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class DuckWriter:
    """One write on the DuckDB engine; see :class:`zhike.warehouse.port.Writer`."""

    def __init__(self, warehouse: DuckWarehouse) -> None:
        self._warehouse = warehouse
        self._parts: dict[str, dict[int, Part]] = {}
        self._notes: dict[str, Any] = dict(warehouse.manifest.notes)
        self._written: list[Path] = []

    def put(self, table: str, rows: ibis.Table | pa.Table, *, bucket: int = 0, fingerprint: str = "") -> int:
        path = self._warehouse.folder / f"{table}-{bucket}-{secrets.token_hex(8)}.parquet"
        self._written.append(path)
        try:
            if isinstance(rows, pa.Table):
                pq.write_table(rows, path, compression="snappy", row_group_size=_ROW_GROUP)
            else:
                self._warehouse.copy_out(rows, path)
        except OSError as error:
            raise WarehouseError(
                f"The warehouse part {path} can't be written: {error.strerror or error}."
            ) from error
        manifests.sync_file(path)
        count = int(pq.read_metadata(path).num_rows)
        self._parts.setdefault(table, {})[bucket] = Part(path.name, count, bucket, fingerprint)
        return count

    def keep(self, table: str, bucket: int) -> None:
        self._parts.setdefault(table, {})[bucket] = self._warehouse.manifest.parts(table)[bucket]

    def table(self, name: str) -> ibis.Table:
        parts = (
            self._parts[name].values()
            if name in self._parts
            else self._warehouse.manifest.tables.get(name, ())
        )
        return self._warehouse.read(name, parts)

    def note(self, **notes: Any) -> None:
        self._notes.update(notes)

    def commit(self) -> Manifest:
        before = self._warehouse.manifest
        tables = dict(before.tables)
        for name, parts in self._parts.items():
            tables[name] = tuple(parts[bucket] for bucket in sorted(parts))
        current = Manifest(tables, self._notes, before.snapshot + 1)
        manifests.sync_folder(self._warehouse.folder)
        manifests.store(self._warehouse.folder, current)
        self._warehouse.manifest = current
        self._written.clear()
        return current

    def discard(self) -> None:
        """Remove what was written and not committed."""
        for path in self._written:
            path.unlink(missing_ok=True)
