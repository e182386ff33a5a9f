"""Building parts of the star schema from rows that were read; runs beside the reading, in one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import ibis
import pyarrow as pa

from zhike.warehouse import Warehouse, Writer, build, star

FACTS_OF_ORDERS = ("fact_order", "fact_order_line")
FACTS_OF_CONTACTS = ("fact_interaction",)


class Stage:
    """Takes rows, writes parts: one is built while the next is read; a third waits, so memory is bounded."""

    def __init__(self, warehouse: Warehouse, writer: Writer, threads: ThreadPoolExecutor) -> None:
        self._warehouse = warehouse
        self._writer = writer
        self._threads = threads
        self._waiting: Future[None] | None = None
        self._people: ibis.Table | None = None

    def customers(self, people: pa.Table) -> None:
        """Take dim_customer; everything after it is scoped by these rows."""
        self.wait()
        self._people = self._warehouse.memory("customers_now", people)
        self._later(lambda: self._put("dim_customer", people))

    def dimension(self, name: str, rows: pa.Table) -> None:
        """Take a small dimension."""
        self._later(lambda: self._put(name, rows))

    def other(self, name: str, rows: pa.Table) -> None:
        """Take the facts of another room as they are."""
        self._later(lambda: self._other(name, rows))

    def orders(self, bucket: int, mark: str, orders: pa.Table, lines: pa.Table) -> None:
        """Take a bucket's orders and their lines."""
        self._later(lambda: self._orders(bucket, mark, orders, lines))

    def contacts(self, bucket: int, mark: str, rows: pa.Table) -> None:
        """Take a bucket's contacts."""
        self._later(lambda: self._contacts(bucket, mark, rows))

    def keep(self, names: Iterable[str], bucket: int, mark: str) -> None:
        """Keep a bucket's parts, rewritten from themselves where customers changed hands."""
        self._later(lambda: self._keep_all(names, bucket, mark))

    def nothing(self, names: Iterable[str]) -> None:
        """Make tables empty."""
        self._later(lambda: self._put_empty(names))

    def wait(self) -> None:
        """Wait until everything taken so far is written; raises what went wrong."""
        if self._waiting is not None:
            self._waiting.result()
            self._waiting = None

    def _later(self, step: Callable[[], None]) -> None:
        self.wait()
        self._waiting = self._threads.submit(step)

    def _other(self, name: str, rows: pa.Table) -> None:
        self._writer.put(name, rows)

    def _put(self, name: str, rows: pa.Table) -> None:
        self._writer.put(name, rows.select(star.TABLES[name].schema.names))

    def _put_empty(self, names: Iterable[str]) -> None:
        for name in names:
            self._put(name, star.TABLES[name].schema.empty_table())

    def _keep_all(self, names: Iterable[str], bucket: int, mark: str) -> None:
        for name in names:
            self._keep(name, bucket, mark)

    def _scope(self) -> ibis.Table:
        if self._people is None:
            raise RuntimeError("customers come first")
        return self._people

    def _orders(self, bucket: int, mark: str, orders: pa.Table, lines: pa.Table) -> None:
        heads = build.fact_order(self._warehouse.memory("orders_read", orders), self._scope())
        self._writer.put("fact_order", heads, bucket=bucket, fingerprint=mark)
        made = build.fact_order_line(self._warehouse.memory("lines_read", lines), heads)
        self._writer.put("fact_order_line", made, bucket=bucket, fingerprint=mark)

    def _contacts(self, bucket: int, mark: str, rows: pa.Table) -> None:
        made = build.fact_interaction(self._warehouse.memory("contacts_read", rows), self._scope())
        self._writer.put("fact_interaction", made, bucket=bucket, fingerprint=mark)

    def _keep(self, name: str, bucket: int, mark: str) -> None:
        part = self._warehouse.part(name, bucket)
        moved = self._warehouse.run(build.out_of_scope(part, self._scope()))["rows"][0].as_py()
        if moved:
            self._writer.put(name, build.rescoped(part, self._scope()), bucket=bucket, fingerprint=mark)
        else:
            self._writer.keep(name, bucket)
