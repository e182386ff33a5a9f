"""Settings of the firm that people change in the browser, kept as rows and cached for a few seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from django.core.cache import cache

from zhike.core.models import Setting

_CACHE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm this installation belongs to."""

    name: str = "知客"
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    margin_percent: int = 30
    language: str = "zh-hans"


def get(key: str, default: Any = None) -> Any:
    """Return a setting's JSON value, or ``default`` where it was never set."""
    cached = cache.get(f"setting:{key}")
    if cached is None:
        row = Setting.objects.filter(pk=key).first()
        cached = (row.value,) if row else ()  # a setting that was never set is asked for just as often
        cache.set(f"setting:{key}", cached, _CACHE_SECONDS)
    return cached[0] if cached else default


def put(key: str, value: Any) -> None:
    """Store a setting; call it inside the :func:`zhike.core.changes.change` that the action opens."""
    Setting.objects.update_or_create(pk=key, defaults={"value": value})
    cache.delete(f"setting:{key}")


def firm() -> Firm:
    """Return the firm's particulars, defaults where nothing was set."""
    stored: dict[str, Any] = get("firm", {}) or {}
    return _firm_of(tuple(stored.items()))


@lru_cache(8)
def _firm_of(stored: tuple[tuple[str, Any], ...]) -> Firm:
    """Kept, because a page asks for the firm's zone and currency a hundred times."""
    known = {f.name for f in fields(Firm)}
    return Firm(**{k: v for k, v in stored if k in known})


def firm_as_dict() -> dict[str, Any]:
    """Return the firm's particulars as plain values (for forms)."""
    return asdict(firm())
