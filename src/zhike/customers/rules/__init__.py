"""Pure rules of the customers slice."""
