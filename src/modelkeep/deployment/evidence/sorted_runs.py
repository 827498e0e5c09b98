"""A map from 64-bit keys to numbers that lives in a few sorted arrays.

It is a log-structured merge tree (O'Neil, Cheng, Gawlick and O'Neil, Acta Informatica 1996) in
memory: new keys come in small sorted runs, runs of like size are merged, and now and then all of
them go into the base. The base is cut into shards by the highest bits of the key, so that a merge
needs room for one shard and not for all of it. A key is in one place only, and its numbers are
changed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Found = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]
_Places = npt.NDArray[np.intp]
Change = Callable[[Found, list[Column]], list[Column]]

_SHARD_BITS = 6
_SHARD_STARTS = np.arange(1 << _SHARD_BITS, dtype=np.uint64) << np.uint64(64 - _SHARD_BITS)
_SMALLEST_BASE = 1 << 16
_BASE_PER_RECENT = 8


class _Run(NamedTuple):
    keys: Keys
    columns: list[Column]


class SortedRuns:
    """Numbers by key.

    Args:
        dtypes: Of the numbers that each key has; none for a set.
    """

    def __init__(self, *dtypes: npt.DTypeLike) -> None:
        self._dtypes = [np.dtype(dtype) for dtype in dtypes]
        self._recent: list[_Run] = []
        self._base: list[_Run] = []
        self._recent_count = 0
        self._base_count = 0

    def __len__(self) -> int:
        return self._recent_count + self._base_count

    @property
    def nbytes(self) -> int:
        """How many bytes the arrays take."""
        per_key = 8 + sum(dtype.itemsize for dtype in self._dtypes)
        return len(self) * per_key

    def update(self, keys: Keys, change: Change | None = None) -> Found:
        """Look keys up and give them new numbers; those that are not there are put in.

        Args:
            keys: Sorted, none twice.
            change: Gets which keys are there and their numbers (0 for the others), and returns the
                numbers of all of them from now on. None leaves the old ones and puts 0 for others.

        Returns:
            Which keys were there.
        """
        found, columns, places = self._look_up(keys)
        if change is not None:
            columns = change(found, columns)
            for run, rows, at in places:
                for into, new in zip(run.columns, columns, strict=True):
                    into[at] = new[rows]
        if not found.all():
            fresh = ~found
            self._insert(_Run(keys[fresh], [column[fresh] for column in columns]))
        return found

    def get(self, keys: Keys) -> tuple[Found, list[Column]]:
        """Look keys up.

        Args:
            keys: Sorted, none twice.

        Returns:
            Which are there, and their numbers; 0 for the others.
        """
        found, columns, _ = self._look_up(keys)
        return found, columns

    def remove(self, keys: Keys) -> None:
        """Take keys out; those that are not there do not matter.

        Args:
            keys: Sorted, none twice.
        """
        _, _, places = self._look_up(keys)
        gone = {id(run.keys): at for run, _, at in places}

        def without(run: _Run) -> _Run:
            at = gone.get(id(run.keys))
            if at is None:
                return run
            return _Run(np.delete(run.keys, at), [np.delete(each, at) for each in run.columns])

        self._recent = [left for run in self._recent if len((left := without(run)).keys)]
        self._base = [without(run) for run in self._base]
        self._recent_count = sum(len(run.keys) for run in self._recent)
        self._base_count = sum(len(run.keys) for run in self._base)

    def _look_up(
        self, keys: Keys
    ) -> tuple[Found, list[Column], list[tuple[_Run, _Places, _Places]]]:
        found = np.zeros(len(keys), dtype=np.bool_)
        columns = [np.zeros(len(keys), dtype=dtype) for dtype in self._dtypes]
        places: list[tuple[_Run, _Places, _Places]] = []
        for run, start, end in self._parts(keys):
            wanted = keys[start:end]
            at = np.searchsorted(run.keys, wanted)
            at[at == len(run.keys)] = 0
            hits = np.flatnonzero(run.keys[at] == wanted)
            if not len(hits):
                continue
            at, rows = at[hits], hits + start
            found[rows] = True
            for column, stored in zip(columns, run.columns, strict=True):
                column[rows] = stored[at]
            places.append((run, rows, at))
        return found, columns, places

    def _parts(self, keys: Keys) -> Iterator[tuple[_Run, int, int]]:
        for run in self._recent:
            yield run, 0, len(keys)
        if self._base:
            for shard, start, end in _cut(keys):
                if len(self._base[shard].keys):
                    yield self._base[shard], start, end

    def _insert(self, run: _Run) -> None:
        self._recent.append(run)
        self._recent_count += len(run.keys)
        while len(self._recent) > 1 and 2 * len(run.keys) > len(self._recent[-2].keys):
            self._recent.pop()
            run = _merge(self._recent.pop(), run)
            self._recent.append(run)
        if self._recent_count >= max(_SMALLEST_BASE, self._base_count // _BASE_PER_RECENT):
            self._settle()

    def _settle(self) -> None:
        run = self._recent.pop()
        while self._recent:
            run = _merge(self._recent.pop(), run)
        if not self._base:
            none = [np.empty(0, dtype=dtype) for dtype in self._dtypes]
            self._base = [_Run(np.empty(0, dtype=np.uint64), none) for _ in _SHARD_STARTS]
        for shard, start, end in _cut(run.keys):
            part = _Run(run.keys[start:end], [column[start:end] for column in run.columns])
            self._base[shard] = _merge(self._base[shard], part)
        self._base_count += len(run.keys)
        self._recent_count = 0


def _cut(keys: Keys) -> Iterator[tuple[int, int, int]]:
    """Give the shards that hold some of sorted keys, with where those start and end."""
    bounds = [*np.searchsorted(keys, _SHARD_STARTS).tolist(), len(keys)]
    for shard in range(len(_SHARD_STARTS)):
        if bounds[shard] < bounds[shard + 1]:
            yield shard, bounds[shard], bounds[shard + 1]


def _merge(old: _Run, new: _Run) -> _Run:
    places = np.searchsorted(old.keys, new.keys) + np.arange(len(new.keys))
    is_old = np.ones(len(old.keys) + len(new.keys), dtype=np.bool_)
    is_old[places] = False

    def merged(first: Column, second: Column) -> Column:
        out = np.empty(len(is_old), dtype=first.dtype)
        out[places] = second
        out[is_old] = first
        return out

    columns = [merged(*pair) for pair in zip(old.columns, new.columns, strict=True)]
    return _Run(merged(old.keys, new.keys), columns)
