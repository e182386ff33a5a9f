"""Columns of a file as numbers: each different cell is understood once, however often it occurs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhike.core.imports.cells import damage
from zhike.core.imports.fields.base import ParseSpec, whole
from zhike.core.imports.fields.dates import to_local
from zhike.core.imports.fields.numbers import LARGEST, to_decimal
from zhike.core.imports.problems import MESSAGES, Problem

ID, DAY, NUMBER = "id", "day", "number"
MISSING = {ID: "customer_missing", DAY: "date_missing", NUMBER: "amount_missing"}
EARLIEST, LATEST = 1900, 2100
"""Years outside are taken for damaged dates."""
LONGEST_ID = 200

REASONS = {
    "customer_missing": "no customer",
    "date_missing": "no date",
    "amount_missing": "no amount",
    "quantity_missing": "no quantity",
    "date_out_of_range": f"a year before {EARLIEST} or after {LATEST}",
    "price_not_positive": "a price of 0 or less",
    "after_as_of": "after --as-of",
    "id_too_long": f"a customer id of more than {LONGEST_ID} characters",
    **{
        code: MESSAGES[code].rstrip(".").lower()
        for code in (
            "not_a_number",
            "not_finite",
            "not_a_date",
            "no_such_date",
            "no_such_time",
            "nul_character",
        )
    },
    "number_too_large": "a number of 16 digits or more",
    "date_order": "day or month first is not clear: state it with --date-format dmy or mdy",
    "date_serial": "looks like Excel's day number: state it with --date-format excel",
    "decimal_comma": "not clear whether the comma separates thousands or decimals",
    "ragged_row": "more or fewer cells than the header",
    "open_quote": "a quotation mark that is never closed",
    "giant_field": "a cell of more than 131,072 characters",
    "undecodable": "damaged text",
    "number_damaged": "a long number that Excel has rounded",
}
"""Why a row is left out, for people; the codes are the JSON's."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column is read."""

    name: str
    date_format: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values of a batch (0 or nan where faulty) and the places of its faults by reason."""

    values: NDArray[Any]
    faults: dict[str, NDArray[np.int64]]


@dataclass(slots=True)
class Column:
    """One column; remembers every different cell, and numbers the different ids (`names`)."""

    name: str
    title: str
    kind: Kind
    names: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _known: dict[Any, tuple[float, str]] = field(default_factory=dict)

    def parse(self, cells: Any) -> Parsed:
        """Read one batch: a list of cells as text, or an Arrow array."""
        if isinstance(cells, Sequence):
            return self._of_pairs([self._look_up(cell) for cell in cells])
        return self._of_arrow(cells)

    def _of_arrow(self, cells: Any) -> Parsed:
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = cells.type
        if self.kind.name == NUMBER and (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            return self._of_numbers(cells)
        if self.kind.name == DAY and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
            cells = _local(cells).cast(pa.date32(), safe=False)
        from zhike.core.imports.readers.parquet import as_text

        encoded = pc.dictionary_encode(cells) if not pa.types.is_dictionary(cells.type) else cells
        pairs = [self._look_up(cell) for cell in as_text(encoded.dictionary)]
        missing = self._look_up(None)
        values = np.array([pair[0] for pair in pairs] + [missing[0]])
        reasons = np.array([pair[1] for pair in pairs] + [missing[1]], dtype=object)
        codes = pc.fill_null(encoded.indices, len(pairs)).to_numpy(zero_copy_only=False)
        return _parsed(values[codes], reasons[codes])

    def _of_numbers(self, cells: Any) -> Parsed:
        values = cells.to_numpy(zero_copy_only=False).astype(np.float64)
        missing = cells.is_null().to_numpy(zero_copy_only=False)
        reasons = np.full(values.size, "", dtype=object)
        reasons[~np.isfinite(values)] = "not_finite"
        reasons[np.abs(np.nan_to_num(values)) >= LARGEST] = "number_too_large"
        reasons[missing] = self._missing()
        return _parsed(values, reasons)

    def _of_pairs(self, pairs: list[tuple[float, str]]) -> Parsed:
        values = np.array([pair[0] for pair in pairs], dtype=np.float64)
        return _parsed(values, np.array([pair[1] for pair in pairs], dtype=object))

    def _look_up(self, cell: str | None) -> tuple[float, str]:
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = self._understand(cell)
        return known

    def _understand(self, cell: str | None) -> tuple[float, str]:
        code, text = damage(cell or "")
        text = text.strip()
        if code:
            return np.nan, code
        if not text:
            return np.nan, self._missing()
        readers: dict[str, Callable[[str], tuple[float, str]]] = {
            ID: self._id,
            DAY: self._day,
            NUMBER: self._number,
        }
        return readers[self.kind.name](text)

    def _missing(self) -> str:
        if self.kind.optional:
            return ""
        return "quantity_missing" if self.name == "quantity" else MISSING[self.kind.name]

    def _id(self, text: str) -> tuple[float, str]:
        if len(text) > LONGEST_ID:
            return np.nan, "id_too_long"
        name = whole(text)
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return float(self._numbers[name]), ""

    def _day(self, text: str) -> tuple[float, str]:
        formats = (self.kind.date_format,) if self.kind.date_format else ()
        found = to_local(text, ParseSpec(formats=formats))
        if isinstance(found, Problem):
            return np.nan, found.code
        if not EARLIEST <= found.year <= LATEST:
            return np.nan, "date_out_of_range"
        return float(found.toordinal()), ""

    def _number(self, text: str) -> tuple[float, str]:
        found = to_decimal(text)
        return (np.nan, found.code) if isinstance(found, Problem) else (float(found), "")


def _local(cells: Any) -> Any:
    """Clock times as they stand: a zone-aware column keeps its own zone's day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(cells.type) and cells.type.tz:
        return pc.local_timestamp(cells)
    return cells


def _parsed(values: NDArray[Any], reasons: NDArray[Any]) -> Parsed:
    faulty = np.flatnonzero(reasons != "")
    faults: dict[str, NDArray[np.int64]] = {}
    for reason in dict.fromkeys(reasons[faulty]):
        faults[str(reason)] = faulty[reasons[faulty] == reason]
    return Parsed(values, faults)
