"""What can go wrong with the warehouse."""

from __future__ import annotations


class WarehouseError(Exception):
    """The warehouse can't be opened, read or written; the message says what to do."""
