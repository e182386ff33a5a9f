"""Floating-point numbers of spreadsheets and Parquet files as text."""

from __future__ import annotations

import math

from zhike.core.imports.cells import damaged

EXACT = 10**15
"""Spreadsheets keep 15 digits: a longer whole number has lost its last ones, and nobody can say which."""


def from_float(value: float) -> str | None:
    """Return the number as a cell: whole ones without ``.0``, not-a-number as blank, rounded ones marked."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return str(value)
    if value.is_integer():
        return str(int(value)) if abs(value) < EXACT else damaged("number_damaged", repr(value))
    return repr(value)
