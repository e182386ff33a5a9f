"""What the agenda slice hangs into the house."""
