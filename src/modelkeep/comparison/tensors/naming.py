"""Which tensors of two versions are called the same, and how much of two names is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from modelkeep.comparison.tensors.source import TensorEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Tensors by name.

    Attributes:
        pairs: Those that are called the same.
        left1: Those of version1 without one in version2; likewise left2.
    """

    pairs: list[tuple[TensorEntry, TensorEntry]]
    left1: list[TensorEntry]
    left2: list[TensorEntry]


def paired_by_name(first: Sequence[TensorEntry], second: Sequence[TensorEntry]) -> Named:
    """Pair tensors by file and name, then what is left by name, where one of it is left in each.

    Args:
        first: Of version1.
        second: Of version2.
    """
    places = {(entry.file, entry.name): entry for entry in second}
    pairs = {
        (entry.file, entry.name): (entry, places[entry.file, entry.name])
        for entry in first
        if (entry.file, entry.name) in places
    }
    left1 = [entry for entry in first if (entry.file, entry.name) not in pairs]
    left2 = [entry for entry in second if (entry.file, entry.name) not in pairs]
    once1, once2 = _once(left1), _once(left2)
    moved = [(once1[name], once2[name]) for name in once1 if name in once2]
    names = {entry.name for entry, _ in moved}
    return Named(
        pairs=[*pairs.values(), *moved],
        left1=[entry for entry in left1 if entry.name not in names],
        left2=[entry for entry in left2 if entry.name not in names],
    )


def common_tail(name1: str, name2: str) -> int:
    """Return how many of the last parts of two dotted names are the same.

    Example:
        >>> common_tail("encoder.0.norm.weight", "backbone.0.norm.weight")
        3
    """
    count = 0
    for part1, part2 in zip(reversed(name1.split(".")), reversed(name2.split(".")), strict=False):
        if part1 != part2:
            break
        count += 1
    return count


def _once(entries: Sequence[TensorEntry]) -> dict[str, TensorEntry]:
    counts = Counter(entry.name for entry in entries)
    return {entry.name: entry for entry in entries if counts[entry.name] == 1}
