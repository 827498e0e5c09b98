"""Estimators of scikit-learn: a rule for whole classes, and a table for what they are made of.

An estimator is made empty and its attributes are set, as scikit-learn does itself; none of its
code runs. What code its attributes could cause later is bounded by what may be a value at all:
functions from numbers to numbers. The structures that compiled code trusts blindly are checked.
"""

from __future__ import annotations

import re
import warnings
from functools import partial
from typing import Any

from modelkeep.storage.trust import native_checks
from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_PACKAGES = frozenset(
    [
        "calibration",
        "cluster",
        "compose",
        "covariance",
        "cross_decomposition",
        "decomposition",
        "discriminant_analysis",
        "dummy",
        "ensemble",
        "feature_extraction",
        "feature_selection",
        "frozen",
        "gaussian_process",
        "impute",
        "isotonic",
        "kernel_approximation",
        "kernel_ridge",
        "linear_model",
        "manifold",
        "mixture",
        "model_selection",
        "multiclass",
        "multioutput",
        "naive_bayes",
        "neighbors",
        "neural_network",
        "pipeline",
        "preprocessing",
        "random_projection",
        "semi_supervised",
        "svm",
        "tree",
    ]
)
_CLASS_NAME = re.compile(r"_{0,2}[A-Z]\w*\Z")
_CLASS_PATH = re.compile(r"sklearn\.[a-z0-9_]+(\.[a-z0-9_]+)*\Z")
_OTHER_PARTS = frozenset({"tests", "conftest", "externals", "datasets", "_testing", "_mocking"})
# Bases besides BaseEstimator, by where they live: their kin is data with methods.
_BASES = (
    ("sklearn.base", "BaseEstimator"),
    ("sklearn.gaussian_process.kernels", "Kernel"),
    ("sklearn.model_selection._split", "BaseCrossValidator"),
    ("sklearn.model_selection._split", "BaseShuffleSplit"),
    ("sklearn.model_selection._split", "_RepeatedSplits"),
)
_HELPERS = """
    sklearn.calibration._CalibratedClassifier sklearn.cluster._birch._CFNode
    sklearn.cluster._birch._CFSubcluster sklearn.cluster._bisect_k_means._BisectingTree
    sklearn.compose._column_transformer.make_column_selector
    sklearn.metrics._scorer._Scorer sklearn.metrics._scorer._PassthroughScorer
    sklearn.metrics._scorer._MultimetricScorer sklearn.metrics._scorer._PredictScorer
    sklearn.metrics._scorer._ProbaScorer sklearn.metrics._scorer._ThresholdScorer
    sklearn.neural_network._stochastic_optimizers.AdamOptimizer
    sklearn.neural_network._stochastic_optimizers.SGDOptimizer
    sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor
    sklearn.utils._metadata_requests.MetadataRequest
    sklearn.utils._metadata_requests.MethodMetadataRequest
    sklearn._loss.link.LogLink sklearn._loss.link.LogitLink sklearn._loss.link.IdentityLink
    sklearn._loss.link.HalfLogitLink sklearn._loss.link.MultinomialLogit
    sklearn._loss.loss.AbsoluteError sklearn._loss.loss.ExponentialLoss
    sklearn._loss.loss.HalfBinomialLoss sklearn._loss.loss.HalfGammaLoss
    sklearn._loss.loss.HalfMultinomialLoss sklearn._loss.loss.HalfPoissonLoss
    sklearn._loss.loss.HalfSquaredError sklearn._loss.loss.HalfTweedieLoss
    sklearn._loss.loss.HalfTweedieLossIdentity sklearn._loss.loss.HuberLoss
    sklearn._loss.loss.PinballLoss sklearn._loss.link.Interval
""".split()  # noqa: SIM905
_TUPLES = ("sklearn.impute._iterative._ImputerTriplet",
           "sklearn.gaussian_process.kernels.Hyperparameter")  # fmt: skip
