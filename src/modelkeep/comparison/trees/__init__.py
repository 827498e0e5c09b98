"""Two ensembles of decision trees, of whatever library, held against each other."""

from modelkeep.comparison.trees.comparing import compare_trees, why_not
from modelkeep.comparison.trees.forest import Forest, NotAnEnsembleError, Tree
from modelkeep.comparison.trees.reading import read_forest

__all__ = ["Forest", "NotAnEnsembleError", "Tree", "compare_trees", "read_forest", "why_not"]
