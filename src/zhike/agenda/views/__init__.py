"""Pages of the agenda slice."""
