"""Reads rows and labels from files, to ask two versions about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelkeep.comparison.looking_deeper import Sample
from modelkeep.errors import InvalidInputError, MissingExtraError


def read_sample(path: Path, labels: str | None) -> Sample:
    """Return the sample that a file holds.

    Args:
        path: `.npy`; `.npz` with the rows as `X` and the labels as `y`; or `.csv` with a header.
        labels: A `.npy` file with the labels, or the name of the column of a CSV that has them.

    Raises:
        InvalidInputError: The file is not there, or of another kind.
    """
    if not path.is_file():
        raise InvalidInputError(f"no file {path}: a sample is a .npy, .npz or .csv file")
    kind = path.suffix.lower()
    if kind == ".csv":
        return _from_csv(path, labels)
    if kind not in (".npy", ".npz"):
        raise InvalidInputError(f"{path} is no .npy, .npz or .csv file")
    import numpy as np

    try:
        found: Any = np.load(path, allow_pickle=False)
        truth = None if labels is None else np.load(labels, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InvalidInputError(f"a sample cannot be read: {error}") from error
    if kind == ".npy":
        return Sample(rows=found, labels=truth)
    if "X" not in found:
        raise InvalidInputError(f"{path} has {', '.join(found.files)}; the rows must be named X")
    return Sample(rows=found["X"], labels=found["y"] if truth is None and "y" in found else truth)


def _from_csv(path: Path, labels: str | None) -> Sample:
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError("a sample in a CSV file", "pandas", "pandas") from error
    table = pd.read_csv(path)
    if labels is None:
        return Sample(rows=table)
    if labels not in table.columns:
        known = ", ".join(map(str, table.columns[:10]))
        raise InvalidInputError(f"{path} has no column {labels!r}; it has {known}")
    return Sample(rows=table.drop(columns=[labels]), labels=table[labels].to_numpy())
