"""Pure rules of the refresh slice."""
