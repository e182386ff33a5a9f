"""What the refresh slice hangs into the house."""
