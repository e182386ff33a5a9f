"""Pages of the staff slice."""
