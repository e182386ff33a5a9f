"""The sources of tasks that ship with the house; each computes all customers in one pass."""
