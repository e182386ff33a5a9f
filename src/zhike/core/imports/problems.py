"""What is wrong with a file or a cell: a stable code with parameters, rendered in the reader's language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhike.core.errors import Invalid
from zhike.values.problems import MESSAGES as VALUE_MESSAGES
from zhike.values.problems import InvalidValue

VALUE_SHOWN = 80
"""Characters of a bad value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one cell or row: ``code`` names a message in :data:`MESSAGES`, ``params`` fill it."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def problem_of(error: InvalidValue) -> Problem:
    """The same fault, as found by a parser of :mod:`zhike.values`."""
    return Problem(error.code, error.params)


MESSAGES: dict[str, str] = {
    **VALUE_MESSAGES,
    # Cells
    "required": "This cell is empty, but it is needed.",
    "giant_field": "The cell holds more than %(max)s characters.",
    "nul_character": "The cell holds a NUL character (damaged text).",
    "undecodable": "The text is damaged: it holds bytes that are no characters in this encoding.",
    "number_damaged": "Excel has rounded this long number (%(shown)s). Format the column as"
    " text and enter it again.",
    "not_a_number": "This is not a number.",
    "not_finite": "This is not a finite number.",
    "not_whole": "This is not a whole number.",
    "decimal_comma": "It is not clear whether the comma separates thousands or decimals.",
    "number_too_large": "The number is larger than %(max)s.",
    "number_too_small": "The number is smaller than %(min)s.",
    "not_a_date": "This is not a date.",
    "no_such_date": "This date does not exist.",
    "no_such_time": "This time does not exist.",
    "date_order": "Day or month first? Set the date format of this column (for example %%d/%%m/%%Y).",
    "date_serial": "This looks like Excel's day number. Set the date format of this column to excel.",
    "year_too_early": "The year lies before %(min)s.",
    "date_too_late": "The date lies after %(max)s.",
    "skipped_hour": "At this hour the clocks in %(zone)s were put forward: the time does not exist.",
    "not_a_boolean": "This is neither yes nor no.",
    "not_a_choice": "This is none of: %(choices)s.",
    # Rows
    "ragged_row": "The row has %(found)s cells, the header has %(expected)s.",
    "open_quote": "A quotation mark that opens in line %(line)s is never closed.",
    "group_rejected": "Row %(row)s of the same record is wrong, so the whole record was left out.",
    "repeated_key": "Row %(row)s of this file has the same key, with other values.",
    "repeated_row": "The same as row %(row)s of this file.",
    "skipped_by_rule": "Left out by a rule of the mapping: %(reason)s",
    "refused_by_database": "The database refused this record (%(error)s).",
    # Files
    "file_missing": "There is no file %(file)s.",
    "file_unreadable": "The file %(file)s cannot be read: %(error)s",
    "empty_file": "The file %(file)s is empty.",
    "no_rows": "The file %(file)s has column names but no rows.",
    "no_header": "The file %(file)s has no row of column names.",
    "file_too_large": "The file %(file)s is larger than %(max)s MB.",
    "not_a_table": "The file %(file)s is not a table but %(what)s. Save it as CSV (UTF-8) or xlsx.",
    "password_protected": "The file %(file)s is protected by a password. Save it without one and try again.",
    "damaged_workbook": "The workbook %(file)s is damaged and cannot be read: %(error)s",
    "workbook_bomb": "The workbook %(file)s unpacks to far more than a table holds"
    " (%(detail)s). It was not opened.",
    "workbook_entities": "The workbook %(file)s declares XML entities, which no spreadsheet"
    " does. It was not opened.",
    "workbook_geometry": "The workbook %(file)s claims a cell at %(cell)s. At most %(rows)s"
    " rows and %(columns)s columns are read.",
    "workbook_memory": "The workbook %(file)s needs more memory than the limit of %(max)s MB."
    " Save it as CSV and try again.",
    "no_such_sheet": "The workbook has no sheet %(sheet)s. It has: %(sheets)s.",
    "unknown_encoding": "There is no encoding %(encoding)s.",
    "encoding_unclear": "The encoding of %(file)s is not certain: it could be %(candidates)s."
    " Look at the preview and state it"
    " (encoding in the mapping, or --encoding).",
    "not_decodable": "The file %(file)s is neither UTF-8 nor GB18030; the first doubtful"
    " characters stand in line %(line)s.",
    "too_many_columns": "The file %(file)s has %(found)s columns; at most %(max)s are read.",
    "too_many_open_quotes": "The file %(file)s is not a proper CSV file: quotation marks stay"
    " open in %(found)s places,"
    " the first in line %(line)s.",
    "damaged_parquet": "The Parquet file %(file)s is damaged and cannot be read: %(error)s",
    # Mappings
    "mapping_syntax": "The mapping is not valid TOML: %(error)s",
    "mapping_unknown_key": "The mapping has an unknown entry %(key)s. Known here: %(known)s.",
    "mapping_value": "The mapping's %(key)s is not acceptable: %(why)s",
    "mapping_unknown_field": "There is no field %(field)s in %(kind)s. Fields: %(known)s.",
    "mapping_missing_columns": "The mapping names columns that are not in the file:"
    " %(missing)s. The file has: %(columns)s.",
    "mapping_required": "Nothing fills the required field %(names)s. The file has: %(columns)s.",
    "mapping_condition": "The condition “%(condition)s” cannot be read. Write it like: price"
    " <= 0, number starts with C,"
    " note is empty.",
    "mapping_kind": "The mapping is for %(found)s, not for %(expected)s.",
    "unknown_kind": "There is nothing to import called %(kind)s. Known: %(known)s.",
    "ambiguous_column": "Several columns are called %(column)s. Name them as %(names)s.",
    # Runs
    "run_busy": "This import is already running in another process (since %(since)s).",
    "run_cancelled": "The import was stopped at row %(position)s of %(total)s. The same"
    " command goes on from there.",
    "run_interrupted": "The import stopped at row %(position)s of %(total)s: %(error)s The"
    " same command goes on from there.",
    "stopped_by_person": "Somebody stopped it.",
    "disk_full": "There is no space left on the disk.",
    "database_unavailable": "The database did not answer.",
    "internal_fault": "An internal fault (%(error)s); the details are in the log.",
}
"""English message ids by code; slices add theirs through ``Importer.messages``."""


def message(problem: Problem) -> str:
    """Return the sentence in the active language (English where Django is not set up)."""
    text = MESSAGES.get(problem.code, problem.code)
    try:
        return _translated(text) % dict(problem.params)
    except (KeyError, TypeError, ValueError):
        return f"{text} {dict(problem.params)}"


def _translated(text: str) -> str:
    from django.conf import settings

    if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        return text
    from django.utils.translation import gettext

    return gettext(text)


class FileProblem(Invalid):
    """The file, or its mapping, cannot be used as a whole; nothing was written."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(MESSAGES[code], **params)
        self.code = code

    @property
    def problem(self) -> Problem:
        """The same as a storable code with parameters."""
        return Problem(self.code, self.params)

    def __str__(self) -> str:
        return message(self.problem)
