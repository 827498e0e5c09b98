"""What happened to each weight between two versions, whatever files hold them."""

from modelkeep.comparison.tensors.comparing import compare_tensors
from modelkeep.comparison.tensors.source import TensorEntry, TensorSource
from modelkeep.comparison.tensors.version_tensors import VersionTensors

__all__ = ["TensorEntry", "TensorSource", "VersionTensors", "compare_tensors"]
