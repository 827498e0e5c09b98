"""Tensors without one of their name in the other version, found again by what is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import numpy as np

from modelkeep.comparison.tensors.blocks import on_threads
from modelkeep.comparison.tensors.contents import Content, content_of
from modelkeep.comparison.tensors.found import Found
from modelkeep.comparison.tensors.holding import Pair, Sides
from modelkeep.comparison.tensors.naming import common_tail
from modelkeep.comparison.tensors.numbers import is_number
from modelkeep.comparison.tensors.permutations import order_of
from modelkeep.comparison.tensors.source import TensorEntry, TensorSource

LEAST_COSINE = 0.9
"""What is less alike is another tensor."""

_LEAST_SAMPLE_COSINE = 0.8  # a sample of 4096 is off by 0.05 at most, mostly
_LEAST_ELEMENTS = 16  # fewer are alike by chance
_MOST_LIKELY = 20_000  # so many tensors that are like each other do not single one out

Entries = Sequence[TensorEntry]
Seen = dict[TensorEntry, Content]


def find_renamed(sides: Sides, left1: Entries, left2: Entries) -> list[Found]:
    """Find tensors of version1 again in version2 under other names.

    In this order, each tensor once: the same chunks; the same kind and content, in the same shape
    (renamed) or another (reshaped); the same elements with the axes or slices in another order
    (permuted); and the same shape with a cosine above 0.9 (renamed, and changed). Among several
    that it could be, that counts whose name ends in most of the same parts; where that does not
    single one out of tensors that were changed, they are left as added and removed. One value
    all over is no evidence: then the last part of the name has to be the same.

    Args:
        sides: Where they are read.
        left1: Tensors of version1 whose name is not in version2.
        left2: Tensors of version2 whose name is not in version1.

    Returns:
        What was found; `sums` is None where the values are the same.

    Raises:
        IntegrityError: Something is missing or damaged.
    """
    search = _Search(sides, left1, left2)
    search.by_chunks()
    for elements in sorted({each.elements for each in left1} & {each.elements for each in left2}):
        if elements:
            search.by_content(elements)
    return search.found


class _Search:
    """The tensors that are not found yet, and those that are."""

    def __init__(self, sides: Sides, left1: Entries, left2: Entries) -> None:
        self.found: list[Found] = []
        self._sides = sides
        self._left1 = dict.fromkeys(left1)
        self._left2 = dict.fromkeys(left2)

    def by_chunks(self) -> None:
        """Pair what consists of the same chunks."""
        first = _by(self._left1, lambda entry: _chunks(self._sides.first, entry))
        second = _by(self._left2, lambda entry: _chunks(self._sides.second, entry))
        for pair in _alike(first, second):
            self._take_moved(pair)

    def by_content(self, elements: int) -> None:
        """Read what has so many elements, and pair it."""
        seen1 = self._contents(self._sides.first, self._left1, elements)
        seen2 = self._contents(self._sides.second, self._left2, elements)
        first = _by(seen1, lambda entry: (entry.dtype, seen1[entry].digest))
        second = _by(seen2, lambda entry: (entry.dtype, seen2[entry].digest))
        for one, two in _alike(first, second):
            if not _is_uniform(seen2[two]) or common_tail(one.name, two.name):
                self._take_moved((one, two))
        self._by_elements(seen1, seen2)
        self._by_likeness(seen1, seen2)

    def _by_elements(self, seen1: Seen, seen2: Seen) -> None:
        first = _by(self._open(seen1, self._left1), lambda entry: _order_free(entry, seen1))
        second = _by(self._open(seen2, self._left2), lambda entry: _order_free(entry, seen2))
        for pair in _alike(first, second):
            order = order_of(self._sides, pair)
            if order:
                self._take(Found(one=pair[0], two=pair[1], verdict="permuted", detail=order))

    def _by_likeness(self, seen1: Seen, seen2: Seen) -> None:
        first = _by(self._open(seen1, self._left1), _shape_of_numbers)
        second = _by(self._open(seen2, self._left2), _shape_of_numbers)
        pairs: list[Pair] = []
        for shape in first.keys() & second.keys():
            pairs += _likely(first[shape], second[shape], seen1, seen2)
        for pair, sums in zip(pairs, self._sides.sums(pairs), strict=True):
            if sums.cosine is None or sums.cosine <= LEAST_COSINE:
                continue
            one, two = pair
            kinds = "" if one.dtype == two.dtype else f" from {one.dtype} to {two.dtype}"
            detail = f"renamed, and changed{kinds}"
            self._take(Found(one=one, two=two, verdict="renamed", detail=detail, sums=sums))

    def _contents(self, source: TensorSource, left: Iterable[TensorEntry], elements: int) -> Seen:
        entries = [entry for entry in left if entry.elements == elements]
        other = self._left2 if left is self._left1 else self._left1
        if not any(entry.elements == elements for entry in other):
            return {}
        block_bytes = self._sides.block_bytes
        found = on_threads(lambda entry: content_of(source, entry, block_bytes), entries)
        return dict(zip(entries, found, strict=True))

    @staticmethod
    def _open(seen: Seen, left: dict[TensorEntry, None]) -> list[TensorEntry]:
        return [entry for entry in seen if entry in left]

    def _take_moved(self, pair: Pair) -> None:
        one, two = pair
        if one.shape == two.shape:
            self._take(Found(one=one, two=two, verdict="renamed"))
        else:
            detail = f"renamed, and of the shape {list(two.shape)} instead of {list(one.shape)}"
            self._take(Found(one=one, two=two, verdict="reshaped", detail=detail))

    def _take(self, found: Found) -> None:
        self.found.append(found)
        self._left1.pop(_there(found.one))
        self._left2.pop(_there(found.two))


def _there(entry: TensorEntry | None) -> TensorEntry:
    assert entry is not None, "what was found is in both versions"
    return entry


def _by(
    entries: Iterable[TensorEntry], key: Callable[[TensorEntry], Hashable | None]
) -> dict[Hashable, list[TensorEntry]]:
    groups: dict[Hashable, list[TensorEntry]] = defaultdict(list)
    for entry in entries:
        mark = key(entry)
        if mark is not None:
            groups[mark].append(entry)
    return groups


def _alike(
    first: dict[Hashable, list[TensorEntry]], second: dict[Hashable, list[TensorEntry]]
) -> Iterator[Pair]:
    """Pair tensors of equal keys, those first that also have the shape or the end of the name."""
    for key, entries2 in second.items():
        waiting = list(first.get(key, ()))
        for two in entries2:
            if not waiting:
                break
            one = max(waiting, key=lambda each: _nearness(each, two))
            waiting.remove(one)
            yield one, two


def _nearness(one: TensorEntry, two: TensorEntry) -> tuple[bool, int]:
    return one.shape == two.shape, common_tail(one.name, two.name)


def _chunks(source: TensorSource, entry: TensorEntry) -> Hashable | None:
    known = source.identity(entry.file, entry.name, 0, entry.elements) if entry.elements else None
    return None if known is None else (entry.dtype, entry.elements, known)


def _order_free(entry: TensorEntry, seen: Seen) -> Hashable | None:
    found = seen[entry].elements
    return None if found is None or _is_uniform(seen[entry]) else (entry.dtype, found)


def _shape_of_numbers(entry: TensorEntry) -> Hashable | None:
    return entry.shape if is_number(entry.dtype) and entry.elements >= _LEAST_ELEMENTS else None


def _is_uniform(content: Content) -> bool:
    return bool(content.sample.min() == content.sample.max())


def _likely(entries1: Entries, entries2: Entries, seen1: Seen, seen2: Seen) -> list[Pair]:
    """Return the pairs whose samples are alike and that nothing else could be paired with."""
    samples1 = np.stack([seen1[entry].sample for entry in entries1])
    samples2 = np.stack([seen2[entry].sample for entry in entries2])
    rows, columns = np.nonzero(samples1 @ samples2.T > _LEAST_SAMPLE_COSINE)
    if len(rows) > _MOST_LIKELY:
        return []
    pairs = [
        (entries1[int(row)], entries2[int(column)])
        for row, column in zip(rows, columns, strict=True)
    ]
    tails = np.array([common_tail(one.name, two.name) for one, two in pairs], np.int64)
    return [
        pair
        for pair, row, column, tail in zip(pairs, rows, columns, tails, strict=True)
        if np.count_nonzero((rows == row) & (tails >= tail)) == 1
        and np.count_nonzero((columns == column) & (tails >= tail)) == 1
    ]
