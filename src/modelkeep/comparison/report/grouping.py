"""Tensors by the layer they belong to, as their names tell it."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelkeep.comparison.deep import TensorChange

_NO_PREFIX = "(no layer in the name)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorGroup:
    """The tensors of one layer.

    Attributes:
        name: What their names begin with.
        tensors: In the order of the model.
    """

    name: str
    tensors: tuple[TensorChange, ...]

    @property
    def shown_name(self) -> str:
        """The name, or that of the tensor which changed most where the layer has no name."""
        if not self.name.endswith(_NO_PREFIX):
            return self.name
        return max(self.tensors, key=lambda tensor: tensor["relative_norm"] or 0.0)["name"]

    @property
    def sizes(self) -> list[float]:
        """The relative norms of the changes, where there are any, in the order of the tensors."""
        return [size for t in self.tensors if (size := t["relative_norm"]) is not None]

    @property
    def largest(self) -> float | None:
        """The largest relative norm."""
        return max(self.sizes, default=None)

    @property
    def median(self) -> float | None:
        """The median of the relative norms."""
        return statistics.median(self.sizes) if self.sizes else None

    @property
    def changed(self) -> int:
        """How many of them are not the same."""
        return sum(tensor["verdict"] != "same" for tensor in self.tensors)


def group_tensors(tensors: Sequence[TensorChange]) -> list[TensorGroup]:
    """Put tensors together by layer, in the order in which the layers first appear.

    Where the names are sorted as texts, which many writers do, `layer.10` stands before `layer.2`:
    then the layers are sorted by the numbers in their names.

    Args:
        tensors: In the order of the model. Where they are in several files, the file is a part
            of the layer's name.
    """
    several = len({tensor["file"] for tensor in tensors}) > 1
    groups: dict[str, list[TensorChange]] = {}
    for tensor in tensors:
        layer = layer_of(tensor["name"])
        groups.setdefault(f"{tensor['file']}: {layer}" if several else layer, []).append(tensor)
    names = list(groups)
    if names == sorted(names):
        names.sort(key=_by_numbers)
    return [TensorGroup(name=name, tensors=tuple(groups[name])) for name in names]


def _by_numbers(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers within texts by their size."""
    parts = re.split(r"([0-9]+)", name)
    return [
        (0, len(digits := part.lstrip("0")), digits) if part.isdecimal() else (1, 0, part)
        for part in parts
    ]


def layer_of(name: str) -> str:
    """Return the part of a tensor's name that says which layer it is in.

    It ends with the first part that is a number, `model.layers.3` of `model.layers.3.mlp.weight`;
    without a number it is all but the last part.

    Args:
        name: Parts joined by dots or slashes.
    """
    parts = list(re.finditer(r"[^./]+", name))
    for part in parts:
        if part[0].isdecimal():
            return name[: part.end()]
    return name[: parts[-2].end()] if len(parts) > 1 else _NO_PREFIX


def role_of(tensor: TensorChange) -> str:
    """Return what the name of a tensor says after its layer."""
    layer = layer_of(tensor["name"])
    if layer == _NO_PREFIX:
        return tensor["name"]
    return tensor["name"][len(layer) :].lstrip("./") or tensor["name"]


def common_roles(groups: Iterable[TensorGroup], most: int) -> list[str]:
    """Name the places in a layer, where most of the layers that have the place agree.

    Returns:
        One name a place, as many as the longest layer has but not more than `most`; empty where
        they do not agree.
    """
    rows = [[role_of(tensor) for tensor in group.tensors] for group in groups]
    longest = min(max((len(row) for row in rows), default=0), most)
    roles = []
    for place in range(longest):
        found = [row[place] for row in rows if len(row) > place]
        best = max(dict.fromkeys(found), key=found.count)
        agreed = found.count(best) > 1 and 2 * found.count(best) > len(found)
        roles.append(best if agreed else "")
    return roles
