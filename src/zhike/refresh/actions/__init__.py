"""Writes of the refresh slice."""

from zhike.refresh.actions.lease import close_abandoned
from zhike.refresh.actions.run import run_refresh
from zhike.refresh.actions.start import start_refresh

__all__ = ["close_abandoned", "run_refresh", "start_refresh"]
