"""Readers: any file that holds a table becomes batches of text columns. Needs no Django settings.

::

    table = open_table(Path("orders.xlsx"))
    for batch in table.batches():
        batch.rows, batch.columns, batch.faults
"""

from __future__ import annotations

from pathlib import Path

from zhike.core.imports.problems import FileProblem
from zhike.core.imports.readers.base import BATCH_ROWS, RawBatch, ReadOptions, Table
from zhike.core.imports.sniff import HTML, PARQUET, WORKBOOK, Encoding, format_of

MAX_FILE_BYTES = 8 << 30

__all__ = ["BATCH_ROWS", "RawBatch", "ReadOptions", "Table", "open_table", "question_of"]


def open_table(path: Path, options: ReadOptions | None = None, *, ask: bool = False) -> Table:
    """Open a file by its content, whatever it is called.

    With ``ask`` an uncertain encoding raises :class:`FileProblem` ``encoding_unclear`` (with candidates);
    without, the table is opened in the first candidate and :func:`question_of` tells.
    """
    from zhike.core.imports.readers.delimited import open_delimited
    from zhike.core.imports.readers.html import open_html
    from zhike.core.imports.readers.parquet import open_parquet
    from zhike.core.imports.readers.workbook import open_workbook

    options = options or ReadOptions()
    kind = format_of(path)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FileProblem("file_too_large", file=path.name, max=MAX_FILE_BYTES >> 20)
    openers = {PARQUET: open_parquet, WORKBOOK: open_workbook, HTML: open_html}
    if kind == "vcard":
        raise FileProblem("not_a_table", file=path.name, what="vCard")
    table: Table = openers.get(kind, open_delimited)(path, options)
    question = question_of(table)
    if ask and question:
        names = ", ".join(c.encoding for c in question.candidates)
        raise FileProblem("encoding_unclear", file=path.name, candidates=names)
    return table


def question_of(table: Table) -> Encoding | None:
    """Return the open question about the table's encoding, None when there is none."""
    question: Encoding | None = getattr(table, "question", None)
    return question
