"""What is sold: products, categories, cost."""
