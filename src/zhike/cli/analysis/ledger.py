"""A plain transaction file as arrays: who, when, how much – every row used or counted with its reason."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhike.cli.analysis.cells import DAY, ID, NUMBER, REASONS, Column, Kind
from zhike.core.imports.cells import damage
from zhike.core.imports.readers import ReadOptions, Table, open_table, question_of
from zhike.core.imports.readers.parquet import ParquetTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXAMPLES_KEPT = 1


class LedgerProblem(Exception):
    """The file, or what was said about it, cannot be used; the message says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What the command line says about the columns: a name or a 1-based position each ("" = none)."""

    customer: str
    date: str
    amount: str = ""
    product: str = ""
    quantity: str = ""
    unit_price: bool | None = None
    date_format: str = ""


@dataclass(slots=True)
class Ledger:
    """Rows that can be used, and what became of the others.

    ids: the customers, sorted; customer: index into them; day: day numbers; amount: of the row (< 0: refund);
    skipped: reason → rows; examples: reason → (row, value); notes: sentences for the person at the terminal.
    """

    ids: NDArray[Any]
    customer: Ints
    day: Ints
    amount: Floats
    rows: int
    has_amount: bool
    products: int | None = None
    quantity: float | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Parts:
    """Columns of all batches so far."""

    columns: dict[str, list[NDArray[Any]]] = field(default_factory=dict)

    def add(self, name: str, values: NDArray[Any]) -> None:
        self.columns.setdefault(name, []).append(values)

    def whole(self, name: str) -> NDArray[Any]:
        return np.concatenate(self.columns.get(name) or [np.empty(0)])


def read_ledger(paths: Sequence[Path], ask: Ask, options: ReadOptions) -> Ledger:
    """Read the files (same columns each) into one ledger.

    Raises :class:`LedgerProblem` for columns that are not there and when no row can be used, and
    :class:`~zhike.core.imports.problems.FileProblem` for files that cannot be read.
    """
    columns = _wanted(ask)
    parts, ledger = _Parts(), _empty(has_amount=bool(ask.amount))
    for path in paths:
        table = open_table(path, options)
        if question := question_of(table):
            names = ", ".join(c.encoding for c in question.candidates)
            ledger.notes.append(
                f"{path.name}: read as {table.encoding}, but it could be {names}; state it with --encoding."
            )
        _read(table, columns, parts, ledger)
    _gather(parts, columns, ask, ledger)
    if not ledger.day.size:
        raise LedgerProblem(_nothing_left(ledger, paths))
    return ledger


def _empty(*, has_amount: bool) -> Ledger:
    nothing = np.empty(0, dtype=np.int64)
    return Ledger(np.empty(0), nothing, nothing, np.empty(0), 0, has_amount)


def _wanted(ask: Ask) -> dict[str, Column]:
    said = {
        "customer": (ask.customer, Kind(ID)),
        "date": (ask.date, Kind(DAY, ask.date_format)),
        "amount": (ask.amount, Kind(NUMBER)),
        "product": (ask.product, Kind(ID, optional=True)),
        "quantity": (ask.quantity, Kind(NUMBER, optional=not ask.amount)),
    }
    return {name: Column(name, title, kind) for name, (title, kind) in said.items() if title}


def _read(table: Table, columns: dict[str, Column], parts: _Parts, ledger: Ledger) -> None:
    places = {name: _place(table, column) for name, column in columns.items()}
    batches = _arrow(table, places) if isinstance(table, ParquetTable) else _text(table, places, ledger)
    before = ledger.rows
    for rows, cells in batches:
        ledger.rows += int(rows.size)
        good = np.ones(rows.size, dtype=bool)
        values = {}
        for name, column in columns.items():
            values[name] = column.parse(cells[name])
            _count(ledger, column, values[name].faults, good, rows, cells[name])
        for name in columns:
            parts.add(name, values[name].values[good])
    if ledger.rows == before:
        raise LedgerProblem(f"{table.path.name} has column names but no rows. Is this the right file?")


def _text(
    table: Table, places: dict[str, int], ledger: Ledger
) -> Iterator[tuple[Ints, dict[str, Sequence[Any]]]]:
    for batch in table.batches(65_536):
        rows = np.array(batch.rows, dtype=np.int64)
        cells: dict[str, Sequence[Any]] = {name: batch.columns[place] for name, place in places.items()}
        if batch.faults:
            for index, problem in batch.faults.items():
                _note(ledger, problem.code, int(rows[index]), "")
            ledger.rows += len(batch.faults)
            kept = [i for i in range(rows.size) if i not in batch.faults]
            rows, cells = rows[kept], {name: [column[i] for i in kept] for name, column in cells.items()}
        yield rows, cells


def _arrow(table: ParquetTable, places: dict[str, int]) -> Iterator[tuple[Ints, dict[str, Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from zhike.core.imports.problems import FileProblem

    row = 1
    try:
        with pq.ParquetFile(table.path) as file:
            names = [file.schema_arrow.names[place] for place in places.values()]
            for batch in file.iter_batches(batch_size=1 << 20, columns=sorted(set(names))):
                rows = np.arange(row, row + batch.num_rows)
                yield rows, {key: batch.column(name) for key, name in zip(places, names, strict=True)}
                row += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        detail = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise FileProblem("damaged_parquet", file=table.path.name, error=detail) from None


def _place(table: Table, column: Column) -> int:
    found = table.find(column.title)
    if (
        found is not None
        and len(table.same_named(column.title)) > 1
        and column.title not in table.columns[1:]
    ):
        same = ", ".join(table.same_named(column.title))
        raise LedgerProblem(
            f"{table.path.name}: several columns are called {column.title!r}. Say which of {same} is meant,"
            f" or give --{column.name} its position."
        )
    if found is not None:
        return found
    if column.title.isdecimal() and 1 <= int(column.title) <= len(table.columns):
        return int(column.title) - 1
    listed = ", ".join(table.columns[:40]) + (" …" if len(table.columns) > 40 else "")
    raise LedgerProblem(
        f"{table.path.name} has no column {column.title!r} (--{column.name})."
        f" Its columns are: {listed}. Give one of these names or a position from 1 to {len(table.columns)}."
    )


def _count(
    ledger: Ledger,
    column: Column,
    faults: dict[str, Ints],
    good: NDArray[np.bool_],
    rows: Ints,
    cells: Any,
) -> None:
    """Count rows that this column spoils; a row is counted once, for its first reason."""
    for reason, places in faults.items():
        fresh = places[good[places]]
        if not fresh.size:
            continue
        ledger.skipped[reason] += int(fresh.size)
        first = int(fresh[0])
        ledger.examples.setdefault(reason, (int(rows[first]), _shown(cells[first])))
        good[fresh] = False


def _note(ledger: Ledger, reason: str, row: int, value: str) -> None:
    ledger.skipped[reason] += 1
    ledger.examples.setdefault(reason, (row, value))


def _shown(cell: Any) -> str:
    value = cell.as_py() if hasattr(cell, "as_py") else cell
    return "" if value is None else damage(str(value))[1].replace("\x00", "�")[:60]


def _gather(parts: _Parts, columns: dict[str, Column], ask: Ask, ledger: Ledger) -> None:
    codes = parts.whole("customer").astype(np.int64)
    names = np.array(columns["customer"].names, dtype=str)
    day = parts.whole("date").astype(np.int64)
    amount = parts.whole("amount").astype(np.float64) if ask.amount else np.zeros(day.size)
    quantity = parts.whole("quantity").astype(np.float64) if ask.quantity else None
    kept = np.ones(day.size, dtype=bool)
    if ask.amount and quantity is not None:
        amount, kept = _with_quantity(amount, quantity, ask, ledger)
    if ask.product:
        ledger.products = int(np.unique(parts.whole("product")[kept]).size)
    if quantity is not None:
        ledger.quantity = float(np.nansum(quantity[kept]))
    used, index = np.unique(codes[kept], return_inverse=True)
    order = np.argsort(names[used], kind="stable")
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    ledger.ids = names[used][order]
    ledger.customer = rank[index.reshape(-1)]
    ledger.day, ledger.amount = day[kept], amount[kept]


def _with_quantity(
    amount: Floats, quantity: Floats, ask: Ask, ledger: Ledger
) -> tuple[Floats, NDArray[np.bool_]]:
    """Decide whether the amounts are totals or unit prices; a total has the sign of its quantity."""
    against = int(((quantity < 0) & (amount > 0)).sum())
    unit = ask.unit_price if ask.unit_price is not None else against > 0
    if not unit:
        return amount, np.ones(amount.size, dtype=bool)
    if ask.unit_price is None:
        ledger.notes.append(
            f"{against:,} rows have a negative quantity and a positive amount, so {ask.amount!r} is taken as"
            " the price of one piece and multiplied by the quantity (--total says it is the row's total)."
        )
    kept = amount > 0
    if not kept.all():
        ledger.skipped["price_not_positive"] += int((~kept).sum())
    return amount * quantity, kept


def _nothing_left(ledger: Ledger, paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths)
    parts = []
    for reason, count in ledger.skipped.most_common(3):
        row, value = ledger.examples.get(reason, (0, ""))
        where = f" (first in row {row}: {value!r})" if row else ""
        parts.append(f"{count:,} × {REASONS.get(reason, reason)}{where}")
    return f"No row of {names} can be used: {'; '.join(parts)}. Check --customer, --date and --amount."


def cut_at(ledger: Ledger, as_of: dt.date | None) -> int:
    """The day number to analyse as of; rows after it are counted as skipped. Raises when none is left."""
    last = int(ledger.day.max())
    if as_of is None:
        return last
    end = as_of.toordinal()
    after = int((ledger.day > end).sum())
    if after == ledger.day.size:
        first = dt.date.fromordinal(int(ledger.day.min()))
        raise LedgerProblem(f"--as-of {as_of} lies before the first row ({first}). Give a later date.")
    if after:
        ledger.skipped["after_as_of"] += after
    return end
