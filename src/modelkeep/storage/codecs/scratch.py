"""Memory for temporary arrays, kept from chunk to chunk by each thread.

Fresh arrays of half a megabyte come from the operating system page by page, which took longer here
than all arithmetic on them. So a thread keeps one block and hands out pieces of it, one after the
other; each chunk begins anew. What does not fit is allocated, so large chunks only cost more.
"""

from __future__ import annotations

import threading
from typing import TypeVar

import numpy as np
import numpy.typing as npt

_BLOCK_BYTES = 8 << 20
_ALIGNMENT = 64

_Scalar = TypeVar("_Scalar", bound=np.generic)


class _Block(threading.local):
    def __init__(self) -> None:
        self.octets = np.empty(_BLOCK_BYTES, np.uint8)
        self.used = 0


_block = _Block()


def begin() -> None:
    """Take back all that this thread was handed; its contents are no longer to be used."""
    _block.used = 0


def empty(count: int, dtype: np.dtype[_Scalar]) -> npt.NDArray[_Scalar]:
    """Return an array of arbitrary content that is this thread's until its next `begin`.

    Args:
        count: How many elements.
        dtype: Their type.
    """
    start, size = _block.used, count * dtype.itemsize
    if start + size > _BLOCK_BYTES:
        return np.empty(count, dtype)
    _block.used = start + size + -size % _ALIGNMENT
    return _block.octets[start : start + size].view(dtype)
