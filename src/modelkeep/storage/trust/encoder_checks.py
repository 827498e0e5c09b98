"""What must fit together in estimators that write sparse matrices by numbers of their own state.

scipy takes the places of a sparse matrix as they are; one beyond its width is written to memory
that is not its own as soon as the matrix is made dense.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from modelkeep.storage.trust.session import Session

_MOST_FEATURES = 1 << 31


def _vocabulary(session: Session, made: Any) -> None:
    words = vars(made).get("vocabulary_")
    if words is not None:
        session.require(
            type(words) is dict and all(_is_below(each, len(words)) for each in words.values()),
            "a vocabulary that counts beyond its words",
        )


def _hasher(session: Session, made: Any) -> None:
    import numpy as np

    width = vars(made).get("n_features")
    session.require(
        isinstance(width, int | np.integer) and 0 < int(width) < _MOST_FEATURES,
        "a hasher of no features",
    )


def _labels(session: Session, made: Any) -> None:
    known, classes = vars(made).get("_cached_dict"), vars(made).get("classes_")
    session.require(
        known is None
        or (type(known) is dict and all(_is_below(each, len(classes)) for each in known.values())),
        "labels that count beyond their classes",
    )


def _one_hot(session: Session, made: Any) -> None:
    parts = vars(made)
    if "categories_" not in parts:
        return
    categories: Any = parts["categories_"]
    widths: Any = parts.get("_n_features_outs")
    session.require(
        type(categories) is list and type(widths) is list and len(categories) == len(widths),
        "categories without columns",
    )
    names = "_default_to_infrequent_mappings", "_infrequent_indices", "_drop_idx_after_grouping"
    maps, rare, dropped = (_column(session, parts.get(name), len(widths)) for name in names)
    for index, width in enumerate(widths):
        top = _highest(session, len(categories[index]), maps[index], rare[index])
        drop = dropped[index]
        if drop is not None and 0 <= drop <= top:
            top -= 1
        session.require(type(width) is int or hasattr(width, "dtype"), "categories of no width")
        session.require(int(width) > top, "categories beyond their columns")


def _column(session: Session, values: Any, count: int) -> list[Any]:
    found = [None] * count if values is None else list(values)
    session.require(len(found) == count, "categories without columns")
    return found


def _highest(session: Session, count: int, mapping: Any, rare: Any) -> int:
    """Return the highest number that a category is given."""
    import numpy as np

    session.require((mapping is None) == (rare is None), "rare categories of no number")
    if mapping is None:
        return count - 1
    session.require(
        all(type(each) is np.ndarray and each.dtype.kind == "i" for each in (mapping, rare))
        and len(mapping) == count > 0
        and int(mapping.min()) >= 0
        and (not rare.size or (int(rare.min()) >= 0 and int(rare.max()) < count)),
        "rare categories of no number",
    )
    return int(mapping.max())


def _is_below(value: Any, count: int) -> bool:
    import numpy as np

    return isinstance(value, int | np.integer) and 0 <= int(value) < count


CHECKS: Final[dict[str, Callable[[Session, Any], None]]] = {
    "sklearn.feature_extraction.text.CountVectorizer": _vocabulary,
    "sklearn.feature_extraction._dict_vectorizer.DictVectorizer": _vocabulary,
    "sklearn.feature_extraction._hash.FeatureHasher": _hasher,
    "sklearn.feature_extraction.text.HashingVectorizer": _hasher,
    "sklearn.preprocessing._label.MultiLabelBinarizer": _labels,
    "sklearn.preprocessing._encoders.OneHotEncoder": _one_hot,
}
