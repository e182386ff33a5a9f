"""Pages of the customers slice."""
