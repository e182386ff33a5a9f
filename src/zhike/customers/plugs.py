"""What the customers slice hangs into the house."""
