"""Mergeable summaries of values: pure data structures without clock, files or threads.

Each has `add`, `merge`, `to_bytes` and `from_bytes`; none of them locks.
"""
