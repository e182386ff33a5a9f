"""What the insight slice hangs into the house."""
