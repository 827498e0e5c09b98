"""Tensors of two versions held against each other, element by element, in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkeep.comparison.tensors.blocks import Block, batches_of, on_threads, spans_of
from modelkeep.comparison.tensors.numbers import is_number, widened, width_of
from modelkeep.comparison.tensors.source import TensorEntry, TensorSource
from modelkeep.comparison.tensors.sums import Sums, sums_of, sums_of_one, total

Pair = tuple[TensorEntry, TensorEntry]

_PROBE_BYTES = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The two sources, and how much of a tensor is read at once.

    Attributes:
        first: Of version1.
        second: Of version2.
        block_bytes: The most that is read of one side at once.
        most_memory_bytes: What the comparison may take.
    """

    first: TensorSource
    second: TensorSource
    block_bytes: int
    most_memory_bytes: int

    def are_known_equal(self, pair: Pair) -> bool:
        """Whether two tensors have equal bits, told without reading them."""
        one, two = pair
        return one.dtype == two.dtype and self._is_known_equal(pair, 0, one.elements)

    def sums(self, pairs: Sequence[Pair]) -> list[Sums]:
        """Return the sums over each pair; the two have one number of elements.

        Of blocks that are known to be equal one side is read.

        Raises:
            IntegrityError: Something is missing or damaged.
        """
        parts: list[list[Sums]] = [[] for _ in pairs]

        def work(batch: list[Block]) -> list[tuple[int, Sums]]:
            return [(block.number, self._sums_of(pairs[block.number], block)) for block in batch]

        for found in on_threads(work, batches_of(pairs, self.block_bytes)):
            for number, part in found:
                parts[number].append(part)
        return [total(each) for each in parts]

    def sums_of_equal(self, entries: Sequence[TensorEntry]) -> list[Sums]:
        """Return the sums over tensors of version2 that are known to be the same in version1."""
        pairs = [(entry, entry) for entry in entries]
        parts: list[list[Sums]] = [[] for _ in pairs]

        def work(batch: list[Block]) -> list[tuple[int, Sums]]:
            found = []
            for block in batch:
                entry = entries[block.number]
                values = self.second.read(entry.file, entry.name, block.start, block.count)
                found.append((block.number, sums_of_one(values, entry.dtype)))
            return found

        for done in on_threads(work, batches_of(pairs, self.block_bytes)):
            for number, part in done:
                parts[number].append(part)
        return [total(each) for each in parts]

    def have_length(self, entries: Sequence[TensorEntry]) -> list[bool]:
        """Tell of tensors of version2 whether a finite number other than zero is in them."""
        return list(on_threads(self._has_length, entries))

    def _has_length(self, entry: TensorEntry) -> bool:
        if not is_number(entry.dtype):
            return False
        for start, count in spans_of(entry, max(1, width_of(entry.dtype)), _PROBE_BYTES):
            values = widened(self.second.read(entry.file, entry.name, start, count), entry.dtype)
            if np.any((values != 0) & np.isfinite(values)):
                return True
        return False

    def _sums_of(self, pair: Pair, block: Block) -> Sums:
        one, two = pair
        values1 = self.first.read(one.file, one.name, block.start, block.count)
        if one.dtype == two.dtype and self._is_known_equal(pair, block.start, block.count):
            return sums_of_one(values1, one.dtype)
        values2 = self.second.read(two.file, two.name, block.start, block.count)
        return sums_of(values1, values2, one.dtype, two.dtype)

    def _is_known_equal(self, pair: Pair, start: int, count: int) -> bool:
        one, two = pair
        known = self.first.identity(one.file, one.name, start, count)
        return known is not None and known == self.second.identity(two.file, two.name, start, count)
