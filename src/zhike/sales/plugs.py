"""What the sales slice hangs into the house."""