_LONGEST_TUPLE = 8
_SCORING = frozenset({
    "sklearn.metrics._classification", "sklearn.metrics._ranking", "sklearn.metrics._regression",
    "sklearn.metrics.cluster._supervised", "sklearn.metrics.cluster._unsupervised",
    "sklearn.metrics.pairwise", "sklearn.feature_selection._univariate_selection",
    "sklearn.feature_selection._mutual_info",
})  # fmt: skip
_FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def find(module: str, name: str) -> Entry | None:
    """Return what is said of a class or a function by where it is; it is looked at when used."""
    parts = module.split(".")
    if parts[0] != "sklearn" or not _CLASS_PATH.match(module) or _OTHER_PARTS & set(parts):
        return None
    if module in _SCORING and _FUNCTION_NAME.match(name) and not name.startswith("pairwise_dist"):
        return Entry(value=True, own=True)
    if parts[1] in _PACKAGES and _CLASS_NAME.match(name):
        return _ESTIMATOR
    return None


def _new_estimator(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    kind = session.resolve(reference)
    module, _, name = reference.name.rpartition(".")
    own = isinstance(kind, type) and kind.__module__ == module and kind.__qualname__ == name
    if not own or not issubclass(kind, _bases()):
        session.refuse([reference.name], "it is no estimator")
    return plain.new(session, reference, arguments, keywords)


def _bases() -> tuple[type, ...]:
    from importlib import import_module

    return tuple(getattr(import_module(module), name) for module, name in _BASES)


def _set_estimator(session: Session, made: Any, state: Any) -> Any:
    attributes = dict(plain.names_of(session, made, state or {}))
    written_by = attributes.pop("_sklearn_version", None)
    if attributes.get("memory") is not None:
        session.refuse(["memory"], "it would read and write a cache of pickles when it is fitted")
    made.__dict__.update(attributes)
    session.checks.append(partial(native_checks.check_estimator, session, made))
    if type(made).__name__ == "IsotonicRegression" and "X_thresholds_" in attributes:
        session.checks.append(partial(_interpolate, session, made))
    if isinstance(written_by, str):
        session.checks.append(partial(_warn, made, written_by))
    return made


def _interpolate(session: Session, made: Any) -> None:
    import numpy as np

    parts = made.X_thresholds_, made.y_thresholds_
    session.require(
        all(
            type(part) is np.ndarray and part.ndim == 1 and part.dtype.kind == "f" for part in parts
        ),
        "an isotonic regression of no thresholds",
    )
    made._build_f(*parts)  # noqa: SLF001 - what its own __setstate__ does


def _warn(made: Any, written_by: str) -> None:
    import sklearn
    from sklearn.exceptions import InconsistentVersionWarning

    if written_by != sklearn.__version__:
        warnings.warn(
            InconsistentVersionWarning(
                estimator_name=type(made).__name__,
                current_sklearn_version=sklearn.__version__,
                original_sklearn_version=written_by[:40],
            ),
            stacklevel=2,
        )


def _set_helper(session: Session, made: Any, state: Any) -> Any:
    plain.set_state(session, made, state)
    session.checks.append(partial(native_checks.check_estimator, session, made))
    return made


def _new_tuple(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    kind = session.resolve(reference)
    session.require(not keywords and len(arguments) <= _LONGEST_TUPLE, "a tuple too long")
    return kind._make(arguments)


def _new_bunch(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")
    return dict.__new__(session.resolve(reference))


def _ignore(session: Session, made: Any, state: Any) -> Any:  # noqa: ARG001
    return made


_ESTIMATOR = Entry(new=_new_estimator, state=_set_estimator)
ENTRIES: dict[str, Entry] = {
    **dict.fromkeys(_HELPERS, Entry(new=plain.new, state=_set_helper)),
    **dict.fromkeys(_TUPLES, Entry(new=_new_tuple)),
    "sklearn.utils._bunch.Bunch": Entry(new=_new_bunch, state=_ignore),
}
