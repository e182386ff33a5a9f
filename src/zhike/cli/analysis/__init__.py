"""What ``zhike analyze`` does: read a transaction file, score it, put the result into words and files."""
