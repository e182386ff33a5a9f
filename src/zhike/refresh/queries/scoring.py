"""How this firm scores its customers."""

from __future__ import annotations

from zhike.core import settings_store
from zhike.refresh.rules.settings import KEY, FirmScoring


def scoring() -> FirmScoring:
    """Return the settings in force, defaults where nothing was set."""
    return FirmScoring.from_stored(settings_store.get(KEY))
