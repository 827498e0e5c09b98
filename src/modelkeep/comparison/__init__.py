"""Comparison of two versions: what changed, in which direction, and what is not known."""
