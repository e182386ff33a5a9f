"""Reads of the refresh slice."""

from zhike.refresh.queries.insight import Insight, insight
from zhike.refresh.queries.runs import get_run, latest_run, previous_run, running, runs
from zhike.refresh.queries.scoring import scoring

__all__ = ["Insight", "get_run", "insight", "latest_run", "previous_run", "running", "runs", "scoring"]
