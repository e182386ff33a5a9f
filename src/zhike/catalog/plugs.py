"""What the catalog slice hangs into the house."""
