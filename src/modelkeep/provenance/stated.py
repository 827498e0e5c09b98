"""What people state of a version in its configuration under names that others use too.

Nothing is guessed here: what does not stand there is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

from modelkeep.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What stands in the configuration; empty where nothing does.

    Attributes:
        licenses: `license`, `licence` or `licenses`: SPDX ids, expressions or names.
        limitations: `limitations`.
        intended_uses: `intended_use` or `intended_uses`.
        task: `task`.
        datasets: `dataset` or `datasets`.
        base_model: `base_model`: what the model was made from, where that is no version here.
    """

    licenses: tuple[str, ...]
    limitations: tuple[str, ...]
    intended_uses: tuple[str, ...]
    task: str
    datasets: tuple[str, ...]
    base_model: str


def read_stated(version: ModelVersion) -> Stated:
    """Return what the configuration of a version states; texts and lists of texts only."""
    return Stated(
        licenses=_texts(version, "license", "licence", "licenses"),
        limitations=_texts(version, "limitations"),
        intended_uses=_texts(version, "intended_use", "intended_uses"),
        task=next(iter(_texts(version, "task")), ""),
        datasets=_texts(version, "dataset", "datasets"),
        base_model=next(iter(_texts(version, "base_model")), ""),
    )


def _texts(version: ModelVersion, *names: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        value = version.configuration.get(name)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.strip():
                found[text.strip()] = None
    return tuple(found)
