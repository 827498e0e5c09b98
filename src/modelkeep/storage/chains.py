"""Which chunk is a difference to which, and how deep each would be if some were turned around."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from modelkeep.catalogue.chunks import StoredChunk


class Chains:
    """The differences of a store at one moment.

    Args:
        differences: All chunks that are differences.
    """

    def __init__(self, differences: Iterable[StoredChunk]) -> None:
        self._above: defaultdict[bytes, list[StoredChunk]] = defaultdict(list)
        for chunk in differences:
            for need in set(chunk.needs):
                self._above[need].append(chunk)

    def height_if_turned(self, chain: Sequence[StoredChunk]) -> int:
        """Return how deep the deepest chunk would be if a chain stood on its first member.

        Args:
            chain: Each is a difference to the next; the last is full.
        """
        turned = {chunk.chunk: (depth, 0) for depth, chunk in enumerate(chain)}
        above = self.depths_above(turned).values()
        return max(len(chain) - 1, *(depth for depth, _ in above), 0)

    def depths_above(
        self, changed: Mapping[bytes, tuple[int, int]]
    ) -> dict[bytes, tuple[int, int]]:
        """Return the depths of all that stands on chunks whose depths change.

        Args:
            changed: Depth and bytes of the chain, of the chunks that are stored anew.

        Returns:
            The same of those that are not among them.
        """
        found: dict[bytes, tuple[int, int]] = {}
        waiting = list(changed)
        while waiting:
            name = waiting.pop()
            depth, chain = found.get(name) or changed[name]
            for chunk in self._above.get(name, ()):
                if chunk.chunk in changed:
                    continue
                deep = depth + 1, chain + chunk.stored_bytes
                if deep > found.get(chunk.chunk, (0, 0)):
                    found[chunk.chunk] = deep
                    waiting.append(chunk.chunk)
        return found
