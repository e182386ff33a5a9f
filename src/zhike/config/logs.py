"""Log lines that can't be forged and logging that never fails a request."""

from __future__ import annotations

import logging


class OneLine(logging.Formatter):
    """One record is one line: control characters are escaped, tracebacks are folded into the line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Format and escape."""
        return "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode() for c in super().format(record)
        )


class SafeStream(logging.StreamHandler):  # type: ignore[type-arg]  # generic only in stubs
    """Drops a record that can't be written (full disk, closed pipe) instead of raising or printing."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Stay silent: there is nowhere to say it."""
        return
