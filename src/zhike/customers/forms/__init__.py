"""Forms of the customers slice: the shape of what is sent; rules are the actions'."""
