"""The answers of two versions on one sample: which flipped, and whether one is the better."""

from modelkeep.comparison.predictions.comparing import compare_predictions

__all__ = ["compare_predictions"]
