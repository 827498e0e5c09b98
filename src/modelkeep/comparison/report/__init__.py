"""Comparisons made readable: as a page of their own, and in a terminal."""
