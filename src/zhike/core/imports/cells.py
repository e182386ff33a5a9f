"""What one cell of a file is: text, or text with a mark that says how it was damaged.

Readers hand on every cell as text (numbers and dates in their ISO form) or ``None`` for blank. A cell that
is already damaged when it is read carries a mark in front (NUL, code, NUL), which no file can forge: a NUL
that comes from a file is itself a damage and is marked. A mark only counts where the column is mapped.
"""

from __future__ import annotations

import re
import unicodedata

MARK = "\x00"
MAX_CELL = 131_072
"""Characters of one cell; more is a fault of its row."""

_GUARDED = re.compile(r"'+\s*[=+\-@|%\t\r\uff0b\uff0d\uff1d\uff20]")
_TO_GUARD = re.compile(r"'*\s*[=+\-@|%\t\r\uff0b\uff0d\uff1d\uff20]")


def damaged(code: str, text: str) -> str:
    """Mark a cell as damaged; ``text`` is what is left to show."""
    return f"{MARK}{code}{MARK}{text}"


def damage(cell: str) -> tuple[str, str]:
    """Split a cell into its damage code ("" when sound) and its text."""
    if not cell.startswith(MARK):
        return "", cell
    _, code, text = cell.split(MARK, 2)
    return code, text


def from_text(cell: str) -> str:
    """Return a cell of a text file, marked when it is too long or holds characters that no text has."""
    if len(cell) > MAX_CELL:
        return damaged("giant_field", cell[:200].replace(MARK, "�"))
    if MARK in cell:
        return damaged("nul_character", cell.replace(MARK, "�"))
    if "\ufffd" in cell:
        return damaged("undecodable", cell)
    return cell


def guard_formula(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula; :func:`unguard_formula` gives it back.

    One apostrophe goes in front of a value that, after apostrophes and blanks, begins like a formula; so
    ``+86 138…``, ``-5`` and even ``'=1`` make the round trip unchanged.
    """
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def unguard_formula(cell: str) -> str:
    """Take the apostrophe of :func:`guard_formula` (or of Excel's own text prefix) away again."""
    return cell[1:] if _GUARDED.match(cell) else cell


def header_key(name: str) -> str:
    """Return a column's name as it is compared: full-width folded, case, blanks and punctuation ignored."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_\-./:：*()（）\[\]\"'\u200b\ufeff]+", "", folded)
