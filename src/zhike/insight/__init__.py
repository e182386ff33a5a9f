"""Findings: what the numbers say about the customers as a whole."""
