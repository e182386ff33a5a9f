"""What the refresh itself has to add to the model card."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

STALE_DAYS: Final = 30


def caveats(*, as_of: date, last_day: date | None) -> list[dict[str, Any]]:
    """Return caveats: no_orders{}, data_stale{days} when nobody has bought for a month before ``as_of``."""
    if last_day is None:
        return [{"code": "no_orders", "params": {}}]
    away = (as_of - last_day).days
    return [{"code": "data_stale", "params": {"days": away}}] if away > STALE_DAYS else []
