"""What ``zhike analyze`` does: read a plain transaction file, score it, put the result into words and files."""
