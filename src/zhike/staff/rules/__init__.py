"""Pure rules of the staff slice."""
