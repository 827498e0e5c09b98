"""Rows put together by their key, so that many rows of one key are handled as if one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """The rows of a call, sorted by key and within a key by their order.

    Attributes:
        order: The row at each sorted place.
        starts: Where each key starts among the sorted places.
        keys: The keys, sorted, none twice.
        sizes: How many rows each key has.
    """

    order: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]
    keys: Keys
    sizes: npt.NDArray[np.intp]

    @staticmethod
    def of(keys: Keys) -> Groups:
        """Return the groups of rows.

        Args:
            keys: Of each row, shape (rows,).
        """
        order = np.argsort(keys, kind="stable")
        in_order = keys[order]
        begins = np.ones(len(keys), dtype=np.bool_)
        begins[1:] = in_order[1:] != in_order[:-1]
        starts = np.flatnonzero(begins)
        sizes = np.diff(starts, append=len(keys))
        return Groups(order=order, starts=starts, keys=in_order[starts], sizes=sizes)

    def spread(self, of_keys: Array) -> Array:
        """Return for each sorted place what its key has.

        Args:
            of_keys: One number per key.
        """
        return of_keys if len(self.keys) == len(self.order) else np.repeat(of_keys, self.sizes)

    def before_and_after(
        self, combine: Callable[[Array, Array], Array], known: Array, rows: Array
    ) -> tuple[Array, Array]:
        """Return what is known of its key before each row, and of each key after all rows.

        What is known grows by an associative operation that changes nothing when done twice (a
        maximum, a union of bits), so a scan by doubling (Hillis and Steele, Communications of the
        ACM 1986) finds it in log2 of the most rows of a key passes over the rows.

        Args:
            combine: The operation, such as `numpy.maximum`.
            known: Before the call, one per key.
            rows: What each row adds, in sorted places.

        Returns:
            One per sorted place, before its row; one per key.
        """
        if len(self.keys) == len(self.order):
            return known, combine(known, rows)
        running = rows.copy()
        place = np.arange(len(rows)) - np.repeat(self.starts, self.sizes)
        step, most = 1, int(self.sizes.max(initial=0))
        while step < most:
            later = np.flatnonzero(place >= step)
            running[later] = combine(running[later], running[later - step])
            step *= 2
        before = np.repeat(known, self.sizes)
        later = np.flatnonzero(place > 0)
        before[later] = combine(before[later], running[later - 1])
        after = combine(known, running[self.starts + self.sizes - 1])
        return before, after

    def unsorted(self, places: Array) -> Array:
        """Return by row what is given by sorted place."""
        out = np.empty_like(places)
        out[self.order] = places
        return out
