"""Pure rules of the insight slice: what the figures say, in a sentence."""
