"""One turn of the loop: facts in, scores out, model cards kept."""
