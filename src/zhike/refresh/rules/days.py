"""Instants to business days, for millions at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_STEP = 900
"""Offsets change on quarter hours, so one look-up for each that occurs is enough."""
_DAY = 86_400


def local_days(seconds: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return days since 1970-01-01 in a zone, of instants in seconds since then (UTC)."""
    quarters, place = np.unique(seconds // _STEP, return_inverse=True)
    offsets = np.array([_offset(int(q) * _STEP, zone) for q in quarters], dtype=np.int64)
    local = seconds + (offsets[place] if quarters.size else 0)
    return local // _DAY


def _offset(seconds: int, zone: ZoneInfo) -> int:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
