"""Work on tensors in blocks of bounded size, on two threads: numpy and the decoder free the GIL."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from modelkeep.comparison.tensors.numbers import width_of
from modelkeep.comparison.tensors.source import TensorEntry

Task = TypeVar("Task")
Result = TypeVar("Result")

THREADS = 2
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Block:
    """Elements of a tensor that are read at once.

    Attributes:
        number: Which tensor, or pair of tensors, of those that were cut.
        start: The first element.
        count: How many.
    """

    number: int
    start: int
    count: int


def spans_of(entry: TensorEntry, width: int, block_bytes: int) -> Iterator[tuple[int, int]]:
    """Give start and count of the blocks of a tensor; one of no elements has none.

    Args:
        entry: The tensor.
        width: Bytes of an element; blocks are a power of two of elements, so that their borders
            are those at which tensors are cut for storing.
        block_bytes: The most that a block has.
    """
    step = 1 << max(0, (max(1, block_bytes // max(1, width))).bit_length() - 1)
    for start in range(0, entry.elements, step):
        yield start, min(step, entry.elements - start)


def batches_of(
    pairs: Sequence[tuple[TensorEntry, TensorEntry]], block_bytes: int
) -> Iterator[list[Block]]:
    """Give the blocks of pairs of tensors, small ones together: they often share a chunk.

    Args:
        pairs: Tensors of one number of elements each.
        block_bytes: The most that a block has on either side.
    """
    batch: list[Block] = []
    size = 0
    for number, (one, two) in enumerate(pairs):
        width = max(width_of(one.dtype), width_of(two.dtype), 1)
        for start, count in spans_of(one, width, block_bytes):
            if batch and size + count * width > block_bytes:
                yield batch
                batch, size = [], 0
            batch.append(Block(number, start, count))
            size += count * width
    if batch:
        yield batch


def on_threads(work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Give the results of work on tasks in their order; few are under way at a time.

    Raises:
        Exception: What the work raised; what was not begun then is not.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        running: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                running.append(pool.submit(work, task))
                if len(running) > _AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
