"""Mergeable summaries of predictions and labels, from which scores of a model are read."""
