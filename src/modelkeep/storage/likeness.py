"""What of another file a new one is likely to differ least from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from modelkeep.catalogue.chunks import StoredChunk
from modelkeep.storage.recipes import Part, Recipe
from modelkeep.storage.upload import can_be_base

_LEAST_WINDOW_BYTES = 1 << 20
_MOST_WINDOW_BYTES = 32 << 20


class Likeness:
    """The parts of an earlier file, to be found by tensor or by place.

    Args:
        recipe: Of the earlier file.
        located: Its chunks, and what reading them needs.

    Attributes:
        size_bytes: How many bytes the earlier file has.
        located: As given.
    """

    def __init__(self, recipe: Recipe, located: Mapping[bytes, StoredChunk]) -> None:
        self.size_bytes = recipe.size_bytes
        self._parts = [part for part in recipe.parts if part.length]
        self._offsets = [part.offset for part in self._parts]
        self.located = located
        self._index = {part.chunk: at for at, part in enumerate(self._parts)}
        by_offset = {part.offset: part for part in self._parts}
        self._by_tensor: dict[tuple[str, str, int, int], Part] = {}
        self._by_shape: dict[tuple[str, int, int, int], Part] = {}
        seen: dict[tuple[str, int], int] = {}
        for region in recipe.regions:
            if not region.element:
                continue
            shape = region.element, region.length
            turn = seen[shape] = seen.get(shape, -1) + 1
            at = region.offset
            while at < region.offset + region.length and at in by_offset:
                part = by_offset[at]
                place = at - region.offset
                self._by_tensor[region.name, region.element, region.length, place] = part
                self._by_shape[region.element, region.length, turn, place] = part
                at += part.length

    def tensor_piece(
        self, *, name: str, element: str, tensor_bytes: int, place: int, length: int, turn: int
    ) -> list[StoredChunk]:
        """Return the chunk at the same place of the tensor of this name, or else of its like.

        Args:
            name: Of the tensor.
            element: Name of its dtype.
            tensor_bytes: Its length.
            place: Where the piece begins in it.
            length: Of the piece.
            turn: How many tensors of this dtype and length come before it in its file.
        """
        part = self._by_tensor.get((name, element, tensor_bytes, place)) or self._by_shape.get(
            (element, tensor_bytes, turn, place)
        )
        return self._usable([part] if part is not None and part.length == length else [])

    def position(self, chunk: bytes) -> int | None:
        """Return which part a chunk is, or None."""
        return self._index.get(chunk)

    def window(
        self, *, after: int | None, before: int | None, place: float, length: int
    ) -> list[StoredChunk]:
        """Return the parts among which something like a stretch of plain bytes should be.

        Args:
            after: The part that comes before the stretch in both files; None where that is open.
            before: The part that comes after it in both files; None where that is open.
            place: Where the stretch begins, as a fraction of its file.
            length: How many bytes it has.
        """
        if not self._parts:
            return []
        reach = min(max(4 * length, _LEAST_WINDOW_BYTES), _MOST_WINDOW_BYTES)
        if after is None and before is None:
            middle = place * self.size_bytes + length / 2
            low = self._at(middle - reach / 2)
            high = self._at(middle + reach / 2)
        else:
            low = after if after is not None else self._at(self._offsets[before or 0] - reach)
            high = (
                before
                if before is not None and before >= low
                else self._at(self._offsets[low] + reach)
            )
        chosen, size = [], 0
        for part in self._parts[low : high + 1]:
            size += part.length
            if size > _MOST_WINDOW_BYTES:
                break
            chosen.append(part)
        return self._usable(chosen)

    def _at(self, offset: float) -> int:
        return max(0, min(bisect_right(self._offsets, offset) - 1, len(self._parts) - 1))

    def _usable(self, parts: Iterable[Part]) -> list[StoredChunk]:
        found = [self.located[part.chunk] for part in parts if part.chunk in self.located]
        return [chunk for chunk in found if can_be_base(chunk)]
