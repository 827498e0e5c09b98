"""Forests and boosted trees that were continued, as the files their libraries write."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from benchmarks import artefacts

# name: ending of its files
FAMILIES = {"forest": "pkl", "gradient": "pkl", "xgboost": "ubj", "lightgbm": "txt"}
_SEED = 20261124


def build(folder: Path) -> None:
    """Write `{family}/parent.{ending}` and `child.{ending}` for each family."""
    folder.mkdir(exist_ok=True)
    makers = {"xgboost": _xgboost, "lightgbm": _lightgbm}
    for family in FAMILIES:
        artefacts.made(folder / family, makers.get(family, _scikit))


def loaded(folder: Path, family: str) -> tuple[Any, Any]:
    """Return the parent and the child of a family that are pickles, as objects."""
    names = ("parent.pkl", "child.pkl")
    parent, child = (pickle.loads((folder / family / name).read_bytes()) for name in names)
    return parent, child


def _scikit(folder: Path) -> None:
    from sklearn.datasets import load_digits
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

    if folder.name == "forest":
        model = RandomForestClassifier(100, warm_start=True, random_state=_SEED)
        more = 6
    else:
        model = GradientBoostingClassifier(n_estimators=300, warm_start=True, random_state=_SEED)
        more = 10
    folder.mkdir()
    features, labels = load_digits(return_X_y=True)
    model.fit(features, labels)
    (folder / "parent.pkl").write_bytes(pickle.dumps(model, protocol=5))
    model.set_params(n_estimators=model.n_estimators + more).fit(features, labels)
    (folder / "child.pkl").write_bytes(pickle.dumps(model, protocol=5))


def _xgboost(folder: Path) -> None:
    import xgboost

    folder.mkdir()
    features, labels = _table()
    data = xgboost.DMatrix(features, labels)
    settings = {"objective": "binary:logistic", "max_depth": 8, "nthread": 2, "seed": _SEED}
    model = xgboost.train(settings, data, 300)
    model.save_model(folder / "parent.ubj")
    xgboost.train(settings, data, 10, xgb_model=model).save_model(folder / "child.ubj")


def _lightgbm(folder: Path) -> None:
    import lightgbm

    folder.mkdir()
    features, labels = _table()
    settings = {"objective": "binary", "num_leaves": 63, "num_threads": 2, "seed": _SEED}
    settings |= {"verbosity": -1, "deterministic": True}

    def train(rounds: int, before: Any = None) -> Any:
        data = lightgbm.Dataset(features, labels)
        return lightgbm.train(settings, data, rounds, init_model=before)

    model = train(300)
    model.save_model(folder / "parent.txt")
    train(10, model).save_model(folder / "child.txt")


def _table() -> tuple[Any, Any]:
    from sklearn.datasets import make_classification

    return make_classification(10_000, 30, n_informative=12, flip_y=0.1, random_state=_SEED)
