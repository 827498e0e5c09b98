"""Boosted trees in the files of their own libraries: XGBoost and LightGBM."""

from __future__ import annotations

import json
from typing import Any

from modelkeep.errors import UnserialisableModelError
from modelkeep.storage.formats.base import Format, Rank, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

_WRAPPER = "wrapper.json"


class XGBoostFormat(Format):
    """A Booster, or one of XGBoost's own estimators, as Universal Binary JSON."""

    name = "xgboost"
    file_name = "model.ubj"
    rank = Rank.DATA
    priority = 20
    library = "xgboost"

    def accepts(self, model: Any) -> bool:
        """Whether it is a Booster, or an estimator with plain parameters."""
        xgboost = loaded("xgboost")
        if xgboost is None:
            return False
        if isinstance(model, xgboost.Booster):
            return True
        return _wrapper_class(model) is not None and _parameters(model) is not None

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Save the model, and the class and parameters of an estimator beside it."""
        require("xgboost", self.name)
        wrapper = _wrapper_class(model)
        if wrapper is not None:
            parameters = _parameters(model)
            if parameters is None:
                raise UnserialisableModelError(
                    wrapper, self.name, "its parameters are not all plain values"
                )
            described = {"class": wrapper, "parameters": parameters}
            with files.open(_WRAPPER) as file:
                file.write(json.dumps(described, sort_keys=True).encode())
        model.save_model(files.path(self.file_name, ".ubj"))

    def read(self, files: ArtifactReader) -> Any:
        """Return the Booster or estimator."""
        require("xgboost", self.name)
        import xgboost

        names = files.names()
        name = self.file_name if _WRAPPER in names else names[0]
        path = files.path(name, ".json" if name.endswith(".json") else ".ubj")
        if _WRAPPER not in names:
            return xgboost.Booster(model_file=path)
        described = json.loads(files.read(_WRAPPER))
        if described["class"] not in _wrapper_names():
            raise UnserialisableModelError(
                str(described["class"]), self.name, "it is not an estimator of this xgboost"
            )
        estimator = getattr(xgboost, described["class"])(**described["parameters"])
        estimator.load_model(path)
        return estimator


def _wrapper_names() -> list[str]:
    import xgboost

    return [name for name in xgboost.__all__ if name.startswith("XGB")]


def _wrapper_class(model: Any) -> str | None:
    """Return the name of the class if it is exactly one that xgboost publishes."""
    kind = type(model)
    xgboost = loaded("xgboost")
    published = xgboost is not None and getattr(xgboost, kind.__name__, None) is kind
    return kind.__name__ if published and kind.__name__.startswith("XGB") else None


def _parameters(model: Any) -> dict[str, Any] | None:
    """Return the parameters that differ from the defaults, or None if one is not plain."""
    defaults = type(model)().get_params()
    changed = {
        name: value
        for name, value in model.get_params().items()
        if repr(value) != repr(defaults.get(name))
    }
    try:
        return changed if json.loads(json.dumps(changed, allow_nan=False)) == changed else None
    except (TypeError, ValueError):
        return None


class LightGBMFormat(Format):
    """A LightGBM Booster as text."""

    name = "lightgbm"
    file_name = "model.txt"
    rank = Rank.DATA
    priority = 20
    library = "lightgbm"

    def accepts(self, model: Any) -> bool:
        """Whether it is a Booster; LightGBM's estimators are left to joblib."""
        lightgbm = loaded("lightgbm")
        return lightgbm is not None and isinstance(model, lightgbm.Booster)

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Save the model."""
        require("lightgbm", self.name)
        model.save_model(files.path(self.file_name))

    def read(self, files: ArtifactReader) -> Any:
        """Return the Booster."""
        require("lightgbm", self.name)
        import lightgbm

        return lightgbm.Booster(model_file=files.path(files.names()[0]))
