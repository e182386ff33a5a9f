"""What was sold: orders with lines, returns, stores."""
