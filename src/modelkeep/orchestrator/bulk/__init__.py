"""Bulk work over a large registry, split in tasks that processes or a Ray cluster do."""
