"""Writes of the refresh slice.

``run_refresh`` is loaded when it is first asked for: with the numerics it takes seconds and a hundred
megabytes, and web processes only queue it.
"""

from typing import TYPE_CHECKING, Any

from zhike.refresh.actions.lease import close_abandoned
from zhike.refresh.actions.settings import set_scoring
from zhike.refresh.actions.start import start_refresh

if TYPE_CHECKING:
    from zhike.refresh.actions.run import run_refresh

__all__ = ["close_abandoned", "run_refresh", "set_scoring", "start_refresh"]


def __getattr__(name: str) -> Any:
    if name == "run_refresh":
        from zhike.refresh.actions.run import run_refresh

        return run_refresh
    raise AttributeError(name)
